"""A trial at another sampling rate, without aliasing; the first sample stays where it was."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float
from scipy.signal import resample_poly
from scipy.spatial.transform import Rotation, Slerp

from kinefuse.recordings import ImuRecording, ImuSession, JointAngles, SegmentPoses, Trial

Signal = Float[np.ndarray, "time *more"]
Attitudes = Float[np.ndarray, "time 3 3"]
_FINEST_RATIO = 1000  # 59.94 to 100 Hz is 500/2997; coarser fractions would drift


def resampled_signal(values: Signal, from_hz: float, to_hz: float) -> np.ndarray:
    """A signal at another rate: polyphase filter, ends continued straight."""
    up, down = _ratio(from_hz, to_hz)
    if up == down:
        return values
    return resample_poly(values, up, down, axis=0, padtype="line")


def resampled_rotations(R: Attitudes, from_hz: float, to_hz: float) -> np.ndarray:
    """Attitudes at another rate, along the shortest turn between neighbours."""
    up, down = _ratio(from_hz, to_hz)
    if up == down:
        return R
    if down % up == 0:
        return R[:: down // up]
    at = np.minimum(np.arange(-(-len(R) * up // down)) * down / up, len(R) - 1)
    return Slerp(np.arange(len(R)), Rotation.from_matrix(R))(at).as_matrix()


def resampled_session(session: ImuSession, to_hz: float) -> ImuSession:
    """The same sensors at another rate."""
    if session.rate_hz == to_hz:
        return session

    def at_rate(imu: ImuRecording) -> ImuRecording:
        acc, gyr = (
            resampled_signal(signal, imu.rate_hz, to_hz) for signal in (imu.acc_m_s2, imu.gyr_rad_s)
        )
        return replace(imu, rate_hz=to_hz, acc_m_s2=acc, gyr_rad_s=gyr)

    return replace(session, sensors={s: at_rate(imu) for s, imu in session.sensors.items()})


def resampled_trial(trial: Trial, to_hz: float) -> Trial:
    """The same trial at another rate, sensors and truth alike."""
    from_hz = trial.imus.rate_hz
    if from_hz == to_hz:
        return trial

    def signal(values: np.ndarray) -> np.ndarray:
        return resampled_signal(values, from_hz, to_hz)

    poses, angles = trial.poses, trial.angles
    return replace(
        trial,
        imus=resampled_session(trial.imus, to_hz),
        poses=SegmentPoses(
            rate_hz=to_hz,
            R_world_segment={
                s: resampled_rotations(R, from_hz, to_hz) for s, R in poses.R_world_segment.items()
            },
            origin_m={s: signal(origin) for s, origin in poses.origin_m.items()},
        ),
        angles=JointAngles(
            rate_hz=to_hz, angles_rad={name: signal(a) for name, a in angles.angles_rad.items()}
        ),
    )


def _ratio(from_hz: float, to_hz: float) -> tuple[int, int]:
    ratio = (Fraction(to_hz) / Fraction(from_hz)).limit_denominator(_FINEST_RATIO)
    return ratio.numerator, ratio.denominator
