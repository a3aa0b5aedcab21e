"""How far two measurements of the same cases agree, and how much of their spread is real."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from kinefuse.errors import TooShort, UnequalLengths
from kinefuse.statistics.intervals import CERTAINTY, Interval

Sample = Float[np.ndarray, " _case"]


@dataclass(frozen=True)
class Agreement:
    """Bland & Altman (1986, Lancet 327:307), in the unit of the measurements."""

    cases: int
    bias: Interval
    """Mean of first less second."""
    lower: Interval
    """95 % of differences lie above this limit of agreement."""
    upper: Interval
    """And below this one."""


@dataclass(frozen=True)
class Reliability:
    """Intraclass correlations of single measurements (Shrout & Fleiss 1979).

    Psychol. Bull. 86:420.
    """

    cases: int
    agreement: Interval
    """ICC(2,1): two-way random, absolute agreement; a constant difference counts against it."""
    consistency: Interval
    """ICC(3,1): two-way mixed, consistency; a constant difference is forgiven."""


def bland_altman(first: Sample, second: Sample) -> Agreement:
    """Bias and limits of agreement with intervals; cases without both values are left out.

    The limits' standard error is sqrt(3 SD^2 / n), as Bland & Altman have it; their intervals,
    like the bias', take Student's t with n - 1 degrees of freedom.

    Raises:
        UnequalLengths: Not the same cases.
        TooShort: Less than three of them.
    """
    a, b = _both_known(first, second, "a Bland-Altman analysis")
    difference = a - b
    n = len(difference)
    middle, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf((1 + CERTAINTY) / 2, n - 1))
    reach, limit_reach = t * sd / np.sqrt(n), t * sd * np.sqrt(3 / n)
    wide = float(stats.norm.ppf((1 + CERTAINTY) / 2)) * sd

    def around(value: float, reach: float) -> Interval:
        return Interval(value, value - reach, value + reach)

    return Agreement(
        n,
        around(middle, reach),
        around(middle - wide, limit_reach),
        around(middle + wide, limit_reach),
    )


def intraclass_correlations(first: Sample, second: Sample) -> Reliability:
    """ICC(2,1) and ICC(3,1) of two measurements a case, with the F intervals of McGraw & Wong.

    McGraw & Wong 1996, Psychol. Methods 1:30, table 7. NaN where nothing varies.

    Raises:
        UnequalLengths: Not the same cases.
        TooShort: Less than three of them.
    """
    table = np.stack(_both_known(first, second, "an intraclass correlation"), axis=1)
    n, k = table.shape
    grand = table.mean()
    rows = k * np.sum((table.mean(axis=1) - grand) ** 2) / (n - 1)
    columns = n * np.sum((table.mean(axis=0) - grand) ** 2) / (k - 1)
    rest = np.sum((table - grand) ** 2) - rows * (n - 1) - columns * (k - 1)
    error = max(float(rest), 0.0) / ((n - 1) * (k - 1))
    if rows + error <= 1e-18:
        nothing = Interval(np.nan, np.nan, np.nan)
        return Reliability(n, nothing, nothing)
    return Reliability(n, _absolute(rows, columns, error, n, k), _consistent(rows, error, n, k))


_ROUNDING = 1e-12  # of a mean square: measurements that differ by less are the same


def _consistent(rows: float, error: float, n: int, k: int) -> Interval:
    value = (rows - error) / (rows + (k - 1) * error)
    if error <= _ROUNDING * rows:
        return Interval(1.0, 1.0, 1.0)
    f = rows / error
    df1, df2 = n - 1, (n - 1) * (k - 1)
    low = f / stats.f.ppf((1 + CERTAINTY) / 2, df1, df2)
    high = f * stats.f.ppf((1 + CERTAINTY) / 2, df2, df1)
    return Interval(
        float(value), float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))
    )


def _absolute(rows: float, columns: float, error: float, n: int, k: int) -> Interval:
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    if error + columns <= _ROUNDING * rows:
        return Interval(1.0, 1.0, 1.0)
    a = k * value / n  # theirs times (1 - value), as is b: the freedom is the same
    b = 1 - value + k * value * (n - 1) / n
    freedom = (a * columns + b * error) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    within = k * columns + (k * n - k - n) * error
    f_low = stats.f.ppf((1 + CERTAINTY) / 2, n - 1, freedom)
    f_high = stats.f.ppf((1 + CERTAINTY) / 2, freedom, n - 1)
    low = n * (rows - f_low * error) / (f_low * within + n * rows)
    high = n * (f_high * rows - error) / (within + n * f_high * rows)
    return Interval(float(value), float(low), float(high))


def _both_known(first: Sample, second: Sample, what: str) -> tuple[Sample, Sample]:
    if len(first) != len(second):
        raise UnequalLengths(what, {"first": len(first), "second": len(second)})
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < 3:
        raise TooShort(f"{what}, cases", needed=3, got=int(known.sum()))
    return first[known], second[known]
