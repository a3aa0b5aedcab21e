"""Means and ratios of means, and between what limits they lie."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri, stdtrit

CERTAINTY = 0.95
"""Of every interval here, as most journals ask."""

NINETY = 1.6448536269514722
"""Standard deviations to either side that hold 90 % of a normal distribution."""

Sample = Float[np.ndarray, " _case"]


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence interval, in the unit of what was measured."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of its length."""
        return (self.high - self.low) / 2

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        return self.low <= value <= self.high


def of_mean(sample: Sample, further_sd: float = 0.0) -> Interval:
    """Mean of independent cases by Student's t; what is not finite is left out.

    Args:
        sample: One value a case.
        further_sd: One sigma of an error that all cases share and that averaging cannot reduce;
            it is added in squares.

    Returns:
        Infinite limits from one case, NaN from none.
    """
    known = sample[np.isfinite(sample)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan)
    middle = float(known.mean())
    if len(known) == 1:
        return Interval(middle, -np.inf, np.inf)
    standard_error = known.std(ddof=1) / np.sqrt(len(known))
    reach = float(stdtrit(len(known) - 1, (1 + CERTAINTY) / 2) * standard_error)
    shared = float(ndtri((1 + CERTAINTY) / 2) * further_sd)
    total = float(np.hypot(reach, shared))
    return Interval(middle, middle - total, middle + total)


def of_difference(first: Sample, second: Sample) -> Interval:
    """Mean of the first less mean of the second, unpaired, by Welch's t."""
    a, b = first[np.isfinite(first)], second[np.isfinite(second)]
    if not len(a) or not len(b):
        return Interval(np.nan, np.nan, np.nan)
    middle = float(a.mean() - b.mean())
    if min(len(a), len(b)) < 2:
        return Interval(middle, -np.inf, np.inf)
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if va + vb == 0:
        return Interval(middle, middle, middle)
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    reach = float(stdtrit(freedom, (1 + CERTAINTY) / 2) * np.sqrt(va + vb))
    return Interval(middle, middle - reach, middle + reach)


def of_ratio_symmetry(right: Sample, left: Sample) -> Interval:
    """Symmetry index of two sides [%]: 100 (r - l) / ((r + l) / 2), with its interval.

    Robinson, Herzog & Nigg 1987, J. Manip. Physiol. Ther. 10:172. The index is a function of the
    ratio of both means, whose interval is Fieller's (1954, J. R. Stat. Soc. B 16:175) with
    Welch's degrees of freedom; the index grows with the ratio, so its limits are those of the
    ratio. Positive quantities only; NaN where the interval has no bounds.
    """
    r, l = right[np.isfinite(right)], left[np.isfinite(left)]  # noqa: E741
    if len(r) < 2 or len(l) < 2 or r.mean() <= 0 or l.mean() <= 0:
        return Interval(np.nan, np.nan, np.nan)
    a, b = r.mean(), l.mean()
    va, vb = r.var(ddof=1) / len(r), l.var(ddof=1) / len(l)
    value = _index(a / b)
    if va + vb == 0:
        return Interval(value, value, value)
    freedom = (va + vb) ** 2 / (va**2 / (len(r) - 1) + vb**2 / (len(l) - 1))
    t2 = stdtrit(freedom, (1 + CERTAINTY) / 2) ** 2
    g = t2 * vb / b**2
    under = va - g * va + vb * a**2 / b**2
    if g >= 1 or under < 0:
        return Interval(value, np.nan, np.nan)
    reach = np.sqrt(t2 * under) / b
    low, high = (a / b - reach) / (1 - g), (a / b + reach) / (1 - g)
    return Interval(value, _index(max(low, 0.0)), _index(high))


def _index(ratio: float) -> float:
    return float(200 * (ratio - 1) / (ratio + 1))
