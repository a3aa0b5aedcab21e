"""What is done to windows of legs on their way into the training: missing and turned sensors."""

import roma
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kinefuse.networks.joint_turns import turned_angles
from kinefuse.networks.legs import OWN, PAIRS

Vectors = Float[Tensor, "batch time 7 3 3"]
Angles = Float[Tensor, "batch time 6 3"]
Worn = Bool[Tensor, "batch 7"]


def turned_sensors(
    vectors: Vectors, angles_rad: Angles, turns_rad: Float[Tensor, "batch 7 3"]
) -> tuple[Vectors, Angles]:
    """Every sensor in turned axes, and the angles that the same attitudes then give.

    Args:
        vectors: In the axes as they are.
        angles_rad: Between the axes as they are.
        turns_rad: Rotation vector of ``R_old_new`` of every sensor.
    """
    R_old_new = roma.rotvec_to_rotmat(turns_rad)
    turned = torch.einsum("btsqi,bsij->btsqj", vectors, R_old_new)
    return turned, turned_angles(angles_rad, turns_rad)


def random_turns(
    movable: Bool[Tensor, " batch"], sigma_deg: float, generator: torch.Generator
) -> Float[Tensor, "batch 7 3"]:
    """One strap-on error a sensor, where sensors can be askew at all."""
    turns = torch.randn(len(movable), 7, 3, generator=generator, device=generator.device)
    return turns * (sigma_deg * torch.pi / 180) * movable[:, None, None]


def some_missing(worn: Worn, chance: float, each: float, generator: torch.Generator) -> Worn:
    """Fewer sensors, in a share of the windows; nobody loses their last joint."""
    batch, device = len(worn), generator.device
    hit = torch.rand(batch, 1, generator=generator, device=device) < chance
    gone = torch.rand(batch, 7, generator=generator, device=device) < each
    left = worn & ~(hit & gone)
    enough = own_known(left).any(dim=1, keepdim=True)
    return torch.where(enough, left, worn)


def own_known(worn: Worn) -> Bool[Tensor, "batch 3"]:
    """Own joints with a sensor on both sides."""
    return torch.stack([worn[:, p] & worn[:, d] for p, d in PAIRS[:OWN]], dim=1)
