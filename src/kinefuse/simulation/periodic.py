"""Periodic curves as Fourier series: smooth at any rate, closed at the end of every stride."""

import numpy as np
from jaxtyping import Float

HARMONICS = 12
"""Of the stride: 11 Hz in walking, 17 Hz in running."""

Series = Float[np.ndarray, "*curve coefficient"]
"""Mean, then cosine and sine of each harmonic in turn."""


def series_of(curve: Float[np.ndarray, "*curve phase"]) -> Series:
    """Fourier series of equally spaced values over one period, the last not repeating the first."""
    spectrum = np.fft.rfft(curve)[..., : HARMONICS + 1] / curve.shape[-1]
    out = np.empty((*curve.shape[:-1], 2 * HARMONICS + 1))
    out[..., 0] = spectrum[..., 0].real
    out[..., 1::2] = 2 * spectrum[..., 1:].real
    out[..., 2::2] = -2 * spectrum[..., 1:].imag
    return out


def basis(phase: Float[np.ndarray, " time"]) -> Float[np.ndarray, "time coefficient"]:
    """What a series is multiplied with; phase counts strides."""
    angle = 2 * np.pi * phase[:, None] * np.arange(1, HARMONICS + 1)
    out = np.ones((len(phase), 2 * HARMONICS + 1))
    out[:, 1::2], out[:, 2::2] = np.cos(angle), np.sin(angle)
    return out


def values(series: Series, phase: Float[np.ndarray, " time"]) -> Float[np.ndarray, "*curve time"]:
    """The curve at these phases."""
    return series @ basis(phase).T


def shifted(series: Series, phase: float) -> Series:
    """The curve that is as far on at phase 0 as this one is at ``phase``."""
    grid = np.arange(4 * HARMONICS) / (4 * HARMONICS)
    return series_of(values(series, grid + phase))
