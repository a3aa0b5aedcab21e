"""A window on a long recording: what left it is a prior on its first knot.

Every residual touches one knot or two neighbours. When the oldest knots leave, the residuals that
touch them make normal equations of their own; elimination carries these on to the first knot that
stays, as a dense Gaussian there (Schur complement; Sibley, Matthies & Sukhatme 2010, J. Field
Robotics 27:587, section 4). What it says is frozen at the values at which it left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.linalg import block_diag

from kinefuse import so3
from kinefuse.optimiser.gauss_newton import Term
from kinefuse.optimiser.normal_equations import eliminate
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns

Attitudes = Float[np.ndarray, "segment 3 3"]


@dataclass(frozen=True, kw_only=True)
class Past:
    """All that residuals said that are no longer in the window, about its first knot."""

    R_world_sensor: Attitudes
    """Where they were linearised."""
    bias_rad_s: Float[np.ndarray, "segment 3"]
    A: Attitudes
    root: Float[np.ndarray, "unknown unknown"]
    """Lower Cholesky factor of their information."""
    values: Float[np.ndarray, " unknown"]
    """Their residuals there, in sigmas."""
    S: Attitudes
    """Dead reckoning of the present window at its first knot."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row at the first knot."""
        turn = so3.log(at.C[0] @ self.S @ so3.transpose(self.R_world_sensor))
        slip = so3.log(so3.transpose(self.A) @ at.A[0])
        moved = np.stack([turn, at.bias_rad_s[0] - self.bias_rad_s, slip]).reshape(-1)
        change = block_diag(
            # J_left^-1 = (J_right^-1)^T
            *so3.transpose(so3.inverse_right_jacobian(turn)),
            np.eye(3 * len(turn)),
            *so3.inverse_right_jacobian(slip),
        )
        return [
            Residuals(
                name="past",
                values=(self.root.T @ moved + self.values)[None],
                columns=np.arange(at.layout.size),
                jacobians=(self.root.T @ change)[None],
            )
        ]


def left_behind(
    residuals: Sequence[Residuals],
    at: Unknowns,
    S: Float[np.ndarray, "knot segment 3 3"],
    gone: int,
) -> Past:
    """What the residuals of the first knots say about the knot after them.

    Args:
        residuals: Of all terms, at ``at``.
        at: Where the window came to rest.
        S: Dead reckoning at its knots.
        gone: How many knots leave.
    """
    leaving = [residual.part(slice(0, gone)) for residual in residuals]
    eliminated = eliminate(leaving, gone + 1, at.layout.size)
    return Past(
        R_world_sensor=at.C[gone] @ S[gone],
        bias_rad_s=at.bias_rad_s[gone],
        A=at.A[gone],
        root=np.linalg.inv(eliminated.whitening[gone]),
        values=eliminated.means[gone],
        S=S[gone],
    )


@dataclass(frozen=True, kw_only=True)
class Within:
    """Terms of a stretch, heard only about its later knots."""

    terms: Sequence[Term]
    around: Unknowns
    """Values at all knots of the stretch."""
    before: int
    """Knots at its beginning that are solved for no more."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """The rows of the knots that are solved for."""
        whole = self.joined(at)
        found = [residual for term in self.terms for residual in term.linearise(whole)]
        if not self.before:
            return found
        # A single row at the stretch's first knot is a belief about the recording's beginning.
        return [r.part(slice(self.before, None)) for r in found if len(r.values) >= whole.knots - 1]

    def joined(self, at: Unknowns) -> Unknowns:
        """Values at all knots of the stretch."""
        if not self.before:
            return at
        old = self.around
        C, bias, A = (
            np.concatenate([earlier[: self.before], later])
            for earlier, later in ((old.C, at.C), (old.bias_rad_s, at.bias_rad_s), (old.A, at.A))
        )
        return replace(at, C=C, bias_rad_s=bias, A=A)
