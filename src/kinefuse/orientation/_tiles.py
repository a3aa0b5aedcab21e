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
GAIN = 15 * ROW  # inverse pivot of the elimination
SIZE = 16 * ROW


def tiles_for(samples: int) -> np.ndarray:
    """Working memory for so many samples, not yet filled but for its end."""
    tiles = np.empty((-(-samples // SAMPLES), SIZE))
    tiles[-1] = 0.0
    return tiles


@compiled
def fill(tiles, gyr_rad_s, network, rate_hz):
    """Dead reckoning, and what the network says about its world frame."""
    samples = len(network)
    matrices = np.zeros(9 * ROW)
    path = (1.0, 0.0, 0.0, 0.0)
    for n in range(len(tiles)):
        tile, first = tiles[n], n * SAMPLES
        here = min(SAMPLES, samples - first)
        for i in range(min(here, samples - 1 - first)):
            for axis in range(3):  # trapezoidal rule
                tile[MOVE + axis * ROW + i] = (
                    gyr_rad_s[first + i, axis] + gyr_rad_s[first + i + 1, axis]
                ) / (2.0 * rate_hz)
        _turns(tile)
        for i in range(here):
            turn = _get(tile, TURN, i)
            _put(tile, PATH, i, *path)
            path = quaternions.product(*path, *turn)
        path = quaternions.normalised(*path)
        for i in range(here):
            for j in range(3):
                for k in range(3):
                    matrices[(3 * j + k) * ROW + i] = network[first + i, j, k]
        _seen_from_path(tile, matrices)


@compiled
def write(tiles, R):
    """Attitudes ``C_t S_t``, as matrices into ``R``."""
    matrices = np.empty(9 * ROW)
    for n in range(len(tiles)):
        first = n * SAMPLES
        _attitudes(tiles[n], matrices)
        for i in range(min(SAMPLES, len(R) - first)):
            for j in range(3):
                for k in range(3):
                    R[first + i, j, k] = matrices[(3 * j + k) * ROW + i]


@compiled
def _turns(tile):
    """Rotation vectors in the rows MOVE become quaternions in the rows TURN."""
    for i in range(SAMPLES):
        w, x, y, z = quaternions.of_turn(
            tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i]
        )
        _put(tile, TURN, i, w, x, y, z)


@compiled
def _seen_from_path(tile, matrices):
    """The rows NETWORK become N S^-1."""
    for i in range(SAMPLES):
        w, x, y, z = quaternions.of_matrix(
            matrices[i],
            matrices[ROW + i],
            matrices[2 * ROW + i],
            matrices[3 * ROW + i],
            matrices[4 * ROW + i],
            matrices[5 * ROW + i],
            matrices[6 * ROW + i],
            matrices[7 * ROW + i],
            matrices[8 * ROW + i],
        )
        pw, px, py, pz = _get(tile, PATH, i)
        w, x, y, z = quaternions.product(w, x, y, z, pw, -px, -py, -pz)
        _put(tile, NETWORK, i, w, x, y, z)


@compiled
def _attitudes(tile, matrices):
    """C S as matrices, entry by entry."""
    for i in range(SAMPLES):
        w, x, y, z = _get(tile, TURN, i)
        pw, px, py, pz = _get(tile, PATH, i)
        w, x, y, z = quaternions.product(w, x, y, z, pw, px, py, pz)
        xx, xy, xz, yx, yy, yz, zx, zy, zz = quaternions.to_matrix(w, x, y, z)
        matrices[i], matrices[ROW + i], matrices[2 * ROW + i] = xx, xy, xz
        matrices[3 * ROW + i], matrices[4 * ROW + i], matrices[5 * ROW + i] = yx, yy, yz
        matrices[6 * ROW + i], matrices[7 * ROW + i], matrices[8 * ROW + i] = zx, zy, zz


@compiled
def _get(tile, row, i):
    return tile[row + i], tile[row + ROW + i], tile[row + 2 * ROW + i], tile[row + 3 * ROW + i]


@compiled
def _put(tile, row, i, w, x, y, z):
    tile[row + i], tile[row + ROW + i] = w, x
    tile[row + 2 * ROW + i], tile[row + 3 * ROW + i] = y, z
