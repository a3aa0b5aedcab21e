"""What a network is punished for, one row a target."""

from jaxtyping import Bool, Float
from torch import Tensor

Known = Bool[Tensor, "batch time"]


def angle_loss(
    estimate: Float[Tensor, "batch time 3"],
    truth: Float[Tensor, "batch time 3"],
    known: Known,
    spread: Float[Tensor, " 3"],
    shape_weight: float,
) -> Float[Tensor, ""]:
    """Mean squared error in units of each plane's SD, with the error's shape weighted again.

    The shape is what remains of a window's error when its mean is removed.
    """
    weight = known[..., None].to(estimate.dtype)
    error = (estimate - truth) / spread * weight
    loss = _mean_square(error, weight)
    if shape_weight == 0:
        return loss
    offset = error.sum(1, keepdim=True) / weight.sum(1, keepdim=True)
    return loss + shape_weight * _mean_square((error - offset) * weight, weight)


def orientation_loss(
    estimate: Float[Tensor, "batch time 2 3 3"],
    truth: Float[Tensor, "batch time 2 3 3"],
    known: Known,
) -> Float[Tensor, ""]:
    """Mean squared chordal distance, which is ``8 sin^2(angle / 2)`` (Hartley et al. 2013)."""
    squares = (estimate - truth).square().sum((-1, -2)).mean(-1)
    return (squares * known).sum() / known.sum()


def _mean_square(error: Tensor, weight: Tensor) -> Tensor:
    return error.square().sum() / (weight.sum() * error.shape[-1])
