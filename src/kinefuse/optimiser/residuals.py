"""What a term says at the present values: residuals, Jacobians, and how they count together.

Every residual is divided by its SD, so that ``sum of squares / 2`` is minus the log-likelihood.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.optimiser.unknowns import Columns

Values = Float[np.ndarray, "knot row"]
Jacobians = Float[np.ndarray, "knot row column"]


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """One term's residuals, in sigmas, a row of them at every knot (or between two)."""

    name: str
    values: Values
    columns: Columns
    """Unknowns of a knot that the Jacobians speak of."""
    jacobians: Jacobians
    """With respect to the unknowns of the same knot."""
    next_jacobians: Jacobians | None = None
    """With respect to those of the knot after; there is then one row fewer than knots."""
    huber: float | None = None
    """Sigmas beyond which a whole row's length counts linearly (Huber 1964); None: never."""
    known: Bool[np.ndarray, " knot"] | None = None
    """Where the term has something to say; None: everywhere."""

    def part(self, rows: slice) -> "Residuals":
        """Some of the rows."""
        jacobians, known = self.next_jacobians, self.known
        return replace(
            self,
            values=self.values[rows],
            jacobians=self.jacobians[rows],
            next_jacobians=None if jacobians is None else jacobians[rows],
            known=None if known is None else known[rows],
        )

    @property
    def lengths(self) -> Float[np.ndarray, " knot"]:
        """Length of each row, a root mean square over its components."""
        return np.sqrt(np.mean(self.values**2, axis=1))

    @property
    def weights(self) -> Float[np.ndarray, " knot"]:
        """One, or less for a row longer than the Huber limit; zero where nothing is known."""
        weights = np.ones(len(self.values))
        if self.huber is not None:
            lengths = self.lengths
            far = lengths > self.huber
            weights[far] = self.huber / lengths[far]
        if self.known is not None:
            weights = np.where(self.known, weights, 0.0)
        return weights

    @property
    def cost(self) -> float:
        """Minus the log-likelihood, up to a constant."""
        squares = np.sum(self.values**2, axis=1)
        if self.huber is not None:
            lengths, limit, rows = self.lengths, self.huber, self.values.shape[1]
            squares = np.where(lengths > limit, rows * (2 * limit * lengths - limit**2), squares)
        if self.known is not None:
            squares = np.where(self.known, squares, 0.0)
        return 0.5 * float(np.sum(squares))


def correlated(white: Residuals, likeness: float) -> list[Residuals]:
    """The same residuals, if the error at one knot is much like that at the knot before.

    A first-order autoregressive error of unit SD and correlation ``a`` from knot to knot is made
    white by ``(r[k] - a r[k-1]) / sqrt(1 - a^2)``; the first of each unbroken run stays as it is.

    Args:
        white: Residuals of unit SD.
        likeness: The correlation ``a``, from 0 to below 1.
    """
    if likeness == 0 or len(white.values) < 2:
        return [white]
    known = np.ones(len(white.values), bool) if white.known is None else white.known
    follows = known[1:] & known[:-1]
    first = known & ~np.concatenate([[False], follows])
    scale = 1 / np.sqrt(1 - likeness**2)
    return [
        replace(white, known=first),
        replace(
            white,
            values=scale * (white.values[1:] - likeness * white.values[:-1]),
            jacobians=-scale * likeness * white.jacobians[:-1],
            next_jacobians=scale * white.jacobians[1:],
            known=follows,
        ),
    ]
