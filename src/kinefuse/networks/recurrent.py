"""The published recurrent network (Rapp et al. 2021)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kinefuse.networks import _lstm

_MEMORY_SAMPLES = 1000  # five seconds at 200 Hz: several strides, after which nothing is felt


@dataclass(frozen=True, kw_only=True)
class RecurrentSettings:
    """Choices within the published search space; the default is its orientation network."""

    layers: int = 3
    """LSTM layers one after the other (published search: 1 to 3)."""
    width: int = 70
    """Units of each layer and direction (10 to 70)."""
    bidirectional: bool = True
    """Whether the future is read as well."""
    dropout: float = 0.0
    """Between the layers, while training (0 to 0.3)."""


class Recurrent(nn.Module):
    """LSTM layers and a linear output."""

    def __init__(self, inputs: int, outputs: int, settings: RecurrentSettings) -> None:
        super().__init__()
        self.lstm = nn.LSTM(
            inputs,
            settings.width,
            settings.layers,
            batch_first=True,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout if settings.layers > 1 else 0.0,
        )
        self.read_out = nn.Linear(settings.width * (2 if settings.bidirectional else 1), outputs)
        self.context_samples = _MEMORY_SAMPLES
        self._room = _lstm.Room()

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, inputs) to (batch, time, outputs)."""
        if not _lstm.suits(x):
            return self.read_out(self.lstm(x)[0])
        y = _lstm.run(self.lstm, x, self._room)
        by_y = self.read_out.weight.expand(len(y), -1, -1)
        return torch.baddbmm(self.read_out.bias[:, None], by_y, y).permute(2, 0, 1)
