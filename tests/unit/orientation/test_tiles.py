"""What goes into the tiles comes out of them, whatever the number of samples."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.orientation._averages import start_from_averages
from kinefuse.orientation._tiles import NETWORK, ROW, SAMPLES, TURN, fill, tiles_for, write
from kinefuse.orientation.strapdown import dead_reckoning

RATE_HZ = 100.0
around_the_edges = pytest.mark.parametrize("samples", [1, 2, 63, 64, 65, 128, 129, 500])


def _signals(samples, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 5, (samples, 3)), so3.exp(rng.normal(0, 1, (samples, 3)))


def _filled(gyr, network):
    tiles = tiles_for(len(gyr))
    fill(tiles, gyr, network, RATE_HZ)
    return tiles


def _rows(tiles, row, samples):
    """Quaternions (time, 4) in four rows of the tiles."""
    rows = tiles.reshape(len(tiles), -1, ROW)[:, row // ROW : row // ROW + 4, :SAMPLES]
    return rows.transpose(0, 2, 1).reshape(-1, 4)[:samples]


def _fill_turn(tiles, quaternion):
    for j in range(4):
        tiles[:, TURN + j * ROW : TURN + (j + 1) * ROW] = quaternion[j]


@around_the_edges
def test_a_world_that_does_not_turn_leaves_dead_reckoning(samples):
    gyr, network = _signals(samples)
    tiles, R = _filled(gyr, network), np.empty((samples, 3, 3))
    _fill_turn(tiles, [1, 0, 0, 0])
    write(tiles, R)
    np.testing.assert_allclose(R, dead_reckoning(gyr, RATE_HZ), atol=1e-12)


@around_the_edges
def test_the_turn_that_the_network_sees_leads_to_the_network(samples):
    gyr, network = _signals(samples)
    tiles, R = _filled(gyr, network), np.empty((samples, 3, 3))
    tiles[:, TURN : TURN + 4 * ROW] = tiles[:, NETWORK : NETWORK + 4 * ROW]
    write(tiles, R)
    np.testing.assert_allclose(R, network, atol=1e-12)


@around_the_edges
@pytest.mark.parametrize("window", [1, 100, 500])
def test_one_world_seen_by_all_is_the_average(samples, window):
    gyr, _ = _signals(samples)
    R_world_start = so3.exp(np.array([0.4, 2.0, -1.0]))
    tiles = _filled(gyr, R_world_start @ dead_reckoning(gyr, RATE_HZ))
    start_from_averages(tiles, samples, window)
    seen = so3.from_quaternions(_rows(tiles, TURN, samples))
    np.testing.assert_allclose(seen, np.broadcast_to(R_world_start, seen.shape), atol=1e-11)


@pytest.mark.parametrize("diagonal", [(1, -1, -1), (-1, 1, -1), (-1, -1, 1)])
def test_a_world_turned_by_exactly_half_a_turn_has_an_average(diagonal):
    network = np.tile(np.diag(np.array(diagonal, dtype=float)), (100, 1, 1))
    tiles = _filled(np.zeros((100, 3)), network)
    start_from_averages(tiles, 100, 100)
    seen = so3.from_quaternions(_rows(tiles, TURN, 100))
    np.testing.assert_allclose(seen, network, atol=1e-12)


def test_averages_are_chordal_means_over_the_window():
    samples, gyr = 5 * SAMPLES, np.zeros((5 * SAMPLES, 3))
    network = so3.exp(np.random.default_rng(1).normal(0, 0.5, (samples, 3)))
    tiles = _filled(gyr, network)
    start_from_averages(tiles, samples, 2 * SAMPLES)
    seen = so3.from_quaternions(_rows(tiles, TURN, samples))
    for tile, (begin, end) in enumerate([(0, 2), (0, 3), (1, 4), (2, 5), (3, 5)]):
        expected = so3.mean(network[begin * SAMPLES : end * SAMPLES])
        np.testing.assert_allclose(seen[tile * SAMPLES], expected, atol=1e-10)
        np.testing.assert_allclose(seen[(tile + 1) * SAMPLES - 1], expected, atol=1e-10)


def test_one_attitude_upside_down_hardly_moves_the_average():
    gyr, network = np.zeros((300, 3)), np.tile(np.eye(3), (300, 1, 1))
    network[150] = so3.exp(np.array([np.pi, 0, 0]))
    tiles = _filled(gyr, network)
    start_from_averages(tiles, 300, 300)
    seen = so3.from_quaternions(_rows(tiles, TURN, 300))
    assert np.linalg.norm(so3.log(seen), axis=-1).max() < 1e-6
