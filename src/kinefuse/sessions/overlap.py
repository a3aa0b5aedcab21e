"""Correlation of two signals at every lag, over what they have in common there."""

import numpy as np
from jaxtyping import Float, Int
from scipy.fft import irfft, rfft

Signal = Float[np.ndarray, " _time"]
AtLags = Float[np.ndarray, " lag"]

_LEAST_SPREAD = 1e-12


class Overlap:
    """All the ways to lay one signal on another, from first to last touch."""

    def __init__(self, samples: int, other_samples: int) -> None:
        self._samples, self._others = samples, other_samples
        # A power of two, so long that nothing comes round to the beginning again.
        self._length = 1 << (samples + other_samples - 2).bit_length()
        ends = np.minimum(samples, other_samples - self.lags)
        self.common: Int[np.ndarray, " lag"] = ends - np.maximum(0, -self.lags)
        """Samples that both have, at every lag."""

    @property
    def lags(self) -> Int[np.ndarray, " lag"]:
        """How many samples of the other come before the first of the one."""
        return np.arange(1 - self._samples, self._others)

    def correlation(self, one: Signal, other: Signal) -> AtLags:
        """Pearson's, at every lag."""
        one, other = one - one.mean(), other - other.mean()
        ones = self._spectrum(np.ones_like(one)), self._spectrum(np.ones_like(other))
        a, b = self._spectrum(one), self._spectrum(other)
        mean_a, mean_b = self._mean(a, ones[1]), self._mean(ones[0], b)
        square_a = self._mean(self._spectrum(one**2), ones[1])
        square_b = self._mean(ones[0], self._spectrum(other**2))
        spread_a = np.maximum(square_a - mean_a**2, _LEAST_SPREAD)
        spread_b = np.maximum(square_b - mean_b**2, _LEAST_SPREAD)
        return (self._mean(a, b) - mean_a * mean_b) / np.sqrt(spread_a * spread_b)

    def _spectrum(self, signal: Signal) -> np.ndarray:
        return np.asarray(rfft(signal, self._length))

    def _mean(self, one: np.ndarray, other: np.ndarray) -> AtLags:
        """Mean product of what overlaps, at every lag."""
        circular = np.asarray(irfft(np.conj(one) * other, self._length))
        before = circular[self._length - (self._samples - 1) :]
        return np.concatenate([before, circular[: self._others]]) / self.common
