"""What time stamps say about the sampling rate."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.errors import InconsistentClock, TooShort, UnevenSteps

# Stamps rounded to milliseconds move a 200 Hz sample by a tenth of a step; a lost sample makes
# a step of two. The limits lie between.
_STEP_LIMITS = (0.5, 1.5)
_OFF_LINE_LIMIT = 0.75
_DECLARED_TOLERANCE = 0.01  # a clock a percent off still blurs a stride less than 10 ms


def rate_of(
    time_s: Float[np.ndarray, " time"], path: Path, declared_hz: float | None = None
) -> float:
    """Samples a second [Hz] that evenly spaced time stamps [s] stand for.

    A whole number of Hz is taken if it puts the last sample within half a step of its stamp.

    Raises:
        InconsistentClock: The stamps are uneven, or differ from the declared rate by over 1 %.
        TooShort: One stamp says nothing about the rate.
    """
    if len(time_s) < 2:
        raise TooShort(str(path), needed=2, got=len(time_s))
    if not np.isfinite(time_s).all():
        bad = int(np.argmin(np.isfinite(time_s)))
        raise InconsistentClock(path, f"the time stamp of sample {bad} is missing")
    span_s = float(time_s[-1] - time_s[0])
    if span_s <= 0:
        raise InconsistentClock(path, "the time stamps do not increase")
    rate = (len(time_s) - 1) / span_s
    _check_even(time_s, rate, path)
    whole = float(round(rate))
    if whole and abs(whole - rate) * span_s < 0.5:
        rate = whole
    if declared_hz is not None and abs(declared_hz / rate - 1) > _DECLARED_TOLERANCE:
        raise InconsistentClock(
            path, f"the header says {declared_hz:g} Hz but the time stamps run at {rate:g} Hz"
        )
    if not 1 <= rate <= 10_000:
        raise InconsistentClock(
            path,
            f"the time stamps run at {rate:g} Hz, which no IMU does (they have to be in seconds)",
        )
    return rate


def _check_even(time_s: np.ndarray, rate_hz: float, path: Path) -> None:
    steps = np.diff(time_s) * rate_hz
    off_line = np.abs((time_s - time_s[0]) * rate_hz - np.arange(len(time_s)))
    low, high = _STEP_LIMITS
    uneven = (steps < low) | (steps > high) | (off_line[1:] > _OFF_LINE_LIMIT)
    if uneven.any():
        worst = int(np.argmax(np.abs(steps - 1)))
        raise UnevenSteps(
            path,
            f"the time stamps are uneven, {steps[worst] / rate_hz:.4g} s from sample {worst} to "
            f"the next where {1 / rate_hz:.4g} s is the mean",
        )
