"""Joint angles and rotations of all of a body's joints at once, in torch (see ``anatomy``)."""

import roma
import torch
from jaxtyping import Float
from torch import Tensor

from kinefuse.networks.legs import OWN, PAIRS, SIGNS

_NEARLY_ONE = 1 - 1e-6  # keeps the gradient of the arc sine finite

Angles = Float[Tensor, "*batch joint 3"]
Rotations = Float[Tensor, "*batch joint 3 3"]


def rotations_of_angles(angles_rad: Angles) -> Rotations:
    """``R_proximal_distal`` of the first joints of ``legs.PAIRS``: Cardan sequence z-x-y."""
    z, x, y = (angles_rad * _signs(angles_rad)).unbind(-1)
    (cz, sz), (cx, sx), (cy, sy) = ((a.cos(), a.sin()) for a in (z, x, y))
    rows = (
        (cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy),
        (sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy),
        (-cx * sy, sx, cx * cy),
    )
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def angles_of_rotations(R_proximal_distal: Rotations) -> Angles:
    """The inverse; adduction lies within a quarter turn of zero."""
    R = R_proximal_distal
    about_z = torch.atan2(-R[..., 0, 1], R[..., 1, 1])
    about_x = torch.asin(R[..., 2, 1].clamp(-_NEARLY_ONE, _NEARLY_ONE))
    about_y = torch.atan2(-R[..., 2, 0], R[..., 2, 2])
    angles = torch.stack([about_z, about_x, about_y], dim=-1)
    return angles * _signs(angles)


def turned_angles(angles_rad: Angles, turns_rad: Float[Tensor, "batch _time place 3"]) -> Angles:
    """Angles of the first joints when every sensor stands in turned axes.

    Args:
        angles_rad: (batch, time, joint, plane), between the axes as they are.
        turns_rad: Rotation vector of ``R_old_new`` of each place, at every time or for all times.
    """
    R_old_new = roma.rotvec_to_rotmat(turns_rad)
    proximal, distal = zip(*PAIRS[: angles_rad.shape[-2]], strict=True)
    R_new_old = R_old_new[:, :, list(proximal)].transpose(-1, -2)
    return angles_of_rotations(
        R_new_old @ rotations_of_angles(angles_rad) @ R_old_new[:, :, list(distal)]
    )


def corrected_angles(
    angles_rad: Angles,
    turns_rad: Float[Tensor, "batch 4 3"],
    course_rad: Float[Tensor, "batch time 3 3"],
) -> Float[Tensor, "batch time 3 3"]:
    """Angles of the own joints, corrected as ``kinefuse.correction`` does."""
    return turned_angles(angles_rad[..., :OWN, :], turns_rad[:, None]) + course_rad


def _signs(like: Tensor) -> Tensor:
    return torch.tensor(SIGNS, dtype=like.dtype, device=like.device)[: like.shape[-2]]
