"""Where up is in a sensor: from standing still or, failing that, from walking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from kinefuse.alignment.reference_posture import GAIT, STANDING, up_in_segment
from kinefuse.even_samples import start_of_most
from kinefuse.recordings import ImuRecording, ImuSession

STILL_S = 0.5  # shortest still pose that averages accelerometer noise and a heartbeat's sway
STILL_RAD_S = 0.25  # quiet standing stays below 0.1 rad/s on every segment, walking never does
LONGEST_S = 300.0  # two hundred strides settle every mean
STANDING_CONE_DEG = (
    60.0  # shanks lean 35 deg less standing than running; sitting turns thighs by 90
)
_OF_MOST = 0.5  # pelves of real and simulated walks: 0.67 and more in gait, 0.15 standing
MOVING_RAD_S = 1.0  # mean angular speed of shanks in slow walking is 1.2 rad/s (measured)


@dataclass(frozen=True)
class Vertical:
    """One direction known in both frames: upwards, in a known posture."""

    in_sensor: Float[np.ndarray, "3"]
    in_segment: Float[np.ndarray, "3"]
    method: str
    lean_sd_deg: float
    lateral_sd_deg: float
    """Between people, of the posture [deg]."""


def still_pose(session: ImuSession) -> slice | None:
    """The stillest half second in which no sensor turns; None if there is none."""
    window = round(STILL_S * session.rate_hz)
    if session.samples < 2 * window:
        return None
    speed = _speed(list(session.sensors.values()), STILL_S)
    whole = slice(window // 2, len(speed) - window // 2)  # windows that lie in the recording
    centre = int(np.argmin(speed[whole])) + whole.start
    if speed[centre] > STILL_RAD_S:
        return None
    return slice(centre - window // 2, centre - window // 2 + window)


def moving(session: ImuSession) -> Bool[np.ndarray, " time"]:
    """Samples within a second of which the legs swing; all samples if they never do."""
    return moving_samples(_legs(session))


def swinging(session: ImuSession) -> Bool[np.ndarray, " time"]:
    """Samples within a second of which the legs swing; none if they never do."""
    return np.asarray(_speed(_legs(session), 1.0) > MOVING_RAD_S)


def moving_samples(sensors: Sequence[ImuRecording]) -> Bool[np.ndarray, " time"]:
    """Samples within a second of which one of these sensors swings as a leg does."""
    swings = _speed(sensors, 1.0) > MOVING_RAD_S
    return swings if swings.any() else np.ones_like(swings)


def own_moving(sensor: ImuRecording) -> Bool[np.ndarray, " time"]:
    """Samples in which a sensor turns as when it turns most, wherever it is worn.

    A pelvis in gait seldom turns as a leg does, and by itself tells no standing from that.
    """
    speed = _speed([sensor], 1.0)
    most = float(np.percentile(speed, 90))  # a stumble is not the rule
    return np.asarray(speed >= min(MOVING_RAD_S, _OF_MOST * most))


def busiest_stretch(session: ImuSession, longest_s: float = LONGEST_S) -> ImuSession:
    """The stretch of that length with most movement: enough to align with, however long a day."""
    length = round(longest_s * session.rate_hz)
    if session.samples <= length:
        return session
    start = start_of_most(moving(session), length)
    stretch = slice(start, start + length)
    sensors = {
        segment: replace(imu, acc_m_s2=imu.acc_m_s2[stretch], gyr_rad_s=imu.gyr_rad_s[stretch])
        for segment, imu in session.sensors.items()
    }
    return replace(session, sensors=sensors)


def standing_force(session: ImuSession) -> dict[str, Float[np.ndarray, "3"]] | None:
    """Mean specific force [m/s2] of every sensor in the still pose; None without one."""
    still = still_pose(session)
    if still is None:
        return None
    return {s: imu.acc_m_s2[still].mean(axis=0) for s, imu in session.sensors.items()}


def verticals(
    at_rest: Mapping[str, Float[np.ndarray, "3"]] | None,
    attitudes: Mapping[str, Float[np.ndarray, "time 3 3"]],
    moves: Bool[np.ndarray, " time"],
    activity: str,
) -> tuple[dict[str, Vertical], dict[str, Vertical]]:
    """Where up is in every sensor in gait, and standing if there was a still pose and it was that.

    Args:
        at_rest: Mean specific force of each sensor in the still pose, if there was one.
        attitudes: ``R_world_sensor`` of each, any heading.
        moves: Samples in which the person walks or runs.
        activity: 'walking' or 'running'.
    """
    in_gait = {s: _unit(R[moves, 1, :].mean(axis=0)) for s, R in attitudes.items()}
    stands = at_rest is not None and not _sits_or_lies(at_rest, in_gait)
    return (
        _known(in_gait, GAIT[activity], f"mean gravity while {activity}"),
        _known(at_rest, STANDING, "gravity while standing still") if stands else {},
    )


def _known(ups, postures, method: str) -> dict[str, Vertical]:
    found = {}
    for segment, up in ups.items():
        posture = postures[segment.split("_")[0]]
        found[segment] = Vertical(
            _unit(up), up_in_segment(posture, segment), method, posture.sd, posture.lateral_sd
        )
    return found


def _sits_or_lies(at_rest, in_gait) -> bool:
    """Whether a thigh or shank at rest points far from where it does in gait."""
    cosines = [
        _unit(at_rest[s]) @ up for s, up in in_gait.items() if s.startswith(("thigh", "shank"))
    ]
    return any(cosine < np.cos(np.deg2rad(STANDING_CONE_DEG)) for cosine in cosines)


def _legs(session: ImuSession) -> list[ImuRecording]:
    """Sensors below the pelvis, or whatever there is."""
    legs = [imu for segment, imu in session.sensors.items() if segment != "pelvis"]
    return legs or list(session.sensors.values())


def _speed(sensors, window_s: float) -> Float[np.ndarray, " time"]:
    """Angular speed [rad/s] of the fastest of some sensors, averaged over a window."""
    window = max(1, min(round(window_s * sensors[0].rate_hz), sensors[0].samples))
    speeds = [uniform_filter1d(np.linalg.norm(imu.gyr_rad_s, axis=-1), window) for imu in sensors]
    return np.max(speeds, axis=0)


def _unit(v: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    return v / np.linalg.norm(v)
