"""One direction of one LSTM layer, forward and backward, in loops over time (float32, compiled).

The batch is the last axis: what a step computes for all units and all of the batch is contiguous,
and a product's columns are the batch. Gates are in torch's order i, f, g, o. Logistic functions
are hyperbolic tangents, ``s(x) = (1 + tanh(x / 2)) / 2``: the packed weights hold the half, and
one loop serves all four gates. Arrays are flat; the batch is padded to whole registers.
"""

import numpy as np

from kinefuse.networks._tile import (
    LANES,
    ROWS,
    add_packed_product,
    add_product,
    biased_product,
    compiled,
    move,
    padded,
)

CHUNK_COLUMNS = 96  # of steps together in the weights' gradients, whose factors stay in the cache

# Rational approximation of tanh, a few units in the last place of float32; its coefficients are
# those of Eigen (generic_fast_tanh_float). Beyond the limit it is one.
_LIMIT = np.float32(7.90531110763549805)
_A1, _A3 = np.float32(4.89352455891786e-03), np.float32(6.37261928875436e-04)
_A5, _A7 = np.float32(1.48572235717979e-05), np.float32(5.12229709037114e-08)
_A9, _A11 = np.float32(-8.60467152213735e-11), np.float32(2.00018790482477e-13)
_A13 = np.float32(-2.76076847742355e-16)
_B0, _B2 = np.float32(4.89352518554385e-03), np.float32(2.26843463243900e-03)
_B4, _B6 = np.float32(1.18534705686654e-04), np.float32(1.19825839466702e-06)
_HALF, _ONE = np.float32(0.5), np.float32(1.0)


@compiled
def _tanh(x):
    x = min(max(x, -_LIMIT), _LIMIT)
    s = x * x
    above = _A1 + s * (_A3 + s * (_A5 + s * (_A7 + s * (_A9 + s * (_A11 + s * _A13)))))
    return x * above / (_B0 + s * (_B2 + s * (_B4 + s * _B6)))


@compiled
def _tanh_in_place(values):
    for k in range(len(values)):
        values[k] = _tanh(values[k])


@compiled
def _cell(i, f, g, o, before, after, h):
    """New cell states and outputs, from the tanh of the gates."""
    for k in range(len(h)):
        after[k] = (_HALF + _HALF * f[k]) * before[k] + (_HALF + _HALF * i[k]) * g[k]
        h[k] = (_HALF + _HALF * o[k]) * _tanh(after[k])


@compiled
def forward(x, Px, Ph, bias, y, column, gates, cells, sizes, backwards, kept):
    """Fill rows from ``column`` on of ``y`` (time, outputs, batch).

    ``sizes`` are time, batch, inputs, units and outputs. ``gates`` and ``cells`` are for
    ``backward``; when they are not ``kept`` they hold one and two steps.
    """
    time, batch, inputs, units, outputs, _ = sizes
    rows, many = padded(4 * units, ROWS), units * batch
    nothing = np.zeros(many, np.float32)
    for step in range(time):
        t = time - 1 - step if backwards else step
        was = t + 1 if backwards else t - 1
        at = t * rows * batch if kept else 0
        G = gates[at : at + rows * batch]
        biased_product(G, 0, Px, x, t * inputs * batch, batch, rows, batch, inputs, bias)
        if step:
            h = (was * outputs + column) * batch
            add_packed_product(G, 0, Ph, y, h, batch, rows, batch, units)
        _tanh_in_place(G)
        place, other = (t, was) if kept else (step % 2, (step + 1) % 2)
        before = cells[other * many : (other + 1) * many] if step else nothing
        h = (t * outputs + column) * batch
        _cell(
            G[:many], G[many : 2 * many], G[2 * many : 3 * many], G[3 * many : 4 * many],
            before, cells[place * many : (place + 1) * many], y[h : h + many],
        )  # fmt: skip


@compiled
def _cell_backward(i, f, g, o, before, now, dy, dh, dc, di, df, dg, do):
    """Gradients by the four gates' arguments, from those by output and cell state."""
    for k in range(len(dc)):
        si, sf = _HALF + _HALF * i[k], _HALF + _HALF * f[k]
        so, t, by_h = _HALF + _HALF * o[k], _tanh(now[k]), dh[k] + dy[k]
        by_cell = dc[k] + by_h * so * (_ONE - t * t)
        do[k] = by_h * t * so * (_ONE - so)
        di[k] = by_cell * g[k] * si * (_ONE - si)
        df[k] = by_cell * before[k] * sf * (_ONE - sf)
        dg[k] = by_cell * si * (_ONE - g[k] * g[k])
        dc[k] = by_cell * sf


@compiled
def _into_chunk(dG, db, chunk, first, columns, batch):
    """A step's rows into their place within the longer rows of a chunk, and added to ``db``."""
    for row in range(len(dG) // batch):
        for b in range(0, batch, LANES):
            move(dG, row * batch + b, db, chunk, row * columns + first + b)


@compiled
def backward(
    x_rows, Px, Ph, y_rows, way, gates, cells, sizes, backwards, dy, dx, dWx, dWh, db, scratch
):
    """Add to ``dx`` (time, inputs, batch; empty when not wanted) and to the weights' gradients.

    ``x_rows`` and ``y_rows`` are as ``batch_first`` makes them, ``y_rows`` with an empty step
    before the first and after the last. ``db`` is for each of the batch. ``scratch`` is as long as
    ``scratch_numbers`` says and holds any numbers.
    """
    time, batch, inputs, units, outputs, seen = sizes
    rows, many, columns = padded(4 * units, ROWS), units * batch, chunk_columns(batch)
    steps, own = columns // batch, padded(units, LANES)
    channels = outputs // units * own
    scratch[:] = 0
    chunk, rest = scratch[: rows * columns], scratch[rows * columns :]
    dG, rest = rest[: rows * batch], rest[rows * batch :]
    dc, nothing, dh = rest[:many], rest[many : 2 * many], rest[2 * many :]
    for step in range(time):
        t = step if backwards else time - 1 - step
        was, last = (t + 1 if backwards else t - 1), step == time - 1
        G = gates[t * rows * batch : (t + 1) * rows * batch]
        before = nothing if last else cells[was * many : (was + 1) * many]
        _cell_backward(
            G[:many], G[many : 2 * many], G[2 * many : 3 * many], G[3 * many : 4 * many],
            before, cells[t * many : (t + 1) * many], dy[(t * outputs + way * units) * batch :],
            dh, dc, dG[:many], dG[many : 2 * many], dG[2 * many : 3 * many], dG[3 * many :],
        )  # fmt: skip
        dh[:] = 0
        add_packed_product(dh, 0, Ph, dG, 0, batch, units, batch, 4 * units)
        if len(dx):
            to = t * inputs * batch
            add_packed_product(dx, to, Px, dG, 0, batch, inputs, batch, 4 * units)
        _into_chunk(dG, db, chunk, t % steps * batch, columns, batch)
        if last or t % steps == (steps - 1 if backwards else 0):
            first = t - t % steps
            filled = (min(first + steps, time) - first) * batch
            there = (first + (2 if backwards else 0)) * batch * channels + way * own
            add_product(
                dWx, 0, seen, chunk, 0, columns, 1, ROWS * columns,
                x_rows, first * batch * seen, seen, rows, seen, filled,
            )  # fmt: skip
            add_product(
                dWh, 0, own, chunk, 0, columns, 1, ROWS * columns,
                y_rows, there, channels, rows, own, filled,
            )  # fmt: skip


@compiled
def chunk_columns(batch):
    """Columns of the steps whose gradients by the weights are taken together."""
    return max(1, CHUNK_COLUMNS // batch) * batch


@compiled
def scratch_numbers(batch, units):
    """How long the scratch of ``backward`` is."""
    rows = padded(4 * units, ROWS)
    return rows * (chunk_columns(batch) + batch) + (2 * units + padded(units, ROWS)) * batch


@compiled
def batch_first(y, rows, first, sizes):
    """Each step of ``y`` (time, channels, batch) into ``rows`` (time, batch, channels).

    In ``rows`` each group of channels begins at a whole register.
    """
    time, batch, channels, groups = sizes
    own = channels // groups
    padded_own = padded(own, LANES)
    for t in range(time):
        for group in range(groups):
            of = (t * channels + group * own) * batch
            for b in range(batch):
                to = (((first + t) * batch + b) * groups + group) * padded_own
                for c in range(own):
                    rows[to + c] = y[of + c * batch + b]
