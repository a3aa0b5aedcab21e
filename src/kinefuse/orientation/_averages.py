"""Where the smoother starts: the world's turn averaged over a window around each sample.

The average is the rotation with the least sum of squared chords, that is the main axis of the
mean of ``q q^T`` (Markley et al. 2007, J. Guid. Control Dyn. 30:4). Averages of neighbours hardly
differ, so one in twenty windows' length is computed, and held.
"""

import numpy as np

from kinefuse.orientation._compiled import compiled
from kinefuse.orientation._tiles import NETWORK, ROW, SAMPLES, TURN

PARTS = 20


@compiled
def start_from_averages(tiles, samples, window):
    """Fill the rows TURN of all tiles with the NETWORK's averages over ``window`` samples."""
    held = max(1, window // PARTS)
    sums = _sums_until(tiles, samples, held)
    parts = len(sums) - 1
    reach = min(PARTS // 2, max(1, window // (2 * held)))
    A, B, q = np.empty((4, 4)), np.empty((4, 4)), np.empty(4)
    for part in range(parts):
        begin, end = max(0, part - reach), min(parts, part + reach + 1)
        for j in range(4):
            for k in range(4):
                A[j, k] = sums[end, j, k] - sums[begin, j, k]
        _main_axis(A, B, q)
        for t in range(part * held, min(samples, (part + 1) * held)):
            tile, i = tiles[t // SAMPLES], t % SAMPLES
            for j in range(4):
                tile[TURN + j * ROW + i] = q[j]


@compiled
def _sums_until(tiles, samples, held):
    """Sum of q q^T over all samples before each part."""
    parts = -(-samples // held)
    sums = np.zeros((parts + 1, 4, 4))
    for part in range(parts):
        ww = wx = wy = wz = xx = xy = xz = yy = yz = zz = 0.0
        for t in range(part * held, min(samples, (part + 1) * held)):
            tile, i = tiles[t // SAMPLES], NETWORK + t % SAMPLES
            w, x, y, z = tile[i], tile[i + ROW], tile[i + 2 * ROW], tile[i + 3 * ROW]
            ww, wx, wy, wz = ww + w * w, wx + w * x, wy + w * y, wz + w * z
            xx, xy, xz = xx + x * x, xy + x * y, xz + x * z
            yy, yz, zz = yy + y * y, yz + y * z, zz + z * z
        upper = ww, wx, wy, wz, xx, xy, xz, yy, yz, zz
        n = 0
        for j in range(4):
            for k in range(j, 4):
                sums[part + 1, j, k] = sums[part, j, k] + upper[n]
                sums[part + 1, k, j] = sums[part + 1, j, k]
                n += 1
    return sums


@compiled
def _main_axis(A, B, q):
    """Unit vector ``q`` along the largest eigenvalue of ``A``, by squaring until one is left."""
    for _ in range(12):  # an eigenvalue 1 % below the largest is then 1e-18 of it
        trace = A[0, 0] + A[1, 1] + A[2, 2] + A[3, 3]
        squares = 0.0
        for j in range(4):
            for k in range(4):
                B[j, k] = A[j, k] / trace
                squares += B[j, k] * B[j, k]
        for j in range(4):
            for k in range(j, 4):
                A[j, k] = (
                    B[j, 0] * B[0, k] + B[j, 1] * B[1, k] + B[j, 2] * B[2, k] + B[j, 3] * B[3, k]
                )
                A[k, j] = A[j, k]
        if squares > 1.0 - 1e-12:
            break
    largest = 0
    for j in range(1, 4):
        if A[j, j] > A[largest, largest]:
            largest = j
    length = np.sqrt(
        A[largest, 0] ** 2 + A[largest, 1] ** 2 + A[largest, 2] ** 2 + A[largest, 3] ** 2
    )
    for j in range(4):
        q[j] = A[largest, j] / length
