"""What a finished trial's angles and sensors do at most; a number a joint or segment.

Measured a second, not a sample, so that a limit means the same at every rate.
"""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import PLANES
from kinefuse.recordings import Trial

IGNORED_S = 1.0
"""Not looked at, at either end; published as 200 samples at 200 Hz. Of trials shorter than four
times that, a quarter."""

TrialMeasure = Callable[[Trial], Mapping[str, float]]


def angle_change(plane: str) -> TrialMeasure:
    """Fastest change [deg/s] of that plane's angle, by joint."""
    column = PLANES.index(plane)

    def measure(trial: Trial) -> Mapping[str, float]:
        rate_hz = trial.angles.rate_hz
        return {
            joint: _largest(rate_hz * np.diff(_inner(angles[:, column], rate_hz)))
            for joint, angles in trial.angles.in_degrees().items()
        }

    return measure


def acceleration_change(axis: str) -> TrialMeasure:
    """Fastest change [m/s3] of the accelerometer's reading along that axis, by segment."""
    column = "xyz".index(axis)

    def measure(trial: Trial) -> Mapping[str, float]:
        return {
            segment: _largest(
                imu.rate_hz * np.diff(_inner(imu.acc_m_s2[:, column], imu.rate_hz)),
            )
            for segment, imu in trial.imus.sensors.items()
        }

    return measure


def angular_velocity(axis: str) -> TrialMeasure:
    """Fastest turn [rad/s] about that axis of the sensor, by segment."""
    column = "xyz".index(axis)

    def measure(trial: Trial) -> Mapping[str, float]:
        return {
            segment: _largest(_inner(imu.gyr_rad_s[:, column], imu.rate_hz))
            for segment, imu in trial.imus.sensors.items()
        }

    return measure


def ranges_of_motion_deg(trial: Trial) -> dict[tuple[str, str], float]:
    """Largest less smallest angle [deg] by joint and plane; NaN where it is not known."""
    found = {}
    for joint, angles in trial.angles.in_degrees().items():
        for plane, values in zip(PLANES, angles.T, strict=True):
            known = values[np.isfinite(values)]
            found[joint, plane] = float(np.ptp(known)) if len(known) else np.nan
    return found


def _inner(values: Float[np.ndarray, " time"], rate_hz: float) -> Float[np.ndarray, " inner"]:
    ends = min(round(IGNORED_S * rate_hz), len(values) // 4)
    return values[ends : len(values) - ends]


def _largest(values: np.ndarray) -> float:
    """Of the absolute values that are known; zero if none is."""
    return float(np.nanmax(np.abs(values), initial=0.0))
