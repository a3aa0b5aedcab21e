"""Rotation between two segments <-> clinical joint angles.

Grood & Suntay (1983), J. Biomech. Eng. 105:136, and the ISB recommendation (Wu et al. 2002,
J. Biomech. 35:543): flexion about the proximal segment's z axis, internal rotation about the
distal segment's y axis, adduction about the floating axis between. With x forward, y up and
z right this is the Cardan sequence z-x'-y''.
"""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import Joint

Angles = Float[np.ndarray, "*batch 3"]
"""Flexion, adduction, internal rotation [rad]."""


def joint_rotation(R_world_proximal: so3.Rotations, R_world_distal: so3.Rotations) -> so3.Rotations:
    """Rotation of the distal segment, seen from the proximal one."""
    R_proximal_world = so3.transpose(R_world_proximal)
    return R_proximal_world @ R_world_distal


def angles_of_rotation(R_proximal_distal: so3.Rotations, joint: Joint) -> Angles:
    """Clinical angles [rad] of a joint; adduction lies within a quarter turn of zero.

    Within a degree of 90 deg of adduction, flexion and rotation are about the same axis and only
    their sum is known (gimbal lock); no human joint goes there.
    """
    R = R_proximal_distal
    about_z = np.arctan2(-R[..., 0, 1], R[..., 1, 1])
    about_x = np.arcsin(np.clip(R[..., 2, 1], -1, 1))
    about_y = np.arctan2(-R[..., 2, 0], R[..., 2, 2])
    return np.stack([about_z, about_x, about_y], axis=-1) * np.array(joint.signs)


def rotation_of_angles(angles_rad: Angles, joint: Joint) -> so3.Rotations:
    """Rotation of the distal segment, seen from the proximal one, from clinical angles [rad]."""
    about_z, about_x, about_y = np.moveaxis(angles_rad * np.array(joint.signs), -1, 0)
    x, y, z = np.eye(3)
    return (
        so3.exp(about_z[..., None] * z)
        @ so3.exp(about_x[..., None] * x)
        @ so3.exp(about_y[..., None] * y)
    )
