"""Residuals to normal equations, their solution, and the covariance of what was solved for.

Every residual touches one knot or two neighbours, so the normal matrix is block tridiagonal, with
blocks ``D`` on the diagonal and ``U`` to the right of it. Elimination runs forwards, substitution
backwards (block Thomas algorithm, Golub & Van Loan 2013, section 4.5): the cost is linear in time.
The diagonal blocks of the inverse follow from the same factors (Takahashi et al. 1973;
Rauch, Tung & Striebel 1965, AIAA J. 3:1445, for the smoother's covariance).
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.linalg import get_blas_funcs, get_lapack_funcs

from kinefuse.errors import KinefuseError
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Columns

dpotrf, dtrtri = get_lapack_funcs(("potrf", "trtri"), dtype=np.float64)
(dsyrk,) = get_blas_funcs(("syrk",), dtype=np.float64)

_AT_ONCE = 64  # knots: 4 MB of blocks

Blocks = Float[np.ndarray, "knot unknown unknown"]
Vectors = Float[np.ndarray, "knot unknown"]


class Undetermined(KinefuseError):
    """Nothing says anything about some unknown."""

    def __init__(self, knot: int) -> None:
        super().__init__(
            f"the optimiser's unknowns at knot {knot} are not determined by the terms in use; "
            "switch on a term or a prior that bears on each of them."
        )


@dataclass(frozen=True)
class NormalEquations:
    """``H step = -gradient`` of the linearised problem."""

    D: Blocks
    U: Blocks
    """Between a knot and the next; the last one is not used."""
    gradient: Vectors

    @classmethod
    def of(cls, terms: Iterable[Residuals], knots: int, unknowns: int) -> "NormalEquations":
        """Add up what all terms say."""
        D, U = np.zeros((knots, unknowns, unknowns)), np.zeros((knots, unknowns, unknowns))
        gradient = np.zeros((knots, unknowns))
        for term in terms:
            rows, runs = len(term.values), _runs(term.columns)
            wJt = np.swapaxes(term.jacobians * term.weights[:, None, None], 1, 2)
            _add(D[:rows], runs, wJt @ term.jacobians)
            _add_rows(gradient[:rows], runs, (wJt @ term.values[:, :, None])[..., 0])
            if term.next_jacobians is not None:
                _add(U[:rows], runs, wJt @ term.next_jacobians)
                wNt = np.swapaxes(term.next_jacobians * term.weights[:, None, None], 1, 2)
                _add(D[1 : rows + 1], runs, wNt @ term.next_jacobians)
                _add_rows(gradient[1 : rows + 1], runs, (wNt @ term.values[:, :, None])[..., 0])
        return cls(D, U, gradient)

    def eliminated(self) -> "Eliminated":
        """Carry every knot's information on to the next.

        Raises:
            Undetermined: The matrix is not positive definite.
        """
        into = Eliminated.empty(*self.gradient.shape)
        into.go_on(self, 0)
        return into


@dataclass(frozen=True)
class Eliminated:
    """The Schur complements ``S = L L^T`` of all knots, and what substitution needs."""

    whitening: Blocks
    """``L^-1``."""
    couplings: Blocks
    """``L^-1 U``."""
    means: Vectors
    """``L^-1`` times what is left of the gradient."""

    @classmethod
    def empty(cls, knots: int, unknowns: int) -> "Eliminated":
        """Not yet filled."""
        # In LAPACK's order of memory, so that it neither copies what it takes nor what it gives.
        whitening = np.empty((knots, unknowns, unknowns)).transpose(0, 2, 1)
        return cls(whitening, np.empty_like(whitening), np.empty((knots, unknowns)))

    def go_on(self, part: NormalEquations, first: int) -> None:
        """Fill in some knots, those before them being done.

        Args:
            part: Of these knots, with all that the terms say of them and the next.
            first: Number of the first of them.
        """
        for i, (D, U, gradient) in enumerate(zip(part.D, part.U, part.gradient, strict=True)):
            k = first + i
            S, z = D.T, gradient  # symmetric: its transpose is itself
            if k:
                coupling = self.couplings[k - 1]
                S = dsyrk(-1.0, coupling, beta=1.0, c=S, trans=1, lower=1)
                z = gradient - coupling.T @ self.means[k - 1]
            factor, failed = dpotrf(S, lower=1)
            if failed:
                raise Undetermined(k)
            inverse, _ = dtrtri(factor, lower=1, overwrite_c=1)
            self.whitening[k], self.means[k] = inverse, inverse @ z
            np.matmul(inverse, U, out=self.couplings[k])

    def step(self) -> Vectors:
        """The solution."""
        step = np.empty_like(self.means)
        step[-1] = -self.whitening[-1].T @ self.means[-1]
        for k in range(len(step) - 2, -1, -1):
            step[k] = -self.whitening[k].T @ (self.means[k] + self.couplings[k] @ step[k + 1])
        return step

    def covariances(self) -> Blocks:
        """Covariance of the unknowns of each knot: diagonal blocks of the inverse."""
        out = np.empty_like(self.means, shape=self.whitening.shape)
        out[-1] = self.whitening[-1].T @ self.whitening[-1]
        for k in range(len(out) - 2, -1, -1):
            gain = self.whitening[k].T @ self.couplings[k]
            out[k] = self.whitening[k].T @ self.whitening[k] + gain @ out[k + 1] @ gain.T
        return out


def eliminate(residuals: Sequence[Residuals], knots: int, unknowns: int) -> Eliminated:
    """Normal equations and their elimination, some knots at a time: the blocks stay in the cache.

    Raises:
        Undetermined: Some unknown is not determined.
    """
    into = Eliminated.empty(knots, unknowns)
    for first in range(0, knots, _AT_ONCE):
        stop = min(knots, first + _AT_ONCE)
        # The residuals between the knot before and the first one speak of both.
        before = min(first, 1)
        own = [residual.part(slice(first - before, stop)) for residual in residuals]
        whole = NormalEquations.of(own, stop - first + before + 1, unknowns)
        kept = slice(before, before + stop - first)
        into.go_on(NormalEquations(whole.D[kept], whole.U[kept], whole.gradient[kept]), first)
    return into


Runs = list[tuple[slice, slice]]


def _runs(columns: Columns) -> Runs:
    """Neighbouring columns as slices: of the term's own, and of a knot's unknowns."""
    cuts = np.flatnonzero(np.diff(columns) != 1) + 1
    bounds = [0, *cuts.tolist(), len(columns)]
    return [
        (slice(a, b), slice(int(columns[a]), int(columns[a]) + b - a))
        for a, b in itertools.pairwise(bounds)
    ]


def _add(blocks: Blocks, runs: Runs, more: Float[np.ndarray, "knot column column"]) -> None:
    for row, to_row in runs:
        for column, to_column in runs:
            blocks[:, to_row, to_column] += more[:, row, column]


def _add_rows(vectors: Vectors, runs: Runs, more: Float[np.ndarray, "knot column"]) -> None:
    for row, to_row in runs:
        vectors[:, to_row] += more[:, row]
