"""What is done to windows of legs on their way into the training: missing and turned sensors."""

from collections.abc import Mapping

import roma
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.networks.joint_turns import turned_angles
from kinefuse.networks.legs import OWN, PAIRS

SLIDING: Mapping[str, float] = {"pelvis": 0.4, "thigh": 1.0, "shank": 0.4, "foot": 0.1}
"""How far skin slides beside that of the thigh: clusters of markers turn by 1 to 3.7 deg (SD over
time) against the bone on the thigh and by 0.3 to 1.6 deg on the shank (Cereatti et al. 2017,
J. Biomech. 62:5); the pelvis's is taken to be like the shank's, and a foot's shoe is stiff."""
_SLIDING = torch.tensor([SLIDING[segment.split("_")[0]] for segment in SEGMENTS])
_NEIGHBOURS = torch.tensor([[float(s in pair) for pair in PAIRS] for s in range(len(SEGMENTS))])

Vectors = Float[Tensor, "batch time 7 3 3"]
Angles = Float[Tensor, "batch time 6 3"]
Worn = Bool[Tensor, "batch 7"]


def turned_sensors(
    vectors: Vectors,
    angles_rad: Angles,
    turns_rad: Float[Tensor, "batch _time 7 3"],
    rate_hz: float,
) -> tuple[Vectors, Angles]:
    """Every sensor in turned axes, and the angles that the same attitudes then give.

    Args:
        vectors: In the axes as they are.
        angles_rad: Between the axes as they are.
        turns_rad: Rotation vector of ``R_old_new`` of every sensor, small; at every time, or for
            all times.
        rate_hz: Samples a second.
    """
    R_old_new = roma.rotvec_to_rotmat(turns_rad).expand(-1, vectors.shape[1], -1, -1, -1)
    turned = torch.einsum("btsqi,btsij->btsqj", vectors, R_old_new)
    if turns_rad.shape[1] > 1:
        change = torch.gradient(turns_rad, dim=1)[0] * rate_hz
        own_turning = change - torch.linalg.cross(turns_rad, change) / 2  # right Jacobian
        felt, turning, upwards = turned.unbind(dim=-2)
        turned = torch.stack([felt, turning + own_turning, upwards], dim=-2)
    return turned, turned_angles(angles_rad, turns_rad)


def random_turns(
    movable: Bool[Tensor, " batch"], sigma_deg: float, generator: torch.Generator
) -> Float[Tensor, "batch 7 3"]:
    """One strap-on error a sensor, where sensors can be askew at all."""
    turns = torch.randn(len(movable), 7, 3, generator=generator, device=generator.device)
    return turns * (sigma_deg * torch.pi / 180) * movable[:, None, None]


def sliding_turns(
    movable: Bool[Tensor, " batch"],
    angles_rad: Angles,
    share: float,
    generator: torch.Generator,
) -> Float[Tensor, "batch time 7 3"]:
    """Turns of sensors whose skin slides as the neighbouring joints bend, with mean zero.

    Args:
        movable: Where sensors can slide at all.
        angles_rad: Of all joints.
        share: One sigma of a thigh sensor's turn about each axis, a turn of a neighbouring joint's
            flexion; other segments as in ``SLIDING``.
        generator: Where chance comes from.
    """
    bent = angles_rad[..., 0]
    bent = bent - bent.mean(dim=1, keepdim=True)
    lever = torch.randn(
        len(bent), len(SEGMENTS), len(PAIRS), 3, generator=generator, device=generator.device
    )
    size = share * _NEIGHBOURS.to(bent) * _SLIDING.to(bent)[:, None]
    lever = lever * size[..., None] * movable[:, None, None, None]
    return torch.einsum("btj,bsja->btsa", bent, lever)


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
