"""What a gyroscope adds to the turning of its segment, told by gravity and by the other sensors.

Averaged over a whole stride, and carried to the stride's start by the gyroscope, specific force is
gravity: a person's own acceleration is nearly zero on average. From one stride's start to the next
the gyroscope says how the sensor has turned, and gravity says it too, but for the turn about the
vertical, which is about the same for every sensor on one person. What is left between both, added
up from stride to stride, grows in proportion to the bias, or as the square of time if that drifts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import Sensors
from kinefuse.orientation.strapdown import dead_reckoning

FEWEST_STRIDES = 8
FEWEST_SENSORS = 3
"""Of which the middle one tells how all have turned about the vertical."""
CERTAIN = 3.0  # standard deviations that are taken off what was seen

_LINE, _PARABOLA = np.sqrt(12.0), np.sqrt(720.0)
"""Standard deviations of slope and second derivative of what is fitted to many even samples of
white noise 1 over a time 1, times the root of their number."""


@dataclass(frozen=True)
class TurningError:
    """What one gyroscope adds, in the sensor's axes."""

    bias_rad_s: Float[np.ndarray, "3"]
    bias_sd_rad_s: float
    drift_rad_s: Float[np.ndarray, "3"]
    """Change of the bias from beginning to end."""
    drift_sd_rad_s: float


def turning_errors(sensors: Sensors, stride_s: float) -> Mapping[str, TurningError]:
    """Of every sensor; of none where there are too few strides or sensors.

    Args:
        sensors: On one person who walks or runs, standing for a while or not.
        stride_s: Time of a stride.
    """
    if len(sensors) < FEWEST_SENSORS:
        return {}
    rate_hz = next(iter(sensors.values())).rate_hz
    length = round(stride_s * rate_hz)
    seen = {s: _from_stride_to_stride(felt, length) for s, felt in sensors.items()}
    strides = 1 + len(next(iter(seen.values())).extra_rad)
    if strides < FEWEST_STRIDES:
        return {}
    together = np.median([one.about_up_rad for one in seen.values()], axis=0)
    return {s: _fitted(one, together, length / rate_hz) for s, one in seen.items()}


@dataclass(frozen=True)
class _Steps:
    """From each stride's start to the next one's, in the sensor's axes there."""

    extra_rad: Float[np.ndarray, "step 3"]
    """By how much the gyroscope turned more than gravity did; nothing about the vertical."""
    about_up_rad: Float[np.ndarray, " step"]
    up: Float[np.ndarray, "step 3"]
    mean_turn: Float[np.ndarray, "3 3"]
    """Average over a stride of the rotation to its start: through it a bias is seen."""


def _from_stride_to_stride(felt: Felt, length: int) -> _Steps:
    strides = felt.samples // length
    R_first_sensor = dead_reckoning(felt.gyr_rad_s, felt.rate_hz)[: strides * length]
    force = np.einsum("tij,tj->ti", R_first_sensor, felt.acc_m_s2[: strides * length])
    R_first_start = R_first_sensor[::length]
    gravity = np.einsum("kji,kj->ki", R_first_start, force.reshape(strides, length, 3).mean(axis=1))
    up = gravity / np.maximum(np.linalg.norm(gravity, axis=-1, keepdims=True), 1e-9)
    R_start_next = so3.transpose(R_first_start[:-1]) @ R_first_start[1:]
    carried = np.einsum("kij,kj->ki", R_start_next, up[1:])
    blocks = R_first_sensor.reshape(strides, length, 3, 3).mean(axis=1)
    return _Steps(
        extra_rad=np.cross(up[:-1], carried),
        about_up_rad=np.sum(so3.log(R_start_next) * up[:-1], axis=-1),
        up=up[:-1],
        mean_turn=np.mean(so3.transpose(R_first_start) @ blocks, axis=0),
    )


def _fitted(steps: _Steps, together: Float[np.ndarray, " step"], stride_s: float) -> TurningError:
    extra = steps.extra_rad + (steps.about_up_rad - together)[:, None] * steps.up
    added = np.concatenate([np.zeros((1, 3)), np.cumsum(extra, axis=0)])
    time_s = stride_s * np.arange(len(added))
    line = np.polynomial.polynomial.polyfit(time_s, added, 1)
    parabola = np.polynomial.polynomial.polyfit(time_s, added, 2)
    left = added - np.polynomial.polynomial.polyval(time_s, parabola).T
    sd = np.sqrt(np.sum(left**2) / (3 * (len(added) - 3)))
    scale = sd / (np.sqrt(len(added)) * time_s[-1])
    return TurningError(
        bias_rad_s=np.linalg.solve(steps.mean_turn, line[1]),
        bias_sd_rad_s=float(_LINE * scale),
        drift_rad_s=np.linalg.solve(steps.mean_turn, 2 * parabola[2] * time_s[-1]),
        drift_sd_rad_s=float(_PARABOLA * scale),
    )


def least_biases(errors: Mapping[str, TurningError]) -> dict[str, float]:
    """Length of each bias [deg/s], less three standard deviations of it."""
    return {s: _at_least(e.bias_rad_s, e.bias_sd_rad_s) for s, e in errors.items()}


def least_drifts(errors: Mapping[str, TurningError]) -> dict[str, float]:
    """Change of each bias [deg/s] from beginning to end, less three standard deviations of it."""
    return {s: _at_least(e.drift_rad_s, e.drift_sd_rad_s) for s, e in errors.items()}


def _at_least(vector: Float[np.ndarray, "3"], sd: float) -> float:
    return float(np.rad2deg(max(0.0, np.linalg.norm(vector) - CERTAIN * sd)))
