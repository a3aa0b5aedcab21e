"""``torch.nn.LSTM`` on one thread of a processor, several times as fast where batches are small.

The same parameters and the same answers; only how they are computed differs (``_lstm_loops``):
weights are packed once an iteration instead of once a step, a step's numbers stay in the cache,
and the weights' gradients are summed over several steps at once.
"""

import math
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from kinefuse.networks._lstm_loops import backward, batch_first, forward, scratch_numbers
from kinefuse.networks._tile import LANES, ROWS, pack, padded

_HALVED = np.array([0.5, 0.5, 1.0, 0.5], np.float32)  # i, f, g, o: see _lstm_loops


def suits(x: Tensor) -> bool:
    """Whether the loops can take this input, and gain by it.

    Export and other devices need torch's layer; small batches leave most of a register empty.
    """
    if 2 * x.shape[0] < LANES:
        return False
    plain = x.device.type == "cpu" and x.dtype == torch.float32
    tracing = torch.jit.is_tracing()  # pyright: ignore[reportPrivateImportUsage]
    return plain and not tracing and not torch.compiler.is_compiling()


def run(lstm: nn.LSTM, x: Tensor, room: "Room") -> Tensor:
    """What ``lstm(x)[0]`` is, for (batch, time, inputs), as (time, outputs, batch)."""
    batch = x.shape[0]
    y = functional.pad(x.permute(1, 2, 0), (0, padded(batch, LANES) - batch)).contiguous()
    y_rows, groups, kept = None, 1, torch.is_grad_enabled()
    for layer, weights in enumerate(_weights(lstm)):
        if layer and lstm.dropout and lstm.training:
            y, y_rows = functional.dropout(y, lstm.dropout), None
        y, y_rows = _Layer.apply(y, y_rows, groups, room, kept, *weights)
        groups = len(weights) // 4
    return y[..., :batch]


class Room:
    """Memory for what a layer keeps until its gradients are asked for, used again and again.

    Asking the system for a hundred megabytes in every iteration would cost a tenth of its time.
    """

    def __init__(self) -> None:
        self._free: dict[int, list[np.ndarray]] = {}

    def take(self, numbers: int) -> np.ndarray:
        """A flat array of so many finite numbers; torch begins them at a cache line."""
        free = self._free.get(numbers)
        return free.pop() if free else torch.zeros(numbers).numpy()

    def give_back(self, *arrays: np.ndarray) -> None:
        """Nobody needs these any more."""
        for array in arrays:
            self._free.setdefault(len(array), []).append(array)

    def __deepcopy__(self, memo: dict) -> "Room":
        return Room()

    def __reduce__(self) -> tuple:
        return Room, ()


@dataclass(frozen=True)
class _Sizes:
    """Of one layer."""

    time: int
    batch: int
    inputs: int
    units: int
    outputs: int
    groups: int
    """Of the inputs: directions of the layer below."""

    @property
    def all(self) -> tuple[int, int, int, int, int, int]:
        return self.time, self.batch, self.inputs, self.units, self.outputs, self.seen

    @property
    def seen(self) -> int:
        """Columns of the inputs' rows."""
        return self.groups * padded(self.inputs // self.groups, LANES)

    @property
    def gates(self) -> int:
        return padded(4 * self.units, ROWS)


class _Layer(torch.autograd.Function):
    """One layer, in one or two directions: (time, inputs, batch) to (time, outputs, batch).

    The second input and output hold the same numbers with the batch before the channels.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        x_rows: Tensor | None,
        groups: int,
        room: Room,
        kept: bool,
        *weights: Tensor,
    ) -> tuple[Tensor, Tensor | None]:
        time, inputs, batch = x.shape
        ways, units = len(weights) // 4, weights[1].shape[1]
        sizes = _Sizes(time, batch, inputs, units, ways * units, groups)
        y = x.new_empty(time, sizes.outputs, batch)
        memory = []
        for way in range(ways):
            gates = room.take((time if kept else 1) * sizes.gates * batch)
            cells = room.take((time if kept else 2) * units * batch)
            _forward(sizes, x, y, weights[4 * way : 4 * way + 4], way, (gates, cells), kept)
            memory += [gates, cells]
        if not kept:
            room.give_back(*memory)
            return y, None
        y_rows = _rows(y, ways, 1, room)
        begin = batch * sizes.seen  # after the empty step
        own = [y_rows.numpy()]
        if x_rows is None:
            x_rows = _rows(x, groups, 0, room)
            own.append(x_rows.numpy())
        else:
            x_rows = x_rows[begin:]
        ctx.mark_non_differentiable(y_rows)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x_rows, y_rows, *weights)
        ctx.sizes, ctx.room, ctx.memory, ctx.own = sizes, room, memory, own
        return y, y_rows

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor, _: Tensor | None) -> tuple[Tensor | None, ...]:
        x_rows, y_rows, *weights = ctx.saved_tensors
        sizes: _Sizes = ctx.sizes
        dx, dy = torch.zeros(0), dy.contiguous()
        if ctx.needs_input_grad[0]:
            slack = ROWS * sizes.batch  # whole blocks reach beyond the last number
            dx = torch.zeros(sizes.time * sizes.inputs * sizes.batch + slack)
        rows = x_rows, y_rows
        gradients: list[Tensor] = []
        for way in range(len(weights) // 4):
            mine = weights[4 * way : 4 * way + 4]
            memory = ctx.memory[2 * way : 2 * way + 2]
            gradients += _backward(sizes, rows, mine, way, memory, dy, dx, ctx.room)
        ctx.room.give_back(*ctx.memory, *ctx.own)
        del ctx.memory, ctx.own
        shape = sizes.time, sizes.inputs, sizes.batch
        by_x = dx[: math.prod(shape)].view(shape) if ctx.needs_input_grad[0] else None
        return by_x, None, None, None, None, *gradients


def _forward(sizes, x, y, weights, way, memory, kept) -> None:
    by_x, by_h, *biases = (w.detach().numpy() for w in weights)
    halved = _HALVED.repeat(sizes.units)
    bias = np.zeros(sizes.gates, np.float32)
    bias[: len(halved)] = (biases[0] + biases[1]) * halved
    Px, Ph = pack(by_x * halved[:, None]), pack(by_h * halved[:, None])
    flat = x.detach().numpy().reshape(-1), y.numpy().reshape(-1)
    column = way * sizes.units
    forward(flat[0], Px, Ph, bias, flat[1], column, *memory, sizes.all, way == 1, kept)


def _backward(sizes, rows, weights, way, memory, dy, dx, room) -> list[Tensor]:
    by_x, by_h, *_ = (w.detach().numpy() for w in weights)
    Px, Ph = (pack(np.ascontiguousarray(w.T)) for w in (by_x, by_h))
    dWx = torch.zeros(sizes.gates, sizes.seen)
    dWh = torch.zeros(sizes.gates, padded(sizes.units, LANES))
    db = torch.zeros(sizes.gates, sizes.batch)
    scratch = room.take(scratch_numbers(sizes.batch, sizes.units))
    x_rows, y_rows, dy_flat = (v.detach().numpy().reshape(-1) for v in (*rows, dy))
    sums = (v.numpy().reshape(-1) for v in (dx, dWx, dWh, db))
    memory = *memory, sizes.all
    backward(x_rows, Px, Ph, y_rows, way, *memory, way == 1, dy_flat, *sums, scratch)
    room.give_back(scratch)
    real = slice(4 * sizes.units)
    by_x = dWx[real].view(4 * sizes.units, sizes.groups, -1)
    by_x = by_x[:, :, : sizes.inputs // sizes.groups].flatten(1)
    bias = db[real].sum(1)
    return [by_x, dWh[real, : sizes.units].contiguous(), bias, bias.clone()]


def _rows(y: Tensor, groups: int, margin: int, room: Room) -> Tensor:
    """The same with the batch before the channels, flat, with so many empty steps around."""
    time, channels, batch = y.shape
    step = groups * padded(channels // groups, LANES) * batch
    rows = room.take((time + 2 * margin) * step)
    rows[: margin * step], rows[(time + margin) * step :] = 0, 0
    sizes = time, batch, channels, groups
    batch_first(y.detach().numpy().reshape(-1), rows, margin, sizes)
    return torch.from_numpy(rows)


def _weights(lstm: nn.LSTM) -> list[list[Tensor]]:
    """Of each layer: by the input, by the output, and both biases, a direction after the other."""
    ways = 2 if lstm.bidirectional else 1
    rows = lstm.all_weights
    return [list(chain(*rows[at : at + ways])) for at in range(0, len(rows), ways)]
