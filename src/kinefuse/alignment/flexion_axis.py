"""The axis about which a leg segment swings, in sensor axes (up to its sign)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float
from scipy.signal import butter, sosfiltfilt

from kinefuse.recordings import ImuRecording

SWING_CUTOFF_HZ = 6.0
"""Swing has its power below the sixth harmonic of 1 Hz; impacts and wobble lie above."""
TURNING_CUTOFF_HZ = 0.4
"""Turns of the whole body are slower than a stride."""
_BLOCKS = 5


@dataclass(frozen=True)
class FlexionAxis:
    """A direction perpendicular to the segment's long axis, in sensor axes."""

    axis: Float[np.ndarray, "3"]
    sd_deg: float
    """Spread of the axis over parts of the recording, as a standard error [deg]."""


def flexion_axis(
    imu: ImuRecording,
    R_world_sensor: Float[np.ndarray, "time 3 3"],
    up: Float[np.ndarray, "3"],
    moves: Bool[np.ndarray, " time"],
) -> FlexionAxis:
    """Principal direction of the swing, made perpendicular to the long axis.

    The body's slow turning about the vertical is taken out first: on a walk with turns it is as
    large as the thigh's own swing and tips the principal direction by 30 deg.
    """
    swing = _swing(imu.gyr_rad_s, R_world_sensor, imu.rate_hz)[moves]
    axis = _principal(swing, up)
    blocks = [_principal(part, up) for part in np.array_split(swing, _BLOCKS) if len(part) > 3]
    cosines = np.clip([abs(axis @ other) for other in blocks], 0, 1)
    spread_deg = np.rad2deg(np.sqrt(np.mean(np.arccos(cosines) ** 2)))
    return FlexionAxis(axis, float(spread_deg / np.sqrt(len(blocks))))


def _swing(gyr_rad_s, R_world_sensor, rate_hz):
    """Angular velocity without the body's turning about the vertical, and without impacts."""
    up_in_sensor = R_world_sensor[:, 1, :]
    yaw_rate = np.sum(gyr_rad_s * up_in_sensor, axis=-1)
    turning = low_pass(yaw_rate, TURNING_CUTOFF_HZ, rate_hz)
    return low_pass(gyr_rad_s - turning[:, None] * up_in_sensor, SWING_CUTOFF_HZ, rate_hz)


def _principal(swing, up):
    axis = np.linalg.eigh(swing.T @ swing)[1][:, -1]
    axis = axis - (axis @ up) * up
    return axis / np.linalg.norm(axis)


def low_pass(signal: np.ndarray, cutoff_hz: float, rate_hz: float) -> np.ndarray:
    """Second-order Butterworth, forwards and backwards (no lag)."""
    sections = _sections(min(cutoff_hz, 0.45 * rate_hz), rate_hz)
    pad = min(len(signal) - 1, round(3 * rate_hz / cutoff_hz))
    return sosfiltfilt(sections, signal, axis=0, padlen=pad)


@lru_cache
def _sections(cutoff_hz: float, rate_hz: float) -> np.ndarray:
    return np.asarray(butter(2, cutoff_hz, fs=rate_hz, output="sos"))
