"""One Gauss-Newton step of the smoother, compiled.

The normal equations ``H d = -g`` have 3x3 blocks ``D_t`` on the diagonal and ``L_t`` below it.
Forward elimination keeps ``W_t = S_t^-1 L_t+1^T`` and ``v_t = S_t^-1 z_t`` of the Schur
complements ``S_t``; substitution then runs backwards, ``d_t = v_t - W_t d_t+1`` (block Thomas
algorithm, Golub & Van Loan 2013, section 4.5). The tests compare it with a dense solver.
"""

import math

import numpy as np

from kinefuse.orientation._compiled import compiled, turn_in_place


@compiled
def _log(M, out):
    """Rotation vector of a rotation matrix; returns the cotangent term of its inverse Jacobian."""
    x, y, z = M[2, 1] - M[1, 2], M[0, 2] - M[2, 0], M[1, 0] - M[0, 1]
    trace = M[0, 0] + M[1, 1] + M[2, 2]
    sine2 = math.sqrt(x * x + y * y + z * z)  # 2 sin(angle)
    angle = math.atan2(sine2, trace - 1.0)
    if angle < 1e-4:
        # The series keep full precision where sin(angle) has lost it.
        scale = 0.5 * (1.0 + angle * angle / 6.0)
        curvature = 1.0 / 12.0 + angle * angle / 720.0
    elif math.pi - angle < 1e-3:
        _log_near_half_turn(M, angle, x, y, z, out)
        half = 0.5 * angle
        return (1.0 - half / math.tan(half)) / (angle * angle)
    else:
        scale = angle / sine2
        half = 0.5 * angle
        curvature = (1.0 - half / math.tan(half)) / (angle * angle)
    out[0], out[1], out[2] = scale * x, scale * y, scale * z
    return curvature


@compiled
def _log_near_half_turn(M, angle, x, y, z, out):
    """Axis from the largest column of M + M^T, which stays well conditioned at a half turn."""
    k = 0
    for i in range(1, 3):
        if M[i, i] > M[k, k]:
            k = i
    c = math.cos(angle)
    for i in range(3):
        out[i] = 0.5 * (M[i, k] + M[k, i]) - (c if i == k else 0.0)
    norm = math.sqrt(out[0] ** 2 + out[1] ** 2 + out[2] ** 2)
    sign = 1.0 if out[0] * x + out[1] * y + out[2] * z >= 0 else -1.0
    for i in range(3):
        out[i] *= sign * angle / norm


@compiled
def _inverse_right_jacobian(v, curvature, J):
    """I + K/2 + curvature K^2 of the rotation vector ``v`` (Solà et al. 2018, Eq. 144)."""
    x, y, z = v[0], v[1], v[2]
    n = x * x + y * y + z * z
    J[0, 0], J[1, 1], J[2, 2] = (
        1 + curvature * (x * x - n),
        1 + curvature * (y * y - n),
        1 + curvature * (z * z - n),
    )
    xy, yz, zx = curvature * x * y, curvature * y * z, curvature * z * x
    J[0, 1], J[1, 0] = xy - 0.5 * z, xy + 0.5 * z
    J[1, 2], J[2, 1] = yz - 0.5 * x, yz + 0.5 * x
    J[2, 0], J[0, 2] = zx - 0.5 * y, zx + 0.5 * y


@compiled
def _at_b(A, B, out):
    """Out = A^T B into ``out``."""
    for i in range(3):
        for j in range(3):
            out[i, j] = A[0, i] * B[0, j] + A[1, i] * B[1, j] + A[2, i] * B[2, j]


@compiled
def _invert_symmetric(S, out):
    """Inverse of a symmetric positive definite 3x3 matrix, by cofactors."""
    a, b, c, d, e, f = S[0, 0], S[0, 1], S[0, 2], S[1, 1], S[1, 2], S[2, 2]
    A, B, C = d * f - e * e, c * e - b * f, b * e - c * d
    k = 1.0 / (a * A + b * B + c * C)
    out[0, 0], out[0, 1], out[0, 2] = A * k, B * k, C * k
    out[1, 0], out[1, 1], out[1, 2] = B * k, (a * f - c * c) * k, (b * c - a * e) * k
    out[2, 0], out[2, 1], out[2, 2] = C * k, out[1, 2], (a * d - b * b) * k


@compiled
def gauss_newton_step(R, turns, network, turn_weight, attitude_weight):
    """Move every attitude of ``R`` (in place) to the minimum of the linearised problem.

    Args:
        R: Attitudes (time, 3, 3), changed in place.
        turns: Rotation vectors between samples (time - 1, 3) [rad].
        network: The network's attitudes (time, 3, 3).
        turn_weight: Inverse variance of a turn [1/rad^2].
        attitude_weight: Inverse variance of a network attitude [1/rad^2].

    Returns:
        The largest component of any move [rad].
    """
    samples = len(R)
    W, v = np.empty((samples, 3, 3)), np.empty((samples, 3))
    S, inverse, L = np.empty((3, 3)), np.empty((3, 3)), np.zeros((3, 3))
    carried_D, carried_g = np.zeros((3, 3)), np.zeros(3)  # what turn t leaves to sample t + 1
    M, J, JJ, tmp = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3))
    e, Je, z = np.empty(3), np.empty(3), np.empty(3)
    next_L = np.empty((3, 3))

    for t in range(samples):
        # the network's witness: J^T J and J^T e
        _at_b(network[t], R[t], M)
        curvature = _log(M, e)
        _inverse_right_jacobian(e, curvature, J)
        _at_b(J, J, JJ)
        for i in range(3):
            z[i] = carried_g[i]
            for j in range(3):
                z[i] += attitude_weight * J[j, i] * e[j]
                S[i, j] = carried_D[i, j] + attitude_weight * JJ[i, j]
        # the turn to the next sample: B = J_r^-1(log M), A = -B M^T
        if t + 1 < samples:
            _at_b(R[t], R[t + 1], M)
            curvature = _log(M, e)
            _inverse_right_jacobian(e, curvature, J)
            for i in range(3):
                e[i] -= turns[t, i]
            _at_b(J, J, JJ)
            for i in range(3):
                Je[i] = turn_weight * (J[0, i] * e[0] + J[1, i] * e[1] + J[2, i] * e[2])
                carried_g[i] = Je[i]
                for j in range(3):
                    carried_D[i, j] = turn_weight * JJ[i, j]
            for i in range(3):
                z[i] -= M[i, 0] * Je[0] + M[i, 1] * Je[1] + M[i, 2] * Je[2]  # A^T e = -M B^T e
                for j in range(3):  # tmp = B^T B M^T, and B^T A = -tmp
                    tmp[i, j] = JJ[i, 0] * M[j, 0] + JJ[i, 1] * M[j, 1] + JJ[i, 2] * M[j, 2]
                    next_L[i, j] = -turn_weight * tmp[i, j]
            for i in range(3):
                for j in range(3):  # A^T A = M B^T B M^T
                    S[i, j] += turn_weight * (
                        M[i, 0] * tmp[0, j] + M[i, 1] * tmp[1, j] + M[i, 2] * tmp[2, j]
                    )
        # eliminate the sample before
        if t > 0:
            for i in range(3):
                for k in range(3):
                    z[i] -= L[i, k] * v[t - 1, k]
                for j in range(3):
                    for k in range(3):
                        S[i, j] -= L[i, k] * W[t - 1, k, j]
        _invert_symmetric(S, inverse)
        for i in range(3):
            v[t, i] = inverse[i, 0] * z[0] + inverse[i, 1] * z[1] + inverse[i, 2] * z[2]
            for j in range(3):  # W = S^-1 L_next^T
                W[t, i, j] = (
                    inverse[i, 0] * next_L[j, 0]
                    + inverse[i, 1] * next_L[j, 1]
                    + inverse[i, 2] * next_L[j, 2]
                )
                L[i, j] = next_L[i, j]

    largest = 0.0
    for t in range(samples - 1, -1, -1):
        if t + 1 < samples:
            for i in range(3):
                for k in range(3):
                    v[t, i] -= W[t, i, k] * v[t + 1, k]
    for t in range(samples):
        for i in range(3):
            v[t, i] = -v[t, i]
            largest = max(largest, abs(v[t, i]))
        turn_in_place(R[t], v[t])
    return largest
