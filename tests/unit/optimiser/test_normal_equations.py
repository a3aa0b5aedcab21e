"""The block solver against dense algebra."""

import numpy as np
import pytest

from kinefuse.optimiser.normal_equations import NormalEquations, Undetermined
from kinefuse.optimiser.residuals import Residuals

KNOTS, SIZE = 6, 5


def residuals(rng, columns, pairwise, **more):
    rows = KNOTS - 1 if pairwise else KNOTS
    shape = rows, 4, len(columns)
    return Residuals(
        name="made up",
        values=rng.normal(size=shape[:2]),
        columns=np.array(columns),
        jacobians=rng.normal(size=shape),
        next_jacobians=rng.normal(size=shape) if pairwise else None,
        **more,
    )


def everything(rng):
    known = np.array([True, False, True, True, True, True])
    return [
        residuals(rng, [0, 1, 2, 3, 4], pairwise=False),
        residuals(rng, [3, 1], pairwise=False, known=known),
        residuals(rng, [0, 1, 4], pairwise=True, huber=0.9),
        residuals(rng, [2, 3], pairwise=True),
    ]


def dense(terms):
    H, g = np.zeros((KNOTS * SIZE, KNOTS * SIZE)), np.zeros(KNOTS * SIZE)
    for term in terms:
        for k, weight in enumerate(term.weights):
            J = np.zeros((4, KNOTS * SIZE))
            J[:, k * SIZE + term.columns] += term.jacobians[k]
            if term.next_jacobians is not None:
                J[:, (k + 1) * SIZE + term.columns] += term.next_jacobians[k]
            H += weight * J.T @ J
            g += weight * J.T @ term.values[k]
    return H, g


@pytest.mark.parametrize("seed", range(4))
def test_step_and_covariances_are_those_of_the_dense_matrix(seed):
    terms = everything(np.random.default_rng(seed))
    H, g = dense(terms)
    eliminated = NormalEquations.of(terms, KNOTS, SIZE).eliminated()
    np.testing.assert_allclose(eliminated.step().reshape(-1), -np.linalg.solve(H, g), atol=1e-9)
    inverse = np.linalg.inv(H)
    for k, block in enumerate(eliminated.covariances()):
        own = slice(k * SIZE, (k + 1) * SIZE)
        np.testing.assert_allclose(block, inverse[own, own], atol=1e-9)


def test_what_nobody_measures_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(Undetermined, match="not determined"):
        NormalEquations.of([residuals(rng, [0, 1], pairwise=True)], KNOTS, SIZE).eliminated()


def test_more_evidence_never_makes_less_sure():
    rng = np.random.default_rng(2)
    terms = everything(rng)
    less, more = (
        NormalEquations.of(of, KNOTS, SIZE).eliminated().covariances()
        for of in (terms, [*terms, residuals(rng, [1, 2], pairwise=False)])
    )
    assert (np.linalg.eigvalsh(less - more) > -1e-10).all()
