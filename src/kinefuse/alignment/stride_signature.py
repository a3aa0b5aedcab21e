"""What one stride looks like to a sensor, however mounted: harmonics of its turning and force.

All sensors of a person share one stride. Its phase is read off all of them together; every signal
then becomes a few complex harmonics. The sensor's mean upward direction is made its y axis, which
leaves one unknown of its mounting, the turn about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Complex, Float
from scipy.signal import butter, hilbert, sosfiltfilt

from kinefuse.alignment.vertical import moving_samples
from kinefuse.errors import TooShort
from kinefuse.gravity import WORN_GRAVITY_M_S2
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.recordings import ImuRecording

HARMONICS = 4
"""Of the stride. Beyond, soft tissue and shoes say more than the segment does."""
FEWEST_STRIDES = 1.5
LEAST_REGULAR = 0.3
"""Repetition below which it is no gait: walks with turns have 0.45 and more, noise 0.03."""
SLOWEST_HZ = 20.0
"""Below, the harmonics are not recorded."""
STRIDE_S = (0.5, 2.0)
"""Sprinting to a very slow walk."""
_REPEATS = 0.85  # of the best repetition: the shortest period that repeats nearly as well

Signature = Complex[np.ndarray, "... harmonic 6"]
"""Angular velocity in units of the stride's own, then force in g: forward, up, right of each."""


@dataclass(frozen=True)
class Strides:
    """The rhythm that all sensors share."""

    frequency_hz: float
    phase_rad: Float[np.ndarray, " moving"]
    """Of the stride, from an arbitrary origin."""
    samples: np.ndarray
    """Indices of the samples in which the person walks or runs."""
    regularity: float
    """Correlation of all turning with itself a stride later: above 0.5 in gait (measured)."""

    @property
    def count(self) -> float:
        """How many strides there are."""
        return float(np.ptp(self.phase_rad)) / (2 * np.pi)

    @cached_property
    def waves(self) -> Complex[np.ndarray, "harmonic moving"]:
        """Of each harmonic, against the stride's sense: what signals are held against."""
        return np.exp(-1j * np.arange(1, HARMONICS + 1)[:, None] * self.phase_rad)


def find_strides(sensors: Mapping[str, ImuRecording]) -> Strides:
    """The common rhythm of all sensors, from their angular velocities.

    Raises:
        TooShort: Not even two of the shortest strides.
    """
    imus = list(sensors.values())
    rate_hz = imus[0].rate_hz
    samples = np.flatnonzero(moving_samples(imus))
    needed = 2 * round(STRIDE_S[0] * rate_hz) + 4
    if len(samples) < needed:
        raise TooShort("finding strides", needed=needed, got=len(samples))
    turning = [imu.gyr_rad_s[samples] for imu in imus]
    spread = [np.sqrt(np.mean(g**2)) + 1e-9 for g in turning]
    signals = np.concatenate([g / s for g, s in zip(turning, spread, strict=True)], axis=1)
    period_s, regularity = period_of([signals], rate_hz)
    return strides_at(1 / period_s, signals, samples, rate_hz, regularity)


def strides_at(
    frequency_hz: float, signals: np.ndarray, samples: np.ndarray, rate_hz: float, regularity: float
) -> Strides:
    """The phase of strides whose frequency is known, from what turns at those samples."""
    band = butter(2, [0.6 * frequency_hz, 1.4 * frequency_hz], "bandpass", fs=rate_hz, output="sos")
    edge = min(len(signals) - 1, round(2 * rate_hz / frequency_hz))
    rotating = np.asarray(hilbert(sosfiltfilt(band, signals, axis=0, padlen=edge), axis=0))
    pattern = np.linalg.eigh(rotating.conj().T @ rotating)[1][:, -1]
    phase = np.unwrap(np.angle(rotating @ pattern))
    return Strides(frequency_hz, phase, samples, regularity)


def signature(
    imu: ImuRecording, strides: Strides, up: Float[np.ndarray, "3"] | None = None
) -> Signature:
    """Harmonics of one sensor's signals; y is its mean up, the turn about it arbitrary."""
    known = filter_attitude(imu)[strides.samples, 1, :].mean(axis=0) if up is None else up
    R_level_sensor = level(known)
    gyr = imu.gyr_rad_s[strides.samples] @ R_level_sensor.T
    acc = imu.acc_m_s2[strides.samples] @ R_level_sensor.T
    gyr = gyr / (2 * np.pi * strides.frequency_hz)
    signals = np.concatenate([gyr, acc / WORN_GRAVITY_M_S2], axis=1)
    return 2 * strides.waves @ (signals - signals.mean(axis=0)) / len(signals)


def share_in_rhythm(imu: ImuRecording, strides: Strides) -> float:
    """How much of a sensor's turning the stride and its harmonics are, from 0 to 1."""
    gyr = imu.gyr_rad_s[strides.samples]
    turning = gyr - gyr.mean(axis=0)
    waves = np.exp(-1j * np.arange(1, 2 * HARMONICS + 1)[:, None] * strides.phase_rad)
    explained = np.sum(np.abs(2 * waves @ turning / len(turning)) ** 2) / 2
    return float(explained / (np.sum(turning.var(axis=0)) + 1e-12))


def level(up: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3 3"]:
    """Rotation that makes ``up`` the y axis, any way about it."""
    y = up / np.linalg.norm(up)
    aside = np.eye(3)[np.argmin(np.abs(y))]
    z = np.cross(aside, y)
    z = z / np.linalg.norm(z)
    return np.stack([np.cross(y, z), y, z])


def period_of(parts: Sequence[np.ndarray], rate_hz: float) -> tuple[float, float]:
    """Lag after which all signals repeat best, of nearly equal ones the shortest; and how well.

    Args:
        parts: Signals, columns of arrays; each array may begin and end when it likes.
        rate_hz: Of all of them.
    """
    n = min(len(part) for part in parts)
    together = np.sum([_repeated(part, n) for part in parts], axis=0)
    low, high = (min(round(s * rate_hz), n // 2) for s in STRIDE_S)
    value = together[low:high]
    peaks = np.flatnonzero((value[1:-1] >= value[:-2]) & (value[1:-1] >= value[2:])) + 1
    if len(peaks) and value[peaks].max() > 0:
        lag = peaks[value[peaks] >= _REPEATS * value[peaks].max()][0]
    else:  # less than two strides, or nothing that repeats
        lag = np.argmax(value)
    return float((low + lag) / rate_hz), float(value[lag] / (together[0] + 1e-12))


def _repeated(signals: np.ndarray, lags: int) -> Float[np.ndarray, " lag"]:
    """How well signals repeat after every lag, all columns added."""
    n = len(signals)
    spectrum = np.fft.rfft(signals - signals.mean(axis=0), 2 * n, axis=0)
    together = np.fft.irfft(np.sum(np.abs(spectrum) ** 2, axis=1))[:n]
    return (together / np.arange(n, 0, -1))[:lags]  # mean over the pairs there are
