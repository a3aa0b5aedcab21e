"""How badly we pretend the sensors were strapped on, on a whole batch at once.

Every sensor of every window gets one strap-on rotation, one gyroscope bias and white noise. The
lengths of the vectors are not touched here: the network computes them from what it is given, so
they always agree with the vectors.
"""

from dataclasses import dataclass
from typing import Literal

import roma
import torch
from jaxtyping import Float
from torch import Tensor

Signals = Float[Tensor, "batch time 12"]
Attitudes = Float[Tensor, "batch time 2 3 3"]


@dataclass(frozen=True, kw_only=True)
class AugmentationConfig:
    """Faults that are put on clean sensors while training."""

    misalignment_deg: float = 8.0
    """SD of the strap-on rotation's angle [deg]; its axis is uniform on the sphere. Assumed;
    functional alignment leaves several degrees (Pacher et al. 2020, Sensors 20:3322, review)."""
    noise_fraction: float = 0.05
    """White noise, as a fraction of each channel's own SD over the training people."""
    gyroscope_bias_deg_s: float = 0.5
    """SD of each gyroscope axis's constant bias [deg/s]; assumed, what zeroing at rest leaves."""
    label_axes: Literal["sensor", "segment"] = "sensor"
    """Whose attitude an orientation network is taught: 'sensor' turns the labels with the signals,
    so that attitude and gyroscope speak of the same axes; 'segment' leaves them, as published."""


def augment(
    signals: Signals,
    attitudes: Attitudes,
    config: AugmentationConfig,
    spread: Float[Tensor, " 12"],
    generator: torch.Generator,
) -> tuple[Signals, Attitudes]:
    """Put faults on a batch of windows.

    Args:
        signals: m/s2 and rad/s, in the axes of the segments.
        attitudes: Of both segments, in any frame.
        config: How large the faults are.
        spread: SD of each signal, which scales the noise.
        generator: Where chance comes from.

    Returns:
        The signals in the axes of the misplaced sensors with their noise and bias, and the
        attitudes of the axes that ``config.label_axes`` names.
    """
    batch, time = signals.shape[:2]
    R_segment_sensor = misalignments(batch, config.misalignment_deg, generator).to(signals)
    vectors = signals.reshape(batch, time, 2, 2, 3)  # place, quantity, axis
    turned = torch.einsum("btpqi,bpij->btpqj", vectors, R_segment_sensor)
    turned[:, :, :, 1] += _normal((batch, 1, 2, 3), generator, signals) * (
        config.gyroscope_bias_deg_s * torch.pi / 180
    )
    noisy = turned.reshape(signals.shape)
    noisy = noisy + _normal(signals.shape, generator, signals) * spread * config.noise_fraction
    if config.label_axes == "sensor":
        attitudes = attitudes @ R_segment_sensor[:, None]
    return noisy, attitudes


def misalignments(
    batch: int, spread_deg: float, generator: torch.Generator
) -> Float[Tensor, "batch 2 3 3"]:
    """One strap-on rotation a sensor: angle normal, axis uniform."""
    axis = torch.randn(batch, 2, 3, generator=generator, device=generator.device)
    angle = torch.randn(batch, 2, 1, generator=generator, device=generator.device)
    axis = torch.nn.functional.normalize(axis, dim=-1)
    return roma.rotvec_to_rotmat(axis * angle * (spread_deg * torch.pi / 180))


def _normal(shape: tuple[int, ...], generator: torch.Generator, like: Tensor) -> Tensor:
    return torch.randn(shape, generator=generator, device=generator.device, dtype=like.dtype)
