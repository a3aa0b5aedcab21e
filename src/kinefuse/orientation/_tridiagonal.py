"""One step of the smoother: the cost's gradient, and two sweeps that solve for the move.

With ``R_t = C_t S_t`` along dead reckoning S, and in units of the network's variance, the cost is

    1/2 sum_t |log(C_t (N_t S_t^-1)^-1)|^2 + k/2 sum_t |log(C_t+1 C_t^-1)|^2.

For the move ``C <- exp(d) C`` the gradient of each squared angle is its rotation vector, exactly,
since a rotation vector is an eigenvector of its own Jacobian. A squared angle is nowhere more
curved than a squared distance in flat space, so the flat matrix ``H = 1 + k (second difference)``
in place of the true one lets a step fall short, never overshoot; it is right to the square of
the angles / 12. It is the same for all three axes and all steps: the sweeps (Thomas algorithm,
Golub & Van Loan 2013, section 4.3) cost three multiplications a number.
"""

import math

import numpy as np

from kinefuse.orientation import _quaternions as quaternions
from kinefuse.orientation._compiled import compiled
from kinefuse.orientation._tiles import GAIN, MOVE, NETWORK, ROW, SAMPLES, TURN


@compiled
def eliminate(tiles, samples, k):
    """Fill the row GAIN with the inverse pivots of H; no difference is taken, so none cancels."""
    rest = 1.0
    for t in range(samples):
        pivot = rest + k if t + 1 < samples else rest
        tiles[t // SAMPLES, GAIN + t % SAMPLES] = 1.0 / pivot
        rest = 1.0 + k * rest / pivot


@compiled
def step(tiles, samples, k):
    """Move every C by ``-H^-1 gradient``.

    Args:
        tiles: Working memory, changed in place.
        samples: Number of samples.
        k: Variance of a network attitude by that of a turn.

    Returns:
        The largest move of any sample [rad].
    """
    _sweep_forward(tiles, samples, k)
    return math.sqrt(_sweep_backward(tiles, samples, k))


@compiled
def _sweep_forward(tiles, samples, k):
    """Rows MOVE become the eliminated right side of ``H d = -gradient``."""
    change = np.empty(3 * ROW)
    vx = vy = vz = 0.0
    before_x = before_y = before_z = 0.0
    for n in range(len(tiles)):
        tile, here = tiles[n], min(SAMPLES, samples - n * SAMPLES)
        if n + 1 < len(tiles):
            for row in range(TURN, TURN + 4 * ROW, ROW):
                tile[row + SAMPLES] = tiles[n + 1, row]
        _residuals(tile, change)
        if n + 1 == len(tiles):  # the last sample has no next
            for row in range(0, 3 * ROW, ROW):
                change[row + here - 1] = 0.0
        for i in range(here):
            gain = tile[GAIN + i]
            x, y, z = k * change[i], k * change[ROW + i], k * change[2 * ROW + i]
            vx = gain * (x - before_x - tile[MOVE + i] + k * vx)
            vy = gain * (y - before_y - tile[MOVE + ROW + i] + k * vy)
            vz = gain * (z - before_z - tile[MOVE + 2 * ROW + i] + k * vz)
            before_x, before_y, before_z = x, y, z
            tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i] = vx, vy, vz


@compiled
def _sweep_backward(tiles, samples, k):
    """Rows MOVE become the moves, and are made; returns the largest, squared."""
    x = y = z = largest = 0.0
    for n in range(len(tiles) - 1, -1, -1):
        tile, here = tiles[n], min(SAMPLES, samples - n * SAMPLES)
        for i in range(here - 1, -1, -1):
            share = k * tile[GAIN + i]
            x = tile[MOVE + i] + share * x
            y = tile[MOVE + ROW + i] + share * y
            z = tile[MOVE + 2 * ROW + i] + share * z
            tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i] = x, y, z
            largest = max(largest, x * x + y * y + z * z)
        _move(tile)
    return largest


@compiled
def _residuals(tile, change):
    """Rows MOVE: how far the network is off; ``change``: turn from each C to the next."""
    for i in range(SAMPLES):
        w, x, y, z = _get(tile, TURN, i)
        nw, nx, ny, nz = _get(tile, NETWORK, i)
        w, x, y, z = quaternions.product(w, x, y, z, nw, -nx, -ny, -nz)
        x, y, z = quaternions.rotation_vector(w, x, y, z)
        tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i] = x, y, z
    for i in range(SAMPLES):
        w, x, y, z = _get(tile, TURN, i)
        nw, nx, ny, nz = _get(tile, TURN, i + 1)
        w, x, y, z = quaternions.product(nw, nx, ny, nz, w, -x, -y, -z)
        x, y, z = quaternions.rotation_vector(w, x, y, z)
        change[i], change[ROW + i], change[2 * ROW + i] = x, y, z


@compiled
def _move(tile):
    """C <- exp(d) C, with d in the rows MOVE."""
    for i in range(SAMPLES):
        dw, dx, dy, dz = quaternions.nearly_of_turn(
            tile[MOVE + i], tile[MOVE + ROW + i], tile[MOVE + 2 * ROW + i]
        )
        w, x, y, z = _get(tile, TURN, i)
        w, x, y, z = quaternions.product(dw, dx, dy, dz, w, x, y, z)
        w, x, y, z = quaternions.normalised(w, x, y, z)
        tile[TURN + i], tile[TURN + ROW + i] = w, x
        tile[TURN + 2 * ROW + i], tile[TURN + 3 * ROW + i] = y, z


@compiled
def _get(tile, row, i):
    return tile[row + i], tile[row + ROW + i], tile[row + 2 * ROW + i], tile[row + 3 * ROW + i]
