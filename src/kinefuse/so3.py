"""Rotations as 3x3 matrices, with any number of leading batch axes.

``R_a_b`` maps coordinates in frame b to coordinates in frame a, so frames cancel
from the inside: ``R_a_b @ R_b_c == R_a_c``. Tangent vectors are in radians.
Equation numbers refer to Solà et al. (2018), "A micro Lie theory for state
estimation in robotics", arXiv:1812.01537.
"""

import numpy as np
from jaxtyping import Float

Rotations = Float[np.ndarray, "*batch 3 3"]
Vectors = Float[np.ndarray, "*batch 3"]


def exp(tangent: Vectors) -> Rotations:
    """Rotation by the angle ``|tangent|`` about the axis ``tangent`` (Rodrigues)."""
    angle, K = _norm(tangent), skew(tangent)
    sinc, versine = _sin_over_angle(angle), _one_minus_cos_over_angle_squared(angle)
    return np.eye(3) + sinc * K + versine * (K @ K)


def log(R: Rotations) -> Vectors:
    """Tangent vector of each rotation, angle in [0, pi] (inverse of ``exp``)."""
    w, xyz = _quaternion(R)
    sine = np.linalg.norm(xyz, axis=-1, keepdims=True)  # of the half angle
    angle = 2 * np.arctan2(sine, w)
    still = sine == 0
    return np.where(still, 2.0, angle / np.where(still, 1.0, sine)) * xyz


def inverse_right_jacobian(tangent: Vectors) -> Float[np.ndarray, "*batch 3 3"]:
    """First-order change of ``log(R @ exp(d))`` with ``d`` at ``R = exp(tangent)`` (Eq. 144)."""
    angle, K = _norm(tangent), skew(tangent)
    safe = np.where(angle < 1e-8, 1.0, angle)  # there K @ K is below rounding error
    curvature = (1 - (safe / 2) / np.tan(safe / 2)) / safe**2
    return np.eye(3) + K / 2 + curvature * (K @ K)


def skew(v: Vectors) -> Float[np.ndarray, "*batch 3 3"]:
    """Matrix of the cross product: ``skew(v) @ u == np.cross(v, u)``."""
    x, y, z = np.moveaxis(v, -1, 0)
    o = np.zeros_like(x)
    return np.stack([o, -z, y, z, o, -x, -y, x, o], axis=-1).reshape(*v.shape, 3)


def transpose(R: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Transpose of the last two axes; the inverse, when ``R`` is a rotation."""
    return np.swapaxes(R, -1, -2)


def mean(R: Float[np.ndarray, "time 3 3"]) -> Float[np.ndarray, "3 3"]:
    """Chordal mean, nearest to all of ``R`` (Moakher 2002, SIAM J. Matrix Anal. 24:1)."""
    return nearest(R.mean(axis=0))


def nearest(M: Float[np.ndarray, "*batch 3 3"]) -> Rotations:
    """The rotation nearest to each matrix in the Frobenius norm (Kabsch 1976)."""
    U, _, Vt = np.linalg.svd(M)
    U[..., :, 2] *= np.sign(np.linalg.det(U @ Vt))[..., None]
    return U @ Vt


def polished(R: Float[np.ndarray, "*batch 3 3"]) -> Rotations:
    """Rotations to double precision, from those that are rotations to single precision.

    One Newton-Schulz step, ``R (3 - R^T R) / 2``: an error e becomes e^2, without a decomposition.
    """
    return R @ (3 * np.eye(3) - transpose(R) @ R) / 2


def from_quaternions(wxyz: Float[np.ndarray, "*batch 4"]) -> Rotations:
    """Rotation of each unit quaternion, scalar first."""
    w, xyz = wxyz[..., :1, None], wxyz[..., 1:]
    K = skew(xyz)
    return np.eye(3) + 2 * w * K + 2 * K @ K


QUATERNION_PARTS = ("w", "x", "y", "z")
"""Scalar first, everywhere."""


def quaternions(R: Rotations) -> Float[np.ndarray, "*batch 4"]:
    """Unit quaternion of each rotation, scalar first and not negative."""
    return np.concatenate(_quaternion(R), axis=-1)


def continuous_quaternions(R: Float[np.ndarray, "time 3 3"]) -> Float[np.ndarray, "time 4"]:
    """Unit quaternion of each rotation, scalar first, the first one's scalar not negative.

    q and -q are the same rotation: the sign is that which is nearer to the sample before, so that
    who interpolates or averages goes the short way.
    """
    q = quaternions(R)
    agree = np.sum(q[1:] * q[:-1], axis=-1)
    q[1:] *= np.cumprod(np.where(agree < 0, -1.0, 1.0))[:, None]
    return q


def about_y(angle_rad: Float[np.ndarray, "*batch"] | float) -> Rotations:
    """Rotation about the world's vertical: positive turns forward (x) towards the left (-z)."""
    return exp(np.asarray(angle_rad)[..., None] * np.array([0.0, 1.0, 0.0]))


def heading(R_world_segment: Rotations) -> Float[np.ndarray, "*batch"]:
    """Angle [rad] about the vertical (y) of the segment's right (z) axis; zero if it faces x.

    The right axis is used because it stays near the horizontal while a leg swings.
    """
    return np.asarray(np.arctan2(R_world_segment[..., 0, 2], R_world_segment[..., 2, 2]))


def _norm(v):
    return np.linalg.norm(v, axis=-1)[..., None, None]


def _sin_over_angle(angle):
    return np.sinc(angle / np.pi)


def _one_minus_cos_over_angle_squared(angle):
    return 0.5 * np.sinc(angle / (2 * np.pi)) ** 2  # 1 - cos = 2 sin^2(angle / 2)


def _quaternion(R):
    """Unit quaternion with w >= 0, from the best conditioned of the four forms."""
    trace = np.trace(R, axis1=-2, axis2=-1)
    four_squares = np.stack([1 + trace, *(1 - trace + 2 * R[..., i, i] for i in range(3))], axis=-1)
    xy, yz, zx = (R[..., i, j] + R[..., j, i] for i, j in ((0, 1), (1, 2), (2, 0)))
    wx, wy, wz = (R[..., i, j] - R[..., j, i] for i, j in ((2, 1), (0, 2), (1, 0)))
    w2, x2, y2, z2 = np.moveaxis(four_squares, -1, 0)
    rows = [(w2, wx, wy, wz), (wx, x2, xy, zx), (wy, xy, y2, yz), (wz, zx, yz, z2)]
    table = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    best = np.argmax(four_squares, axis=-1)[..., None, None]
    q = np.take_along_axis(table, best, axis=-2)[..., 0, :]
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    q = np.where(q[..., :1] < 0, -q, q)
    return q[..., :1], q[..., 1:]
