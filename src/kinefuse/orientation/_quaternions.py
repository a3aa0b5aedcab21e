"""Unit quaternions (w, x, y, z) as plain numbers, without a branch wherever a loop must vectorise.

A quaternion and its negative are the same rotation; every function here accepts either.
"""

import math

import numpy as np

from kinefuse.orientation._compiled import compiled


def _arctangent_series() -> tuple[float, ...]:
    """Coefficients of atan(y) / y in y^2, for y up to tan(pi / 8); wrong by less than 1e-14."""
    widest = math.tan(math.pi / 8) ** 2

    def arctangent_over_y(y2):
        y = np.sqrt(np.maximum(y2, 1e-30))
        return np.arctan(y) / y

    fitted = np.polynomial.Chebyshev.interpolate(arctangent_over_y, 10, domain=[0, widest])
    return tuple(float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef)


A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10 = _arctangent_series()
# Taylor series of cos(h) and sin(h) / h in h^2: exact to rounding for h up to a quarter turn.
C1, C2, C3, C4, C5, C6, C7, C8, C9, C10 = ((-1) ** n / math.factorial(2 * n) for n in range(1, 11))
S1, S2, S3, S4, S5, S6, S7, S8, S9, S10 = (
    (-1) ** n / math.factorial(2 * n + 1) for n in range(1, 11)
)


@compiled
def rotation_vector(w, x, y, z):
    """Shortest rotation vector [rad].

    The vector part has the length sin(angle / 2). With c = cos(angle / 4) and
    tan^2(angle / 8) = (1 - c) / (1 + c) the factor to the angle is smooth up to a half turn.
    """
    c = math.sqrt(0.5 + 0.5 * abs(w))
    r = 1.0 / (c + c * c)
    t = (1.0 - c) * c * r
    p = A7 + t * (A8 + t * (A9 + t * A10))
    p = A0 + t * (A1 + t * (A2 + t * (A3 + t * (A4 + t * (A5 + t * (A6 + t * p))))))
    scale = math.copysign(4.0 * p * r, w)
    return scale * x, scale * y, scale * z


@compiled
def of_turn(x, y, z):
    """Quaternion of a rotation vector [rad], up to one turn."""
    x, y, z = 0.5 * x, 0.5 * y, 0.5 * z
    n = x * x + y * y + z * z
    c = C5 + n * (C6 + n * (C7 + n * (C8 + n * (C9 + n * C10))))
    c = 1.0 + n * (C1 + n * (C2 + n * (C3 + n * (C4 + n * c))))
    s = S5 + n * (S6 + n * (S7 + n * (S8 + n * (S9 + n * S10))))
    s = 1.0 + n * (S1 + n * (S2 + n * (S3 + n * (S4 + n * s))))
    return c, s * x, s * y, s * z


@compiled
def nearly_of_turn(x, y, z):
    """Multiple of the quaternion of a rotation vector [rad]; the angle is right to its 7th power.

    From tan(h) = h (15 - h^2) / (15 - 6 h^2): half a turn comes out 0.03 rad too short.
    """
    x, y, z = 0.5 * x, 0.5 * y, 0.5 * z
    n = x * x + y * y + z * z
    s = 15.0 - n
    return 15.0 - 6.0 * n, s * x, s * y, s * z


@compiled
def product(aw, ax, ay, az, bw, bx, by, bz):
    """First turned by b, then by a."""
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by + ay * bw + az * bx - ax * bz,
        aw * bz + az * bw + ax * by - ay * bx,
    )


@compiled
def normalised(w, x, y, z):
    """Of length one."""
    s = 1.0 / math.sqrt(w * w + x * x + y * y + z * z)
    return s * w, s * x, s * y, s * z


@compiled
def of_matrix(xx, xy, xz, yx, yy, yz, zx, zy, zz):
    """Quaternion of a rotation matrix, row by row.

    Each of w, x, y, z times the quaternion is linear in the matrix (Shepperd 1978). The product
    with one that is at least 1/2 is taken, here chosen without a branch.
    """
    w2, x2, y2, z2 = 1.0 + xx + yy + zz, 1.0 + xx - yy - zz, 1.0 - xx + yy - zz, 1.0 - xx - yy + zz
    by_w, by_x, by_y = w2 >= 1.0, x2 >= 1.0, y2 >= 1.0
    wx, wy, wz = zy - yz, xz - zx, yx - xy
    xy, yz, zx = xy + yx, yz + zy, zx + xz
    w = w2 if by_w else (wx if by_x else (wy if by_y else wz))
    x = wx if by_w else (x2 if by_x else (xy if by_y else zx))
    y = wy if by_w else (xy if by_x else (y2 if by_y else yz))
    z = wz if by_w else (zx if by_x else (yz if by_y else z2))
    return normalised(w, x, y, z)


@compiled
def to_matrix(w, x, y, z):
    """Rotation matrix, row by row, of a quaternion of any length."""
    s = 2.0 / (w * w + x * x + y * y + z * z)
    sx, sy, sz = s * x, s * y, s * z
    xx, yy, zz = sx * x, sy * y, sz * z
    xy, yz, zx = sx * y, sy * z, sz * x
    wx, wy, wz = sx * w, sy * w, sz * w
    return (
        1.0 - yy - zz, xy - wz, zx + wy,
        xy + wz, 1.0 - zz - xx, yz - wx,
        zx - wy, yz + wx, 1.0 - xx - yy,
    )  # fmt: skip
