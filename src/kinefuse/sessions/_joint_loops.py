"""The loops over samples that compare two sensors at a joint, compiled.

A sample's disagreement is the difference of two lengths, so that its normal equations are those of
six numbers: added up one sample after the other, nothing but a 6 by 6 matrix is ever stored.
"""

import math

import numpy as np

from kinefuse.orientation._compiled import compiled

_LEAST = 1e-9  # m/s2: what is divided by is never zero, in free fall either


@compiled
def force_at(force, by_place, i, x, y, z, out):
    """Force of sample ``i`` at a place into ``out``; returns its length."""
    for row in range(3):
        turned = by_place[i, row, 0] * x + by_place[i, row, 1] * y + by_place[i, row, 2] * z
        out[row] = force[i, row] + turned
    return math.sqrt(out[0] ** 2 + out[1] ** 2 + out[2] ** 2) + _LEAST


@compiled
def sum_of_squares(one, by_one, other, by_other, sound, other_sound, where, places, work):
    """Squared disagreements added up, and of how many samples.

    ``where`` is first sample, one after the last, step, and the lag of the other sensor; ``work``
    has room for 2 by 6 numbers.
    """
    u, v = work[0], work[1]
    squares, count = 0.0, 0
    for i in range(where[0], where[1], where[2]):
        j = i + where[3]
        if not (sound[i] and other_sound[j]):
            continue
        left = force_at(one, by_one, i, places[0], places[1], places[2], u)
        left -= force_at(other, by_other, j, places[3], places[4], places[5], v)
        squares += left * left
        count += 1
    return squares, count


@compiled
def normal_equations(one, by_one, other, by_other, sound, other_sound, where, places, work, H, g):
    """The same samples' ``J^T J`` into ``H``, and ``J^T left`` into ``g``.

    ``J`` is how the disagreement changes with both places. Returns how many samples there were.
    """
    u, v = work[0], work[1]
    J = work[2]
    count = 0
    H[:] = 0.0
    g[:] = 0.0
    for i in range(where[0], where[1], where[2]):
        j = i + where[3]
        if not (sound[i] and other_sound[j]):
            continue
        length = force_at(one, by_one, i, places[0], places[1], places[2], u)
        other_length = force_at(other, by_other, j, places[3], places[4], places[5], v)
        for a in range(3):
            along = u[0] * by_one[i, 0, a] + u[1] * by_one[i, 1, a] + u[2] * by_one[i, 2, a]
            J[a] = along / length
            along = v[0] * by_other[j, 0, a] + v[1] * by_other[j, 1, a] + v[2] * by_other[j, 2, a]
            J[a + 3] = -along / other_length
        for a in range(6):
            g[a] += J[a] * (length - other_length)
            for b in range(a, 6):
                H[a, b] += J[a] * J[b]
        count += 1
    for a in range(6):
        for b in range(a):
            H[a, b] = H[b, a]
    return count


@compiled
def settled(one, by_one, other, by_other, sound, other_sound, where, places, prior, steps, enough):
    """Places after some Gauss-Newton steps, and the squares left there of how many samples.

    The mean square counts with weight one, and the places' own squares with weight ``prior``; it
    ends early where no number changes by ``enough``.
    """
    work, H, g = np.empty((3, 6)), np.empty((6, 6)), np.empty(6)
    found = places.copy()
    for _ in range(steps):
        count = normal_equations(
            one, by_one, other, by_other, sound, other_sound, where, found, work, H, g
        )
        H /= max(1, count)
        g /= max(1, count)
        g += prior * found
        for a in range(6):
            H[a, a] += prior
        step = np.linalg.solve(H, g)
        found -= step
        if np.abs(step).max() < enough:
            break
    squares, count = sum_of_squares(
        one, by_one, other, by_other, sound, other_sound, where, found, work
    )
    return squares, count, found
