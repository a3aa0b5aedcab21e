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


def uncertain_loss(
    estimate: Float[Tensor, "batch time joint 3"],
    sd: Float[Tensor, "batch time joint 3"],
    truth: Float[Tensor, "batch time joint 3"],
    counts: Bool[Tensor, "batch time joint"],
    scale: Float[Tensor, "joint 3"],
    shape_weight: float,
    spread_exponent: float,
) -> Float[Tensor, ""]:
    """Gaussian likelihood of errors with a predicted SD, and the shape of the errors again.

    Each term is weighted by the predicted variance, in units of ``scale`` squared, to the power of
    ``spread_exponent`` (beta-NLL; Seitzer et al. 2022, ICLR); no gradient goes through that weight,
    nor from the shape's term into the SD.
    """
    counted = counts[..., None].to(estimate.dtype)
    numbers = counted.sum().clamp(min=1) * estimate.shape[-1]
    error = (estimate - truth) * counted
    held = sd.detach()
    weight = (held / scale) ** (2 * spread_exponent) * counted
    likelihood = ((error / sd).square() / 2 + sd.log()) * weight
    offset = error.sum(1, keepdim=True) / counted.sum(1, keepdim=True).clamp(min=1)
    shape = ((error - offset * counted) / held).square() / 2 * weight
    return (likelihood.sum() + shape_weight * shape.sum()) / numbers


def _mean_square(error: Tensor, weight: Tensor) -> Tensor:
    return error.square().sum() / (weight.sum() * error.shape[-1])
