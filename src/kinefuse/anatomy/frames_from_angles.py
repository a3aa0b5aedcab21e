"""Anatomical axes of clusters from known joint angles, where there is no static trial.

A cluster sits on its segment with an unknown constant rotation. If the joint's true rotation is
known over time, both rotations of a joint follow from it (the "AX = ZB" problem of robotics).
"""

import numpy as np
from jaxtyping import Float

from kinefuse import so3

Constant = Float[np.ndarray, "3 3"]


def both_sides(
    R_proximal_distal_clusters: Float[np.ndarray, "time 3 3"],
    R_proximal_distal: Float[np.ndarray, "time 3 3"],
) -> tuple[Constant, Constant]:
    """``R_cluster_segment`` of the proximal and of the distal segment.

    Closed form: M X = Z N for all frames holds where x^T C z is largest, with x, z the stacked
    elements of the constants and C the sum of the Kronecker products of N and M; that is the
    leading pair of singular vectors (Shah 2013, J. Mech. Robot. 5:031007). Unique if the joint
    moves about more than one axis.
    """
    M, N = R_proximal_distal_clusters, R_proximal_distal
    # <M X, Z N> summed over time, as a form in the elements of Z (ab) and of X (cd).
    form = np.einsum("tac,tbd->abcd", M, N).reshape(9, 9)
    left, _, right = np.linalg.svd(form)
    Z, X = left[:, 0].reshape(3, 3), right[0].reshape(3, 3)
    if np.linalg.det(Z) < 0:
        Z, X = -Z, -X
    return so3.nearest(Z), so3.nearest(X)


def distal_side(
    R_proximal_distal_clusters: Float[np.ndarray, "time 3 3"],
    R_proximal_distal: Float[np.ndarray, "time 3 3"],
    R_cluster_proximal: Constant,
) -> Constant:
    """``R_cluster_segment`` of the distal segment, where the proximal one is known."""
    M, N = R_proximal_distal_clusters, R_proximal_distal
    return so3.nearest((so3.transpose(M) @ R_cluster_proximal @ N).mean(axis=0))
