"""Our network: dilated residual convolutions over time, at half the sampling rate inside.

After Bai, Kolter & Koltun (2018), "An empirical evaluation of generic convolutional and recurrent
networks for sequence modeling", arXiv:1803.01271, but looking both ways in time.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

_STRIDE = 2  # inside, one frame stands for two samples


@dataclass(frozen=True, kw_only=True)
class TemporalSettings:
    """Size of the network; the defaults see 1.3 s to either side at 100 Hz, about a stride."""

    width: int = 64
    """Channels."""
    window: int = 5
    """Frames each convolution sees, odd."""
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16)
    """Gaps [frames] between those frames, one residual block each."""
    dropout: float = 0.05
    """Share of whole channels silenced while training."""


class Temporal(nn.Module):
    """A stem that halves the rate, residual blocks, and a head that restores it."""

    def __init__(self, inputs: int, outputs: int, settings: TemporalSettings) -> None:
        super().__init__()
        width, window = settings.width, settings.window
        self.stem = nn.Conv1d(inputs, width, window, stride=_STRIDE, padding=window // 2)
        self.blocks = nn.ModuleList([_Block(dilation, settings) for dilation in settings.dilations])
        self.norm = nn.BatchNorm1d(width)
        self.head = nn.Conv1d(width, width, window, padding=window // 2)
        self.read_out = nn.Conv1d(width, outputs, 1)
        self.context_samples = _STRIDE * (window // 2) * (1 + sum(settings.dilations)) + window + 1

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, inputs) to (batch, time, outputs)."""
        samples = x.shape[1]
        frames = self.stem(functional.pad(x.transpose(1, 2), (0, 1)))
        for block in self.blocks:
            frames = block(frames)
        fine = functional.interpolate(self.norm(frames), scale_factor=float(_STRIDE))
        fine = self.read_out(functional.gelu(self.head(fine)))
        return fine[:, :, :samples].transpose(1, 2)


class _Block(nn.Module):
    def __init__(self, dilation: int, settings: TemporalSettings) -> None:
        super().__init__()
        width = settings.width
        reach = dilation * (settings.window // 2)
        self.change = nn.Sequential(
            nn.BatchNorm1d(width),
            nn.Conv1d(width, width, settings.window, padding=reach, dilation=dilation),
            nn.GELU(),
            nn.Dropout1d(settings.dropout),
            nn.Conv1d(width, width, 1),
        )

    def forward(self, frames: Tensor) -> Tensor:
        return frames + self.change(frames)
