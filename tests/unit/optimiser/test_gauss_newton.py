"""The optimum against a dense solver of others, on the same residuals."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from kinefuse import so3
from kinefuse.optimiser.gauss_newton import solve
from small_bodies import KNOTS, terms, unknowns


def cost(witnesses, at):
    return sum(r.cost for term in witnesses for r in term.linearise(at))


def known_values(witnesses, at):
    parts = []
    for term in witnesses:
        for residual in term.linearise(at):
            told = residual.values
            if residual.known is not None:
                told = np.where(residual.known[:, None], told, 0.0)
            parts.append(told.reshape(-1))
    return np.concatenate(parts)


@pytest.mark.parametrize("seed", range(3))
def test_scipy_finds_the_same_optimum(seed):
    rng = np.random.default_rng(seed)
    witnesses, start = list(terms(rng).values()), unknowns(rng, spread=0.2)
    found = solve(witnesses, start, tolerance=1e-10, max_steps=200)
    assert found.converged
    theirs = least_squares(
        lambda x: known_values(witnesses, found.at.moved(x.reshape(KNOTS, -1))),
        1e-3 * rng.normal(size=KNOTS * start.layout.size),
        xtol=1e-10,
        ftol=1e-13,
        gtol=1e-10,
    )
    assert np.abs(theirs.x).max() < 1e-6
    assert found.cost == pytest.approx(theirs.cost, rel=1e-10)


def test_no_step_raises_the_cost_even_from_far_away():
    rng = np.random.default_rng(11)
    witnesses, start = list(terms(rng).values()), unknowns(rng, spread=1.5)
    costs = [
        cost(witnesses, solve(witnesses, start, tolerance=0.0, max_steps=n).at) for n in range(1, 8)
    ]
    assert (np.diff([cost(witnesses, start), *costs]) < 1e-9).all()


def test_running_out_of_steps_is_said():
    rng = np.random.default_rng(4)
    witnesses, start = list(terms(rng).values()), unknowns(rng)
    assert not solve(witnesses, start, max_steps=1).converged


def test_rotations_stay_rotations():
    rng = np.random.default_rng(4)
    at = solve(list(terms(rng).values()), unknowns(rng)).at
    for R in (at.C, at.A):
        np.testing.assert_allclose(
            np.swapaxes(R, -1, -2) @ R, np.broadcast_to(np.eye(3), R.shape), atol=1e-12
        )
        assert (np.linalg.det(R) > 0).all()
    assert so3.log(at.C).shape == (KNOTS, 2, 3)
