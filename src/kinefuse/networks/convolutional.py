"""The published convolutional network (Rapp et al. 2021)."""

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from kinefuse.networks._convolution import Convolution

READ_OUT = 20  # units of the sigmoid layer before the output, as published


@dataclass(frozen=True, kw_only=True)
class ConvolutionalSettings:
    """Choices within the published search space."""

    layers: int = 2
    """Convolutions one after the other (published search: 1 to 3)."""
    width: int = 50
    """Channels of each (10 to 70)."""
    window: int = 31
    """Samples each convolution sees, odd (11 to 51)."""
    dropout: float = 0.1
    """Share of channel values silenced while training (0 to 0.3)."""


class Convolutional(nn.Module):
    """Convolutions with ReLU, batch norm and dropout, then a small sigmoid layer, then linear."""

    def __init__(self, inputs: int, outputs: int, settings: ConvolutionalSettings) -> None:
        super().__init__()
        widths = [inputs] + settings.layers * [settings.width]
        blocks = [_block(before, after, settings) for before, after in pairwise(widths)]
        self.convolutions = nn.Sequential(*blocks)
        self.read_out = nn.Sequential(
            nn.Linear(settings.width, READ_OUT), nn.Sigmoid(), nn.Linear(READ_OUT, outputs)
        )
        self.context_samples = settings.layers * (settings.window // 2)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, inputs) to (batch, time, outputs)."""
        return self.read_out(self.convolutions(x.transpose(1, 2)).transpose(1, 2))


def _block(before: int, after: int, settings: ConvolutionalSettings) -> nn.Sequential:
    return nn.Sequential(
        Convolution(before, after, settings.window),
        nn.ReLU(),
        nn.BatchNorm1d(after),
        nn.Dropout(settings.dropout),
    )
