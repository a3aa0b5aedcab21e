"""Whether one sensor's clock runs faster than the others', by the phase of its strides.

A sensor whose clock gains falls further behind the common rhythm with every stride. The turn of the
stride's first harmonics from one stride to the next, added up, is how far; no mounting is needed.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Complex, Float

from kinefuse.alignment.stride_signature import Strides
from kinefuse.recordings import ImuRecording

_HARMONICS = (1, 2)
_FEWEST = 8  # strides
_CERTAIN = 3.0  # standard deviations


def clock_gains_percent(sensors: Mapping[str, ImuRecording], strides: Strides) -> dict[str, float]:
    """By how much each clock runs faster than the middle one [%], at least.

    Nothing where there are fewer than eight strides or three sensors.
    """
    count = int(strides.count)
    if count < _FEWEST or len(sensors) < 3:
        return {}
    number = ((strides.phase_rad - strides.phase_rad[0]) / (2 * np.pi)).astype(int)
    behind = {s: _behind_s(imu, strides, number, count) for s, imu in sensors.items()}
    middle = np.median(list(behind.values()), axis=0)
    percent = 100 * strides.frequency_hz / (count - 1)
    return {s: percent * _gain_s(late - middle) for s, late in behind.items()}


def _gain_s(late_s: Float[np.ndarray, " stride"]) -> float:
    """From the first stride to the last, by a line through all, less three standard deviations."""
    at = np.linspace(0.0, 1.0, len(late_s))
    line = np.polynomial.polynomial.polyfit(at, late_s, 1)
    left = late_s - np.polynomial.polynomial.polyval(at, line)
    sd = np.sqrt(np.sum(left**2) / (len(left) - 2) / np.sum((at - 0.5) ** 2))
    return float(np.sign(line[1]) * max(0.0, abs(line[1]) - _CERTAIN * sd))


def _behind_s(
    imu: ImuRecording, strides: Strides, number: np.ndarray, count: int
) -> Float[np.ndarray, " stride"]:
    """By how much each stride comes later than the first one did, seen from the common rhythm."""
    along, weight = np.zeros((2, count - 1))
    for order in _HARMONICS:
        wave = _harmonic(imu.gyr_rad_s, strides, number, count, order)
        together = np.sum(wave[:-1].conj() * wave[1:], axis=-1)
        along += order * np.abs(together) * np.angle(together)  # radians of the stride, weighted
        weight += order**2 * np.abs(together)
    phase = np.concatenate([[0.0], np.cumsum(along / np.maximum(weight, 1e-12))])
    return -phase / (2 * np.pi * strides.frequency_hz)


def _harmonic(
    signal: Float[np.ndarray, "time 3"],
    strides: Strides,
    number: np.ndarray,
    count: int,
    order: int,
) -> Complex[np.ndarray, "stride 3"]:
    """One harmonic of every stride by itself."""
    rotating = np.exp(-1j * order * strides.phase_rad)[:, None] * signal[strides.samples]
    sums = np.zeros((count + 1, 3), complex)
    np.add.at(sums, number, rotating)
    return sums[:count]
