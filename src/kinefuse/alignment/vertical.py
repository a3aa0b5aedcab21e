"""The segment's long axis in sensor axes: from standing still or, failing that, from walking."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from kinefuse import so3
from kinefuse.recordings import ImuSession

STILL_S = 0.5  # shortest still pose that averages accelerometer noise and a heartbeat's sway
STILL_RAD_S = 0.25  # quiet standing stays below 0.1 rad/s on every segment, walking never does
MOVING_RAD_S = 1.0  # mean angular speed of shanks in slow walking is 1.2 rad/s (measured)

# Sagittal lean [deg] of each segment's long axis, positive when its top leans forward: while
# standing (means of 12 optical standing trials of runners, hip centres by regression) and averaged
# over strides (walking: Schwartz et al. 2008, free speed; running: optical treadmill trials).
STANDING_LEAN_DEG = {"pelvis": 0.0, "thigh": 0.0, "shank": 0.0, "foot": 0.0}
MEAN_LEAN_DEG = {
    "walking": {"pelvis": 0.0, "thigh": -4.0, "shank": 13.5, "foot": 16.0},
    "running": {"pelvis": 8.0, "thigh": -8.0, "shank": 30.0, "foot": 35.0},
}


@dataclass(frozen=True)
class Vertical:
    """The upward direction of a segment's long axis, in sensor axes."""

    up: Float[np.ndarray, "3"]
    lean_deg: float
    """How far the segment's long axis leans forward of ``up`` on average."""
    method: str
    sd_deg: float


def still_pose(session: ImuSession) -> slice | None:
    """The stillest half second in which no sensor turns; None if there is none."""
    window = round(STILL_S * session.rate_hz)
    if session.samples < 2 * window:
        return None
    speed = np.max(
        [
            uniform_filter1d(np.linalg.norm(imu.gyr_rad_s, axis=-1), window)
            for imu in session.sensors.values()
        ],
        axis=0,
    )
    whole = slice(window // 2, len(speed) - window // 2)  # windows that lie in the recording
    centre = int(np.argmin(speed[whole])) + whole.start
    if speed[centre] > STILL_RAD_S:
        return None
    return slice(centre - window // 2, centre - window // 2 + window)


def moving(session: ImuSession) -> Bool[np.ndarray, " time"]:
    """Samples within a second of which the legs swing; all samples if they never do."""
    legs = [imu for segment, imu in session.sensors.items() if segment != "pelvis"]
    window = max(1, min(round(session.rate_hz), session.samples))
    speed = np.max(
        [
            uniform_filter1d(np.linalg.norm(imu.gyr_rad_s, axis=-1), window)
            for imu in legs or list(session.sensors.values())
        ],
        axis=0,
    )
    swings = speed > MOVING_RAD_S
    return swings if swings.any() else np.ones_like(swings)


def vertical(
    segment: str,
    acc_m_s2: Float[np.ndarray, "time 3"],
    R_world_sensor: Float[np.ndarray, "time 3 3"],
    still: slice | None,
    moves: Bool[np.ndarray, " time"],
    activity: str,
) -> Vertical:
    """Upward direction of one segment's long axis, in its sensor's axes."""
    stem = segment.split("_")[0]
    if still is not None:
        up = acc_m_s2[still].mean(axis=0)
        # Postures of standing people differ by about 4 deg a segment (SD over 12 runners).
        return Vertical(_unit(up), STANDING_LEAN_DEG[stem], "gravity while standing still", 4.0)
    ups = so3.transpose(R_world_sensor[moves])[..., 1]
    # Mean leans of people in gait differ by about 5 deg (Schwartz et al. 2008, SD of the means).
    return Vertical(
        _unit(ups.mean(axis=0)),
        MEAN_LEAN_DEG[activity][stem],
        f"mean gravity while {activity}",
        6.0,
    )


def _unit(v: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    return v / np.linalg.norm(v)
