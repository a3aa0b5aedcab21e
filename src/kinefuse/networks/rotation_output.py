"""Six numbers as a rotation, without the jumps that three or four numbers have.

Zhou et al. (2019), "On the continuity of rotation representations in neural networks", CVPR:
the first two columns, made orthonormal by Gram and Schmidt; the third is their cross product.
"""

import torch
from torch import Tensor

_SMALLEST = 1e-8  # below float32's resolution of a length of one


def rotation_of_six(six: Tensor) -> Tensor:
    """Rotations (..., 3, 3) from (..., 6): the two unnormalised columns one after the other.

    Written out in plain arithmetic, not ``roma.special_gramschmidt``, because its operations
    have to exist in ONNX; a test holds the two together.
    """
    first, second = six[..., :3], six[..., 3:]
    x = _unit(first)
    y = _unit(second - (x * second).sum(-1, keepdim=True) * x)
    return torch.stack([x, y, _cross(x, y)], dim=-1)


def _unit(v: Tensor) -> Tensor:
    return v / (v.square().sum(-1, keepdim=True) + _SMALLEST**2).sqrt()


def _cross(a: Tensor, b: Tensor) -> Tensor:
    ax, ay, az = a.unbind(-1)
    bx, by, bz = b.unbind(-1)
    return torch.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], dim=-1)
