"""A step against a dense matrix, and against the cost it walks down."""

from itertools import pairwise

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.orientation._averages import start_from_averages
from kinefuse.orientation._tiles import MOVE, ROW, SAMPLES, TURN, fill, tiles_for, write
from kinefuse.orientation._tridiagonal import eliminate, step

RATE_HZ = 100.0
around_the_edges = pytest.mark.parametrize("samples", [2, 63, 64, 65, 129])


def _tiles(samples, jitter_rad, seed=0):
    """Attitudes that jitter about a sensor that does not turn, and a start that errs elsewhere."""
    rng = np.random.default_rng(seed)
    network = so3.exp(rng.normal(0, jitter_rad, (samples, 3)))
    tiles = tiles_for(samples)
    fill(tiles, np.zeros((samples, 3)), network, RATE_HZ)
    q = np.column_stack([np.ones(samples), rng.normal(0, jitter_rad / 2, (samples, 3))])
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    for t in range(samples):
        tiles[t // SAMPLES, TURN + t % SAMPLES : TURN + 4 * ROW : ROW] = q[t]
    return tiles, network


def _turns(tiles, samples):
    """The world's turns C, as the sensor's attitudes: dead reckoning stands still."""
    R = np.empty((samples, 3, 3))
    write(tiles, R)
    return R


def _moves(tiles, samples):
    rows = tiles.reshape(len(tiles), -1, ROW)[:, MOVE // ROW : MOVE // ROW + 3, :SAMPLES]
    return rows.transpose(0, 2, 1).reshape(-1, 3)[:samples]


def _cost(C, network, k):
    off = so3.log(C @ so3.transpose(network))
    change = so3.log(C[1:] @ so3.transpose(C[:-1]))
    return 0.5 * np.sum(off**2) + 0.5 * k * np.sum(change**2)


def _gradient(C, network, k, h=1e-6):
    """By central differences, for C <- exp(d) C."""
    slope = np.zeros((len(C), 3))
    for t, axis in np.ndindex(slope.shape):
        d = np.zeros((len(C), 3))
        d[t, axis] = h
        there, back = (_cost(so3.exp(s * d) @ C, network, k) for s in (1, -1))
        slope[t, axis] = (there - back) / (2 * h)
    return slope


def _flat_hessian(samples, k):
    differences = np.diff(np.eye(samples), axis=0)
    return np.eye(samples) + k * differences.T @ differences


@around_the_edges
@pytest.mark.parametrize("k", [0.0, 0.3, 50.0])
def test_the_move_solves_the_flat_system_for_the_true_gradient(samples, k):
    tiles, network = _tiles(samples, jitter_rad=0.5)
    C = _turns(tiles, samples)
    eliminate(tiles, samples, k)
    largest = step(tiles, samples, k)
    expected = -np.linalg.solve(_flat_hessian(samples, k), _gradient(C, network, k))
    np.testing.assert_allclose(_moves(tiles, samples), expected, atol=1e-7)
    assert largest == pytest.approx(np.linalg.norm(expected, axis=1).max(), abs=1e-7)


def test_the_move_is_made_on_the_side_of_the_world():
    tiles, _ = _tiles(70, jitter_rad=0.1)
    before = _turns(tiles, 70)
    eliminate(tiles, 70, 5.0)
    step(tiles, 70, 5.0)
    expected = so3.exp(_moves(tiles, 70)) @ before
    np.testing.assert_allclose(_turns(tiles, 70), expected, atol=1e-6)


@pytest.mark.parametrize("jitter_rad", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("k", [0.1, 5.0, 5000.0])
def test_no_step_raises_the_cost(jitter_rad, k):
    tiles, network = _tiles(150, jitter_rad)
    eliminate(tiles, 150, k)
    costs = [_cost(_turns(tiles, 150), network, k)]
    for _ in range(15):
        step(tiles, 150, k)
        costs.append(_cost(_turns(tiles, 150), network, k))
    assert (np.diff(costs) <= 1e-11 * costs[0]).all()


def test_steps_end_where_the_gradient_is_zero():
    tiles, network = _tiles(100, jitter_rad=0.5)
    eliminate(tiles, 100, 20.0)
    for _ in range(30):
        largest = step(tiles, 100, 20.0)
    assert largest < 1e-12
    np.testing.assert_allclose(_gradient(_turns(tiles, 100), network, 20.0), 0, atol=1e-7)


def test_from_an_average_each_step_gains_two_digits():
    tiles, _ = _tiles(500, jitter_rad=0.1)
    start_from_averages(tiles, 500, 500)
    eliminate(tiles, 500, 1000.0)
    moves = [step(tiles, 500, 1000.0) for _ in range(4)]
    assert all(later < 1e-2 * sooner for sooner, later in pairwise(moves))
