"""Where up is in a sensor: from standing still or, failing that, from walking."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from kinefuse.alignment.reference_posture import GAIT, STANDING, up_in_segment
from kinefuse.recordings import ImuSession

STILL_S = 0.5  # shortest still pose that averages accelerometer noise and a heartbeat's sway
STILL_RAD_S = 0.25  # quiet standing stays below 0.1 rad/s on every segment, walking never does
MOVING_RAD_S = 1.0  # mean angular speed of shanks in slow walking is 1.2 rad/s (measured)


@dataclass(frozen=True)
class Vertical:
    """One direction known in both frames: upwards, in a known posture."""

    in_sensor: Float[np.ndarray, "3"]
    in_segment: Float[np.ndarray, "3"]
    method: str
    sd_deg: float
    """Between people, of the posture [deg]."""


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
    """Where up is, in one sensor's axes and in its segment's."""
    stem = segment.split("_")[0]
    if still is not None:
        up, posture = acc_m_s2[still].mean(axis=0), STANDING[stem]
        method = "gravity while standing still"
    else:
        up, posture = R_world_sensor[moves, 1, :].mean(axis=0), GAIT[activity][stem]
        method = f"mean gravity while {activity}"
    in_sensor = up / np.linalg.norm(up)
    return Vertical(in_sensor, up_in_segment(posture, segment), method, posture.sd)
