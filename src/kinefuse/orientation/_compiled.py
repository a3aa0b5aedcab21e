"""How a loop over samples is compiled, and the step that dead reckoning adds up."""

import inspect
import math

from numba import njit

# Fused multiply-add and a division done as a product with the reciprocal change the last digit
# only, and let loops run on vector registers. NaN and infinity keep their meaning.
HARMLESS = {"contract", "nsz", "arcp"}


def compiled(function):
    """Compile, and keep the machine code on disk.

    The tests wrap every function with a shape checker, which cannot be compiled; it is unwrapped.
    """
    plain = inspect.unwrap(function)
    return njit(cache=True, nogil=True, error_model="numpy", fastmath=HARMLESS)(plain)


@compiled
def turn_in_place(R, d):
    """R <- R exp(d)."""
    n = d[0] ** 2 + d[1] ** 2 + d[2] ** 2
    angle = math.sqrt(n)
    if angle < 1e-6:
        s, c = 1.0 - n / 6.0, 0.5 - n / 24.0
    else:
        s, c = math.sin(angle) / angle, (1.0 - math.cos(angle)) / n
    for i in range(3):
        a, b, e = R[i, 0], R[i, 1], R[i, 2]
        # row times K, then row times K^2, with K = skew(d)
        ka, kb, ke = b * d[2] - e * d[1], e * d[0] - a * d[2], a * d[1] - b * d[0]
        qa, qb, qe = kb * d[2] - ke * d[1], ke * d[0] - ka * d[2], ka * d[1] - kb * d[0]
        R[i, 0], R[i, 1], R[i, 2] = a + s * ka + c * qa, b + s * kb + c * qb, e + s * ke + c * qe
