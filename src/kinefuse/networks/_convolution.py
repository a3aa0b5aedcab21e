"""A convolution over time on one thread of a processor, as products of blocks (``_tile``).

For one input channel, the samples that follow each other and the same samples one later are the
rows of a matrix that need not be written down: its rows begin one number apart. So a convolution
is a sum over input channels of products with weights, and its gradients are two more such sums.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from kinefuse.networks._tile import LANES, ROWS, add_product, compiled, padded


class Convolution(nn.Conv1d):
    """torch's layer of that name with an odd window, whose output is as long as its input."""

    def __init__(self, inputs: int, outputs: int, window: int) -> None:
        super().__init__(inputs, outputs, window, padding=window // 2)

    def forward(self, input: Tensor) -> Tensor:  # torch's name
        """(batch, inputs, time) to (batch, outputs, time)."""
        if self.bias is None or not _suits(input, self.kernel_size[0]):
            return super().forward(input)
        return _Convolution.apply(input, self.weight, self.bias)


def _suits(x: Tensor, window: int) -> bool:
    """Whether the products can take this input, and gain by it.

    Export and other devices need torch's layer; a short window leaves registers empty.
    """
    if window <= LANES or window % 2 == 0:
        return False
    plain = x.device.type == "cpu" and x.dtype == torch.float32
    tracing = torch.jit.is_tracing()  # pyright: ignore[reportPrivateImportUsage]
    return plain and not tracing and not torch.compiler.is_compiling()


class _Convolution(torch.autograd.Function):
    """Odd windows, output as long as the input."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        around, time = weight.shape[2] // 2, x.shape[2]
        wide = _around(x, around)
        ctx.save_for_backward(wide, weight)
        return _correlated(wide, weight, time) + bias[:, None]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        wide, weight = ctx.saved_tensors
        window, time = weight.shape[2], dy.shape[2]
        dx = None
        if ctx.needs_input_grad[0]:
            turned = weight.flip(2).transpose(0, 1)
            dx = _correlated(_around(dy, window // 2), turned, time)
        return dx, _by_weight(wide, dy, window), dy.sum((0, 2))


def _around(x: Tensor, samples: int) -> Tensor:
    """Nothing before and after, and whole registers beyond the end."""
    time = x.shape[2]
    beyond = padded(time, LANES) - time + 2 * LANES
    return functional.pad(x.detach(), (samples, samples + beyond))


def _correlated(wide: Tensor, weight: Tensor, time: int) -> Tensor:
    """(batch, outputs, time) from (batch, inputs, more than time)."""
    batch, inputs, length = wide.shape
    outputs, _, window = weight.shape
    columns, rows = padded(time, LANES), padded(outputs, ROWS)
    y = torch.zeros(batch, rows, columns)
    bundles = functional.pad(weight.detach(), (0, 0, 0, 0, 0, rows - outputs))
    bundles = bundles.view(-1, ROWS, inputs, window).permute(2, 0, 3, 1).contiguous()
    sizes = batch, inputs, length, rows, columns, window
    correlate(bundles.numpy().reshape(-1), wide.numpy().reshape(-1), y.numpy().reshape(-1), sizes)
    return y[:, :outputs, :time]


def _by_weight(wide: Tensor, dy: Tensor, window: int) -> Tensor:
    batch, inputs, length = wide.shape
    outputs, time = dy.shape[1:]
    rows, columns = padded(outputs, ROWS), padded(window, LANES)
    by = torch.zeros(inputs, rows, columns)
    dy = functional.pad(dy, (0, 0, 0, rows - outputs)).contiguous()
    sizes = batch, inputs, length, rows, columns, time
    by_weight(dy.numpy().reshape(-1), wide.numpy().reshape(-1), by.numpy().reshape(-1), sizes)
    return by[:, :outputs, :window].transpose(0, 1).contiguous()


@compiled
def correlate(bundles, wide, y, sizes):
    """Add to ``y`` (batch, rows, columns), 2 registers' columns at a time."""
    batch, inputs, length, rows, columns, window = sizes
    for b in range(batch):
        for column in range(0, columns, 2 * LANES):
            many = min(2 * LANES, columns - column)
            to = b * rows * columns + column
            for c in range(inputs):
                add_product(
                    y, to, columns, bundles, c * rows * window, 1, ROWS, ROWS * window,
                    wide, (b * inputs + c) * length + column, 1, rows, many, window,
                )  # fmt: skip


@compiled
def by_weight(dy, wide, by, sizes):
    """Add to ``by`` (inputs, rows, columns of the window)."""
    batch, inputs, length, rows, columns, time = sizes
    for b in range(batch):
        for c in range(inputs):
            add_product(
                by, c * rows * columns, columns, dy, b * rows * time, time, 1, ROWS * time,
                wide, (b * inputs + c) * length, 1, rows, columns, time,
            )  # fmt: skip
