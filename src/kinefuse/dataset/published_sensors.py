"""What the published system lets a sensor on a marker cluster feel, at any sampling rate.

As released with Rapp et al. (2021), J. Biomech. 116:110229, but for one thing: there gravity enters
with the wrong sign and the attitude is applied where its inverse is due. Here a still sensor
reads +g along the axis that points up, as a real one does. What was stated a sample at 200 Hz is
stated a second here.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.signal import butter, sosfiltfilt

from kinefuse import so3
from kinefuse.errors import RecordingError
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import ImuRecording

CUT_S = 1.0
"""Left out at both ends; published as 200 frames at 200 Hz."""
FASTEST_CHANGE_RAD_S2 = 10.0 * 200.0
"""A gyroscope that changes faster has glitched; published as 10 rad/s a sample at 200 Hz."""
MEDIAN_REACH_S = 5 / 200
"""How far the median that replaces a glitch looks to either side; published as 5 samples."""
GYROSCOPE_CUTOFF_HZ = 8.0
"""Butterworth of fourth order, run forwards and backwards."""
SLOWEST_RATE_HZ = 20.0
"""Below it the low-pass of the gyroscope cannot be had."""

_ORDER = 4
_UP = np.array([0.0, 1.0, 0.0])
Vectors = Float[np.ndarray, "time 3"]


class SampledTooSlowly(RecordingError):
    """The low-pass of the recipe needs a higher sampling rate."""

    def __init__(self, what: str, rate_hz: float) -> None:
        super().__init__(
            f"{what}: sampled at {rate_hz:g} Hz, while the published low-pass at "
            f"{GYROSCOPE_CUTOFF_HZ:g} Hz needs {SLOWEST_RATE_HZ:g}; use --recipe ours."
        )


@dataclass(frozen=True, kw_only=True)
class PublishedSensor:
    """One simulated sensor and what was mended of it."""

    imu: ImuRecording
    replaced: int
    """Samples of the gyroscope that a local median stands for."""


def sensor(
    segment: str, R_world_sensor: so3.Rotations, origin_m: Vectors, rate_hz: float
) -> PublishedSensor:
    """Accelerometer and gyroscope at a cluster's middle, both ends cut by ``CUT_S``.

    Raises:
        SampledTooSlowly: The rate is below ``SLOWEST_RATE_HZ``.
    """
    if rate_hz < SLOWEST_RATE_HZ:
        raise SampledTooSlowly(segment, rate_hz)
    gyr, glitches = without_glitches(angular_velocity(R_world_sensor, rate_hz), rate_hz)
    kept = kept_frames(len(origin_m), rate_hz)
    return PublishedSensor(
        imu=ImuRecording(
            segment=segment,
            rate_hz=rate_hz,
            acc_m_s2=specific_force(R_world_sensor, origin_m, rate_hz)[kept],
            gyr_rad_s=low_passed(gyr, rate_hz)[kept],
        ),
        replaced=int(glitches.any(axis=-1).sum()),
    )


def kept_frames(samples: int, rate_hz: float) -> slice:
    """All but ``CUT_S`` at either end."""
    cut = round(CUT_S * rate_hz)
    return slice(cut, max(cut, samples - cut))


def specific_force(R_world_sensor: so3.Rotations, origin_m: Vectors, rate_hz: float) -> Vectors:
    """Accelerometer reading [m/s2]: the origin differentiated twice, and the support of gravity."""
    velocity = rate_hz * np.gradient(origin_m, axis=0)
    felt = rate_hz * np.gradient(velocity, axis=0) + STANDARD_GRAVITY_M_S2 * _UP
    return np.einsum("tji,tj->ti", R_world_sensor, felt)


def angular_velocity(R_world_sensor: so3.Rotations, rate_hz: float) -> Vectors:
    """Gyroscope reading [rad/s] that turns each attitude into the next: R(t+1) = R(t) exp(gyr dt).

    The last sample repeats the one before.
    """
    turns = so3.transpose(R_world_sensor[:-1]) @ R_world_sensor[1:]
    gyr = rate_hz * so3.log(turns)
    return np.concatenate([gyr, gyr[-1:]])


def without_glitches(
    gyr_rad_s: Vectors, rate_hz: float
) -> tuple[Vectors, Bool[np.ndarray, "time 3"]]:
    """Samples that differ too much from the one before, replaced by a local median.

    Returns:
        The mended gyroscope, and what was replaced.
    """
    change = np.abs(np.diff(gyr_rad_s, axis=0, prepend=gyr_rad_s[:1])) * rate_hz
    glitches = change > FASTEST_CHANGE_RAD_S2
    reach = max(1, round(MEDIAN_REACH_S * rate_hz))
    mended = gyr_rad_s.copy()
    for at, axis in np.argwhere(glitches):
        around = slice(max(0, at - reach), at + reach + 1)
        mended[at, axis] = np.median(gyr_rad_s[around, axis])
    return mended, glitches


def low_passed(gyr_rad_s: Vectors, rate_hz: float) -> Vectors:
    """Without what is above ``GYROSCOPE_CUTOFF_HZ``, and without lag."""
    filters = butter(_ORDER, GYROSCOPE_CUTOFF_HZ, fs=rate_hz, output="sos")
    edge = min(3 * int(rate_hz / GYROSCOPE_CUTOFF_HZ), len(gyr_rad_s) - 1)
    return sosfiltfilt(filters, gyr_rad_s, axis=0, padlen=edge)
