"""Gauss-Newton with robust weights: steps until nothing moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np

from kinefuse import so3
from kinefuse.optimiser.normal_equations import Eliminated, eliminate
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns

_SHORTEST = 1 / 64
"""Of a step, before it is given up: the cost is flat to rounding there."""


@runtime_checkable
class Term(Protocol):
    """One witness: how far the present values disappoint it, and how that changes with them."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """Residuals in sigmas, and their Jacobians."""
        ...


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Where it ended, and the evidence that it is the answer."""

    at: Unknowns
    residuals: tuple[Residuals, ...]
    eliminated: Eliminated
    """Of the last step, which moved nothing that matters."""
    steps: int
    converged: bool

    @property
    def cost(self) -> float:
        """Minus the log-likelihood, up to a constant."""
        return sum(residual.cost for residual in self.residuals)


def solve(
    terms: Sequence[Term], start: Unknowns, tolerance: float = 1e-5, max_steps: int = 20
) -> Solution:
    """The values that disappoint all terms least, near ``start``.

    A step that would raise the cost is halved until it does not.

    Args:
        terms: Witnesses; together they have to determine every unknown.
        start: Where to begin.
        tolerance: Stop when no turn moves by more [rad] and no bias by more [rad/s].
        max_steps: Give up after so many.

    Raises:
        Undetermined: Some unknown is not determined by the terms.
    """
    at, residuals = start, _linearised(terms, start)
    converged = False
    steps = 0
    eliminated = eliminate(residuals, at.knots, at.layout.size)
    while not converged and steps < max_steps:
        if steps:
            eliminated = eliminate(residuals, at.knots, at.layout.size)
        steps += 1
        step = eliminated.step()
        cost, length = _cost(residuals), 1.0
        while True:
            there = at.moved(length * step)
            beyond = _linearised(terms, there)
            if _cost(beyond) <= cost * (1 + 1e-12) + 1e-12 or length <= _SHORTEST:
                break
            length /= 2
        at, residuals = there, beyond
        converged = bool(np.abs(length * step).max() < tolerance)
    return Solution(
        at=_orthonormal(at),
        residuals=residuals,
        eliminated=eliminated,
        steps=steps,
        converged=converged,
    )


def _linearised(terms: Sequence[Term], at: Unknowns) -> tuple[Residuals, ...]:
    return tuple(residual for term in terms for residual in term.linearise(at))


def _cost(residuals: Sequence[Residuals]) -> float:
    return sum(residual.cost for residual in residuals)


def _orthonormal(at: Unknowns) -> Unknowns:
    """Rounding taken out of products of many rotations."""
    return replace(at, C=so3.polished(at.C), A=so3.polished(at.A))
