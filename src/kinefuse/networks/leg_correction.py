"""The network that comes after the optimiser: what its angles of a leg lack, and how sure that is.

Two parts, since alignment can only be judged over many strides. The *trunk*, dilated convolutions
over time, turns signals and angles into frames at half the rate. The *head* is told mean and spread
of these frames over the whole recording; from them it finds one small turn for each of the leg's
sensors (the sensor is not where alignment says), and from them and the frames the course of what
is still missing, with its uncertainty. Nothing is normalised over time, so that a recording may be
run in pieces, and nothing over batches, so that any sensors may be missing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.networks.legs import OWN, PAIRS, QUANTITIES

STRIDE = 2  # inside, one frame stands for two samples
LEG = OWN + 1
"""Sensors of a leg that are turned: pelvis, thigh, shank, foot."""
_PLANES = 3
_ANSWERS = 2 * OWN * _PLANES  # a value and a spread for each joint and plane
_TURN_UNIT_RAD = 0.2  # of the turns' read-out: about the misalignment of a strap put on by oneself
_LEAST_SD_RAD = 0.002  # no truth is known better than a tenth of a degree
_SPREAD_OF_NOTHING = 0.5413  # softplus of it is one

Vectors = Float[Tensor, "batch time 7 3 3"]
Angles = Float[Tensor, "batch time 6 3"]
Worn = Float[Tensor, "batch 7"]
Glued = Float[Tensor, "batch 1"]


@dataclass(frozen=True, kw_only=True)
class LegSettings:
    """Size of the network; the defaults see 1.3 s to either side at 100 Hz, about a stride."""

    width: int = 48
    """Channels."""
    window: int = 5
    """Frames each convolution sees, odd."""
    trunk: tuple[int, ...] = (1, 2, 4, 8, 16)
    """Gaps [frames] between those frames, one residual block each."""
    head: tuple[int, ...] = (1, 2, 4)
    """The same after the recording as a whole has been judged."""
    dropout: float = 0.1
    """Share of whole channels silenced while training."""


@dataclass(frozen=True)
class LegScales:
    """What standardised numbers mean, from the training people."""

    vectors_mean: Float[np.ndarray, "7 3 3"]
    vectors_spread: Float[np.ndarray, "7 3 3"]
    angles_mean_rad: Float[np.ndarray, "6 3"]
    angles_spread_rad: Float[np.ndarray, "6 3"]
    error_rad: Float[np.ndarray, "3 3"]
    """RMS error of the optimiser's angles of the own joints."""


class Trunk(nn.Module):
    """Signals and angles to frames."""

    vectors_mean: Tensor
    vectors_spread: Tensor
    angles_mean_rad: Tensor
    angles_spread_rad: Tensor

    def __init__(self, settings: LegSettings, scales: LegScales) -> None:
        super().__init__()
        inputs = len(SEGMENTS) * (3 * len(QUANTITIES) + 1) + len(PAIRS) * _PLANES + 1
        self.stem = nn.Conv1d(
            inputs, settings.width, settings.window, stride=STRIDE, padding=settings.window // 2
        )
        self.blocks = nn.ModuleList([_Block(gap, settings) for gap in settings.trunk])
        for name in ("vectors_mean", "vectors_spread", "angles_mean_rad", "angles_spread_rad"):
            values = torch.tensor(getattr(scales, name), dtype=torch.float32)
            self.register_buffer(name, values)

    def forward(
        self, vectors: Vectors, angles_rad: Angles, worn: Worn, glued: Glued
    ) -> Float[Tensor, "batch width frame"]:
        """Frames at half the rate, one more than half the samples if these are odd."""
        known = torch.stack([worn[:, p] * worn[:, d] for p, d in PAIRS], dim=1)
        felt = (vectors - self.vectors_mean) / self.vectors_spread * worn[:, None, :, None, None]
        bent = (
            (angles_rad - self.angles_mean_rad) / self.angles_spread_rad * known[:, None, :, None]
        )
        known_of_all = torch.cat([worn, glued], dim=1)
        at_all_times = known_of_all[:, None] + torch.zeros_like(vectors[:, :, 0, 0, :1])
        channels = torch.cat([felt.flatten(2), bent.flatten(2), at_all_times], dim=2)
        frames = self.stem(functional.pad(channels.transpose(1, 2), (0, 1)))
        for block in self.blocks:
            frames = block(frames)
        return frames


class Head(nn.Module):
    """Frames and what they are like over the whole recording, to the answer."""

    error_rad: Tensor

    def __init__(self, settings: LegSettings, scales: LegScales) -> None:
        super().__init__()
        width, window = settings.width, settings.window
        self.judge = nn.Sequential(
            nn.Linear(2 * width, width),
            nn.GELU(),
            nn.Dropout(settings.dropout),
            nn.Linear(width, width),
        )
        self.turns = nn.Linear(width, LEG * 3)
        self.blocks = nn.ModuleList([_Block(gap, settings) for gap in settings.head])
        self.norm = _Norm(width)
        self.fine = nn.Conv1d(width, width, window, padding=window // 2)
        self.read_out = nn.Conv1d(width, _ANSWERS, 1)
        self.register_buffer("error_rad", torch.tensor(scales.error_rad, dtype=torch.float32))
        with torch.no_grad():  # at first, the optimiser's answer stands
            for layer in (self.turns, self.read_out):
                layer.weight.mul_(0.1)
                nn.init.zeros_(layer.bias)  # pyright: ignore[reportArgumentType]

    def forward(
        self, frames: Float[Tensor, "batch width frame"], moments: Float[Tensor, "batch moments"]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Turns (batch, 4, 3), course and SD (batch, 2 frames, 3, 3), all rad."""
        judged = self.judge(moments)
        turns = _TURN_UNIT_RAD * self.turns(functional.gelu(judged))
        frames = frames + judged[..., None]
        for block in self.blocks:
            frames = block(frames)
        fine = functional.interpolate(self.norm(frames), scale_factor=float(STRIDE))
        answers = self.read_out(functional.gelu(self.fine(fine))).transpose(1, 2)
        course, spread = answers.unflatten(2, (2, OWN, _PLANES)).unbind(2)
        sd = functional.softplus(spread + _SPREAD_OF_NOTHING) * self.error_rad + _LEAST_SD_RAD
        return turns.unflatten(1, (LEG, 3)), course * self.error_rad, sd


class LegCorrection(nn.Module):
    """Trunk and head over one recording or window."""

    def __init__(self, settings: LegSettings, scales: LegScales) -> None:
        super().__init__()
        self.trunk, self.head = Trunk(settings, scales), Head(settings, scales)
        self.settings: Mapping[str, object] = asdict(settings)
        half = settings.window // 2
        self.trunk_context_samples = STRIDE * half * (1 + sum(settings.trunk)) + settings.window
        self.head_context_samples = STRIDE * half * (1 + sum(settings.head)) + half + STRIDE

    def forward(
        self, vectors: Vectors, angles_rad: Angles, worn: Worn, glued: Glued
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Turns (batch, 4, 3), course and SD (batch, time, 3, 3), all rad."""
        frames = self.trunk(vectors, angles_rad, worn, glued)
        mean = frames.mean(dim=2)
        spread = (frames - mean[..., None]).square().mean(dim=2)
        moments = torch.cat([mean, (spread + SPREAD_FLOOR).sqrt()], dim=1)
        turns, course, sd = self.head(frames, moments)
        samples = vectors.shape[1]
        return turns, course[:, :samples], sd[:, :samples]


SPREAD_FLOOR = 1e-4
"""Added to a variance of frames before its root is taken, which keeps the gradient finite."""


class _Norm(nn.Module):
    """Each frame by itself to unit length (Zhang & Sennrich 2019, arXiv:1910.07467)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, width, 1))

    def forward(self, frames: Tensor) -> Tensor:
        size = frames.square().mean(dim=1, keepdim=True)
        return frames * torch.rsqrt(size + 1e-5) * self.gain


class _Block(nn.Module):
    def __init__(self, gap: int, settings: LegSettings) -> None:
        super().__init__()
        width = settings.width
        reach = gap * (settings.window // 2)
        last = nn.Conv1d(width, width, 1)
        self.change = nn.Sequential(
            _Norm(width),
            nn.Conv1d(width, width, settings.window, padding=reach, dilation=gap),
            nn.GELU(),
            nn.Dropout1d(settings.dropout),
            last,
        )
        with torch.no_grad():  # so many blocks add up
            last.weight.mul_(0.3)

    def forward(self, frames: Tensor) -> Tensor:
        return frames + self.change(frames)
