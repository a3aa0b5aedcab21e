"""Where two sets of curves differ, with one error rate for the whole curve.

Nonparametric statistical parametric mapping: at every point of the curve Student's (paired) or
Welch's t; its largest absolute value over the curve is compared with what it would be, were the
labels of the curves exchangeable (Nichols & Holmes 2002, Hum. Brain Mapp. 15:1; for curves of
movement Pataky, Vanrenterghem & Robinson 2015, J. Biomech. 48:1277). The chance that any point at
all is called different although none is, is therefore at most ``ALPHA``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.errors import TooShort, UnequalLengths

ALPHA = 0.05
"""Family-wise: over all points of a curve together."""
MOST_PERMUTATIONS = 4999
"""Every rearrangement is tried up to so many; beyond, so many are drawn. With the observed one
5,000: a p of 0.05 is then known to 0.003."""
_CHUNK = 256  # rearrangements held at a time
_SAME = 1e-6  # mirrored rearrangements give the same but for the order of summing

Curves = Float[np.ndarray, "_case _point"]
Curve = Float[np.ndarray, " _point"]


@dataclass(frozen=True, kw_only=True)
class CurveTest:
    """Two sets of curves, point by point."""

    difference: Curve
    """Mean of the first less mean of the second, in the curves' unit."""
    t: Curve
    """The statistic; infinite where curves differ without any spread."""
    threshold: float
    """What |t| exceeds at any point of the curve with a chance of ``ALPHA`` at most; infinite
    where there are too few rearrangements to tell."""
    p: float
    """Of the whole curve: chance of so large a maximum were the labels arbitrary."""
    rearrangements: int
    exact: bool
    """Whether these were all there are."""
    smallest_p: float
    """The smallest p that they could have given: of mirrored ones both count."""

    @property
    def can_tell(self) -> bool:
        """Whether there are cases enough for any difference at all to be called one."""
        return self.smallest_p <= ALPHA

    @property
    def differs(self) -> Bool[np.ndarray, " point"]:
        """Points beyond the threshold."""
        return np.abs(self.t) > self.threshold


def compare_curves(first: Curves, second: Curves, rng: np.random.Generator) -> CurveTest:
    """Unpaired: cases of the first against cases of the second, Welch's t.

    Raises:
        UnequalLengths: Curves of different numbers of points.
        TooShort: Less than two cases on either side, so that nothing can be said of spread.
    """
    _check(first, second)
    both = np.concatenate([first, second])
    n, k = len(both), len(first)
    all_of_them = comb(n, k)
    exact = all_of_them <= MOST_PERMUTATIONS + 1
    masks = _every_choice(n, k) if exact else _drawn_choices(n, k, rng)
    observed = _welch(both, _mask(n, np.arange(k))[None])[0]
    maxima = [np.abs(_welch(both, chunk)).max(axis=1) for chunk in masks]
    return _tested(
        first.mean(axis=0) - second.mean(axis=0), observed, maxima, exact, 1 + (2 * k == n)
    )


def compare_paired_curves(first: Curves, second: Curves, rng: np.random.Generator) -> CurveTest:
    """Paired: case i of the first belongs to case i of the second; signs of differences turn.

    Raises:
        UnequalLengths: Unequal numbers of cases or points.
        TooShort: Less than two pairs.
    """
    _check(first, second)
    if len(first) != len(second):
        raise UnequalLengths("pairs of curves", {"first": len(first), "second": len(second)})
    differences = first - second
    n = len(differences)
    exact = 2**n <= MOST_PERMUTATIONS + 1
    signs = _every_sign(n) if exact else _drawn_signs(n, rng)
    observed = _one_sample(differences, np.ones((1, n)))[0]
    maxima = [np.abs(_one_sample(differences, chunk)).max(axis=1) for chunk in signs]
    return _tested(differences.mean(axis=0), observed, maxima, exact, 2)


def _tested(
    difference: Curve, observed: Curve, maxima: list[np.ndarray], exact: bool, alike: int
) -> CurveTest:
    """A drawn distribution also holds the observed one (Phipson & Smyth 2010)."""
    largest = np.abs(observed).max()
    null = np.concatenate(maxima if exact else [*maxima, [largest]])
    total = len(null)
    near = largest * (1 - _SAME)
    # The largest share of the null that may exceed the threshold strictly is ALPHA.
    allowed = int(np.floor(ALPHA * total))
    threshold = np.inf if allowed < 1 else float(np.sort(null)[::-1][allowed])
    return CurveTest(
        difference=difference,
        t=observed,
        threshold=threshold * (1 + _SAME),
        p=float(np.mean(null >= near)),
        rearrangements=total,
        exact=exact,
        smallest_p=(alike if exact else 1) / total,
    )


def _welch(both: Curves, in_first: Bool[np.ndarray, "way case"]) -> Float[np.ndarray, "way point"]:
    """Welch's t of every way to call some cases the first."""
    centred = both - both.mean(axis=0)
    weight = in_first.astype(float)
    n1, n = weight.sum(axis=1, keepdims=True), len(both)
    n2 = n - n1
    sum1, square1 = weight @ centred, weight @ centred**2
    sum2, square2 = centred.sum(axis=0) - sum1, (centred**2).sum(axis=0) - square1
    variance1 = np.maximum(square1 - sum1**2 / n1, 0.0) / (n1 - 1)
    variance2 = np.maximum(square2 - sum2**2 / n2, 0.0) / (n2 - 1)
    return _ratio(sum1 / n1 - sum2 / n2, variance1 / n1 + variance2 / n2)


def _one_sample(differences: Curves, signs: Float[np.ndarray, "way case"]) -> np.ndarray:
    n = len(differences)
    mean = signs @ differences / n
    variance = np.maximum((differences**2).mean(axis=0) - mean**2, 0.0) / (n - 1)
    return _ratio(mean, variance)


def _ratio(difference: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Zero where there is neither difference nor spread."""
    tiny = 1e-24 * max(1.0, float(np.max(variance, initial=0.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / np.sqrt(np.where(variance > tiny, variance, 0.0))
    return np.where(np.abs(difference) <= 1e-12, 0.0, t)


def _every_choice(n: int, k: int) -> Iterator[Bool[np.ndarray, "way case"]]:
    chosen = np.array(list(combinations(range(n), k)))
    for start in range(0, len(chosen), _CHUNK):
        yield np.stack([_mask(n, one) for one in chosen[start : start + _CHUNK]])


def _drawn_choices(n: int, k: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for start in range(0, MOST_PERMUTATIONS, _CHUNK):
        size = min(_CHUNK, MOST_PERMUTATIONS - start)
        order = rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
        yield order < k


def _every_sign(n: int) -> Iterator[Float[np.ndarray, "way case"]]:
    signs = np.array(list(product([1.0, -1.0], repeat=n)))
    for start in range(0, len(signs), _CHUNK):
        yield signs[start : start + _CHUNK]


def _drawn_signs(n: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for start in range(0, MOST_PERMUTATIONS, _CHUNK):
        yield rng.choice([1.0, -1.0], size=(min(_CHUNK, MOST_PERMUTATIONS - start), n))


def _mask(n: int, chosen: np.ndarray) -> Bool[np.ndarray, " case"]:
    mask = np.zeros(n, dtype=bool)
    mask[chosen] = True
    return mask


def _check(first: Curves, second: Curves) -> None:
    if first.shape[1] != second.shape[1]:
        points = {"first": first.shape[1], "second": second.shape[1]}
        raise UnequalLengths("points of curves", points)
    fewest = min(len(first), len(second))
    if fewest < 2:
        raise TooShort("a comparison of curves, cases on a side", needed=2, got=fewest)
