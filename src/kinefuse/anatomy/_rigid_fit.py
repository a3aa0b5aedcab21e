"""The loop over frames that fits a rigid cluster, compiled.

Horn (1987), J. Opt. Soc. Am. A 4:629: the best unit quaternion is the eigenvector of the largest
eigenvalue of a symmetric 4x4 matrix. The eigenvalue comes from Newton's method on its quartic,
started above it, so that it meets no other root (Theobald 2005, Acta Cryst. A61:478); the
eigenvector from the adjugate, which is its outer product with itself. It gives what a singular
value decomposition of every frame's cross-covariance gives, in a twentieth of the time.
"""

import inspect
import math

import numpy as np
from numba import njit

_MOST_ITERATIONS = 60  # three suffice for a rigid cluster, thirty for one close to a line
_CONVERGED = 1e-15


def _compiled(function):
    """Compile, and keep the machine code on disk; a shape checker cannot be compiled."""
    return njit(cache=True)(inspect.unwrap(function))


@_compiled
def fit_frames(points_m, local_m):
    """Rotation, origin and root mean square misfit of every frame; NaN where a marker is."""
    frames, markers = points_m.shape[0], points_m.shape[1]
    R = np.full((frames, 3, 3), np.nan)
    origin = np.full((frames, 3), np.nan)
    misfit = np.full(frames, np.nan)
    local_centre = np.zeros(3)
    for m in range(markers):
        local_centre += local_m[m] / markers
    S, centre, q = np.empty((3, 3)), np.empty(3), np.empty(4)
    for t in range(frames):
        size = _covariance(points_m[t], local_m, local_centre, S, centre)
        if not size > 0.0:
            continue
        largest = _largest_eigenvalue(S)
        _eigenvector(S, largest, q)
        _rotation(q, R[t])
        for i in range(3):
            origin[t, i] = centre[i] - (
                R[t, i, 0] * local_centre[0]
                + R[t, i, 1] * local_centre[1]
                + R[t, i, 2] * local_centre[2]
            )
        misfit[t] = math.sqrt(max(0.0, 2.0 * size * (1.0 - largest) / markers))
    return R, origin, misfit


@_compiled
def _covariance(points, local, local_centre, S, centre):
    """Fill the centre of the points and their scaled covariance with the template.

    Returns half the sum of both clusters' squared sizes, by which S is divided: the largest
    eigenvalue is then at most one, and one where the cluster is rigid.
    """
    markers = points.shape[0]
    centre[:] = 0.0
    for m in range(markers):
        for i in range(3):
            centre[i] += points[m, i] / markers
    S[:] = 0.0
    size = 0.0
    for m in range(markers):
        for i in range(3):
            p = points[m, i] - centre[i]
            size += p * p + (local[m, i] - local_centre[i]) ** 2
            for j in range(3):
                S[i, j] += p * (local[m, j] - local_centre[j])
    size *= 0.5
    if size > 0.0:
        S /= size
    return size


@_compiled
def _largest_eigenvalue(S):
    """Largest root of x^4 - 2 t x^2 - 8 d x + 2 tr(G^2) - t^2, where G = S^T S and t = tr(G).

    With singular values s (the last signed) the roots are s1 + s2 + s3, s1 - s2 - s3, ...
    """
    t = squares = 0.0
    for i in range(3):
        for j in range(3):
            g = S[0, i] * S[0, j] + S[1, i] * S[1, j] + S[2, i] * S[2, j]
            squares += g * g
            if i == j:
                t += g
    d = (
        S[0, 0] * (S[1, 1] * S[2, 2] - S[1, 2] * S[2, 1])
        - S[0, 1] * (S[1, 0] * S[2, 2] - S[1, 2] * S[2, 0])
        + S[0, 2] * (S[1, 0] * S[2, 1] - S[1, 1] * S[2, 0])
    )
    constant = 2.0 * squares - t * t
    x = 1.0
    for _ in range(_MOST_ITERATIONS):
        slope = 4.0 * x * (x * x - t) - 8.0 * d
        if slope <= 0.0:
            break
        step = (x * x * (x * x - 2.0 * t) - 8.0 * d * x + constant) / slope
        x -= step
        if abs(step) <= _CONVERGED:
            break
    return x


@_compiled
def _eigenvector(S, largest, q):
    """Fill q, scalar first, with the unit eigenvector, from the adjugate's longest column."""
    a = S[0, 0] + S[1, 1] + S[2, 2] - largest
    b, c, d = S[2, 1] - S[1, 2], S[0, 2] - S[2, 0], S[1, 0] - S[0, 1]
    e = S[0, 0] - S[1, 1] - S[2, 2] - largest
    f, g = S[0, 1] + S[1, 0], S[0, 2] + S[2, 0]
    h = S[1, 1] - S[0, 0] - S[2, 2] - largest
    k = S[1, 2] + S[2, 1]
    m = S[2, 2] - S[0, 0] - S[1, 1] - largest
    # 2x2 minors of the upper rows (a b c d), (b e f g) and of the lower (c f h k), (d g k m)
    u01, u02, u03 = a * e - b * b, a * f - c * b, a * g - d * b
    u12, u13, u23 = b * f - c * e, b * g - d * e, c * g - d * f
    v02, v03 = c * k - h * d, c * m - k * d
    v12, v13, v23 = f * k - h * g, f * m - k * g, h * m - k * k
    ww, xx = e * v23 - f * v13 + g * v12, a * v23 - c * v03 + d * v02
    yy, zz = d * u13 - g * u03 + m * u01, c * u12 - f * u02 + h * u01
    wx, wy = -(b * v23 - c * v13 + d * v12), g * u23 - k * u13 + m * u12
    wz, xy = -(f * u23 - h * u13 + k * u12), -(d * u23 - k * u03 + m * u02)
    xz, yz = c * u23 - h * u03 + k * u02, -(c * u13 - f * u03 + k * u01)
    best = max(abs(ww), abs(xx), abs(yy), abs(zz))
    if best == abs(ww):
        q[0], q[1], q[2], q[3] = ww, wx, wy, wz
    elif best == abs(xx):
        q[0], q[1], q[2], q[3] = wx, xx, xy, xz
    elif best == abs(yy):
        q[0], q[1], q[2], q[3] = wy, xy, yy, yz
    else:
        q[0], q[1], q[2], q[3] = wz, xz, yz, zz
    q /= math.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2 + q[3] ** 2)


@_compiled
def _rotation(q, R):
    """Fill R with the rotation of a unit quaternion, scalar first."""
    w, x, y, z = q[0], q[1], q[2], q[3]
    R[0, 0], R[0, 1], R[0, 2] = 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)
    R[1, 0], R[1, 1], R[1, 2] = 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)
    R[2, 0], R[2, 1], R[2, 2] = 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)
