"""Where the smoother starts: the world's turn averaged over a window around each tile.

The average is the rotation with the least sum of squared chords, that is the main axis of the
sum of ``q q^T`` (Markley et al. 2007, J. Guid. Control Dyn. 30:4). Averages of neighbours hardly
differ, so one a tile is computed, and held.
"""

import math

import numpy as np

from kinefuse.orientation._compiled import compiled
from kinefuse.orientation._tiles import NETWORK, ROW, SAMPLES, TURN


@compiled
def start_from_averages(tiles, samples, window):
    """Fill the rows TURN of all tiles with the NETWORK's averages over ``window`` samples."""
    until = _sums_until(tiles, samples)
    reach = (window // SAMPLES) // 2
    A, B, q = np.empty((4, 4)), np.empty((4, 4)), np.empty(4)
    for n in range(len(tiles)):
        begin, end = max(0, n - reach), min(len(tiles), n + reach + 1)
        for j in range(4):
            for k in range(4):
                A[j, k] = until[end, j, k] - until[begin, j, k]
        _main_axis(A, B, q)
        for j in range(4):
            tiles[n, TURN + j * ROW : TURN + j * ROW + SAMPLES] = q[j]


@compiled
def _sums_until(tiles, samples):
    """Sum of q q^T over all samples before each tile."""
    until = np.zeros((len(tiles) + 1, 4, 4))
    for n in range(len(tiles)):
        tile = tiles[n]
        ww = wx = wy = wz = xx = xy = xz = yy = yz = zz = 0.0
        for i in range(NETWORK, NETWORK + min(SAMPLES, samples - n * SAMPLES)):
            w, x, y, z = tile[i], tile[i + ROW], tile[i + 2 * ROW], tile[i + 3 * ROW]
            ww, wx, wy, wz = ww + w * w, wx + w * x, wy + w * y, wz + w * z
            xx, xy, xz = xx + x * x, xy + x * y, xz + x * z
            yy, yz, zz = yy + y * y, yz + y * z, zz + z * z
        rows = (ww, wx, wy, wz), (wx, xx, xy, xz), (wy, xy, yy, yz), (wz, xz, yz, zz)
        for j in range(4):
            for k in range(4):
                until[n + 1, j, k] = until[n, j, k] + rows[j][k]
    return until


@compiled
def _main_axis(A, B, q):
    """Unit vector ``q`` along the largest eigenvalue of ``A``, by squaring until one is left.

    Both matrices are overwritten.
    """
    for _ in range(12):  # an eigenvalue 1 % below the largest is then 1e-18 of it
        trace, squares = A[0, 0] + A[1, 1] + A[2, 2] + A[3, 3], 0.0
        for j in range(4):
            for k in range(4):
                B[j, k] = A[j, k] / trace
                squares += B[j, k] * B[j, k]
        for j in range(4):
            for k in range(4):
                A[j, k] = (
                    B[j, 0] * B[0, k] + B[j, 1] * B[1, k] + B[j, 2] * B[2, k] + B[j, 3] * B[3, k]
                )
        if squares > 1.0 - 1e-12:
            break
    best = 0
    for j in range(1, 4):
        if A[j, j] > A[best, best]:
            best = j
    length = math.sqrt(A[best, 0] ** 2 + A[best, 1] ** 2 + A[best, 2] ** 2 + A[best, 3] ** 2)
    for j in range(4):
        q[j] = A[best, j] / length
