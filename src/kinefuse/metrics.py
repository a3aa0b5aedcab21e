"""How far two curves are apart.

NaN policy, for every measure: a sample counts only where both curves are finite; fewer than two
such samples give NaN. Curves have time first; further axes (planes) are scored one by one. Units
out are units in.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnequalLengths

Curves = Float[np.ndarray, "_time *_more"]  # unequal lengths get an error with a way out
Scores = Float[np.ndarray, "*more"]


def rmse(estimate: Curves, truth: Curves) -> Scores:
    """Root mean square error."""
    return _columnwise(lambda e, t: np.sqrt(np.mean((e - t) ** 2)), estimate, truth)


def rmse_mean_removed(estimate: Curves, truth: Curves) -> Scores:
    """Root mean square error after each curve's own mean is taken away.

    A score only: no estimate may use the truth's mean. It forgives constant offsets, as they
    come from different definitions of the neutral pose.
    """
    return _columnwise(lambda e, t: np.std(e - t), estimate, truth)


def bias(estimate: Curves, truth: Curves) -> Scores:
    """Mean of estimate minus truth."""
    return _columnwise(lambda e, t: np.mean(e - t), estimate, truth)


def range_of_motion_error(estimate: Curves, truth: Curves) -> Scores:
    """Range (largest minus smallest) of the estimate minus that of the truth."""
    return _columnwise(lambda e, t: np.ptp(e) - np.ptp(t), estimate, truth)


def correlation(estimate: Curves, truth: Curves) -> Scores:
    """Pearson's r; NaN where either curve is constant."""

    def r(e, t):
        if np.ptp(e) == 0 or np.ptp(t) == 0:
            return np.nan
        return np.corrcoef(e, t)[0, 1]

    return _columnwise(r, estimate, truth)


def cmc(estimate: Curves, truth: Curves) -> Scores:
    """Coefficient of multiple correlation between two protocols (Ferrari et al. 2010).

    Gait & Posture 31:540, eq. 2 for one cycle and two protocols. NaN where the curves differ by
    more than their own range allows (the published expression turns imaginary there).
    """

    def one(e, t):
        both = np.stack([e, t])
        within = np.sum((both - both.mean(axis=0)) ** 2) / len(e)
        total = np.sum((both - both.mean()) ** 2) / (2 * len(e) - 1)
        return np.sqrt(1 - within / total) if total > 0 and within <= total else np.nan

    return _columnwise(one, estimate, truth)


def bland_altman(estimate: Curves, truth: Curves) -> tuple[Scores, Scores, Scores]:
    """Bias and the lower and upper 95 % limits of agreement (bias -+ 1.96 SD)."""
    middle = bias(estimate, truth)
    spread = 1.96 * _columnwise(lambda e, t: np.std(e - t, ddof=1), estimate, truth)
    return middle, np.asarray(middle - spread), np.asarray(middle + spread)


def _columnwise(
    measure: Callable[[np.ndarray, np.ndarray], float | np.floating],
    estimate: np.ndarray,
    truth: np.ndarray,
) -> np.ndarray:
    if estimate.shape != truth.shape:
        raise UnequalLengths("curves", {"estimate": len(estimate), "truth": len(truth)})
    columns = estimate.reshape(len(estimate), -1).T, truth.reshape(len(truth), -1).T
    scores = [_where_both_known(measure, e, t) for e, t in zip(*columns, strict=True)]
    return np.array(scores).reshape(estimate.shape[1:])


def _where_both_known(measure, e: np.ndarray, t: np.ndarray) -> float:
    known = np.isfinite(e) & np.isfinite(t)
    return float(measure(e[known], t[known])) if known.sum() > 1 else np.nan
