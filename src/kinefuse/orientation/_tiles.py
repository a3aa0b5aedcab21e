"""The smoother's working memory: samples in tiles, each tile a few rows of numbers.

A row holds one number of 64 successive samples, so the loops over a row run on vector registers,
and a tile fits the fastest memory. Behind its 64 samples a row has room for the next tile's first.
Dead reckoning is ``S_t`` (attitude relative to the first sample's), the network ``N_t``; the
smoother looks for the slow turn ``C_t`` of the world frame, in ``R_t = C_t S_t``.
"""

import numpy as np

from kinefuse.orientation import _quaternions as quaternions
from kinefuse.orientation._compiled import compiled

SAMPLES = 64
ROW = 72
PATH = 0  # S, four rows
NETWORK = 4 * ROW  # N S^-1, four rows: where the network sees the world's turn
TURN = 8 * ROW  # C, four rows
MOVE = 12 * ROW  # three rows: error of the network, then what becomes of it in a step
CHANGE = 15 * ROW  # three rows: turn from each C to the next
GAIN = 18 * ROW  # inverse pivot of the elimination
SIZE = 19 * ROW


@compiled
def filled(gyr_rad_s, network, rate_hz):
    """Tiles with dead reckoning and what the network says about its world frame."""
    samples = len(network)
    tiles = np.zeros((-(-samples // SAMPLES), SIZE))
    path = (1.0, 0.0, 0.0, 0.0)
    for n in range(len(tiles)):
        tile, first = tiles[n], n * SAMPLES
        here = min(SAMPLES, samples - first)
        for i in range(min(here, samples - 1 - first)):
            for axis in range(3):  # trapezoidal rule
                tile[MOVE + axis * ROW + i] = (
                    gyr_rad_s[first + i, axis] + gyr_rad_s[first + i + 1, axis]
                ) / (2.0 * rate_hz)
        for i in range(here):
            w, x, y, z = quaternions.of_matrix(network[first + i])
            _put(tile, NETWORK, i, w, x, y, z)
        _turns(tile)
        for i in range(here):
            turn = _get(tile, TURN, i)
            _put(tile, PATH, i, *path)
            path = quaternions.product(*path, *turn)
        path = quaternions.normalised(*path)
        _seen_from_path(tile)
    return tiles


@compiled
def written(tiles, samples):
    """Attitudes ``C_t S_t``, as matrices."""
    R = np.empty((samples, 3, 3))
    for t in range(samples):
        tile, i = tiles[t // SAMPLES], t % SAMPLES
        attitude = quaternions.product(*_get(tile, TURN, i), *_get(tile, PATH, i))
        quaternions.into_matrix(*attitude, R[t])
    return R


@compiled
def _turns(tile):
    """Rotation vectors in the rows MOVE become quaternions in the rows TURN."""
    for i in range(SAMPLES):
        w, x, y, z = quaternions.of_turn(
            tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i]
        )
        _put(tile, TURN, i, w, x, y, z)


@compiled
def _seen_from_path(tile):
    """N becomes N S^-1."""
    for i in range(SAMPLES):
        w, x, y, z = _get(tile, PATH, i)
        w, x, y, z = quaternions.product(*_get(tile, NETWORK, i), w, -x, -y, -z)
        _put(tile, NETWORK, i, w, x, y, z)


@compiled
def _get(tile, row, i):
    return tile[row + i], tile[row + ROW + i], tile[row + 2 * ROW + i], tile[row + 3 * ROW + i]


@compiled
def _put(tile, row, i, w, x, y, z):
    tile[row + i], tile[row + ROW + i] = w, x
    tile[row + 2 * ROW + i], tile[row + 3 * ROW + i] = y, z
