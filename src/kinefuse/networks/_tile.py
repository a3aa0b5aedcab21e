"""A small block of a matrix product that stays in vector registers, and products made of it.

Library products cost as much in packing and dispatch as in arithmetic when one factor has only a
batch's 16 or 32 columns, as in every step of a recurrent network. Here one factor is packed once
for all steps, and the block is written in LLVM's vector types, so that numba emits the fused
multiply-adds of the machine it runs on. The scheme is that of Goto & van de Geijn (2008), "Anatomy
of high-performance matrix multiplication", ACM Trans. Math. Softw. 34(3):12.
"""

import inspect

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

# Floats of a vector register, and rows of a block: rows x 2 sums, 2 columns and 1 row factor fit
# into the 32 registers of AVX-512 and the 16 of AVX2. Widths of the published search, 10 to 70,
# are whole blocks.
_SHAPES = {"avx512f": (16, 10), "avx2": (8, 5)}
_PLAIN = (4, 5)
ADD, FROM_BIAS = 0, 1
"""What a block starts from: what is there, or a number a row."""

# Fused multiply-add and division by a reciprocal change the last digit only; NaN stays NaN.
HARMLESS = {"contract", "nsz", "arcp"}


def compiled(function):
    """Compile without the interpreter's lock, and keep the machine code on disk.

    The tests wrap every function with a shape checker, which cannot be compiled; it is unwrapped.
    """
    plain = inspect.unwrap(function)
    return njit(cache=True, nogil=True, error_model="numpy", fastmath=HARMLESS)(plain)


def _shape() -> tuple[int, int]:
    has = llvm.get_host_cpu_features()
    return next((shape for name, shape in _SHAPES.items() if has.get(name)), _PLAIN)


LANES, ROWS = _shape()
"""Columns come in multiples of the first; rows should come in multiples of the second."""


def _block(typing, wide, start, C, c, ldc, A, a, a_row, a_inner, B, b, ldb, inner, bias, d):  # noqa: ARG001
    """C = A B + bias or C += A B, for ROWS rows and ``wide`` registers' columns.

    C, A, B, bias are flat arrays; c, a, b, d say where the block begins in each; the others are
    strides and the number of inner steps.
    """
    at = types.intp
    kinds = (wide, start, C, at, at, A, at, at, at, B, at, at, at, bias, at)
    return types.void(*kinds), _Emitter(wide.literal_value, start.literal_value)


class _Emitter:
    """Writes the block of one shape as LLVM code."""

    def __init__(self, wide: int, start: int) -> None:
        self.wide, self.start = wide, start
        self.vector = ir.VectorType(ir.FloatType(), LANES)

    def __call__(self, context, builder, signature, arguments):
        """The code of one call."""
        names = (
            "C",
            "c",
            "ldc",
            "A",
            "a",
            "a_row",
            "a_inner",
            "B",
            "b",
            "ldb",
            "inner",
            "bias",
            "d",
        )
        given = dict(zip(names, arguments[2:], strict=True))
        for name, kind in zip(names, signature.args[2:], strict=True):
            if name in ("A", "B", "C", "bias"):
                proxy = cgutils.create_struct_proxy(kind)
                given[name] = proxy(context, builder, value=given[name]).data
        self.place, self.builder = given["c"].type, builder
        corners = [
            builder.gep(given["C"], [self._at(given["c"], given["ldc"], row, q * LANES)])
            for row in range(ROWS)
            for q in range(self.wide)
        ]
        totals = self._loop(given, self._starts(given, corners))
        for total, corner in zip(totals, corners, strict=True):
            builder.store(total, self._wide(corner)).align = 4
        return context.get_dummy_value()

    def _starts(self, given, corners):
        if self.start == ADD:
            return [self._load(corner) for corner in corners]
        places = [self.builder.add(given["d"], self.place(row)) for row in range(ROWS)]
        numbers = [self._spread(self.builder.gep(given["bias"], [place])) for place in places]
        return [number for number in numbers for _ in range(self.wide)]

    def _loop(self, given, sums):
        """Over the inner dimension; the sums live in registers."""
        builder = self.builder
        rows = [
            builder.gep(given["A"], [self._at(given["a"], given["a_row"], row, 0)])
            for row in range(ROWS)
        ]
        columns = builder.gep(given["B"], [given["b"]])
        kind, name = ir.FunctionType(self.vector, 3 * [self.vector]), f"llvm.fma.v{LANES}f32"
        multiply_add = cgutils.get_or_insert_function(builder.module, kind, name)
        before = builder.block
        body, after = builder.append_basic_block("inner"), builder.append_basic_block("summed")
        builder.branch(body)
        builder.position_at_end(body)
        step = builder.phi(self.place)
        running = [builder.phi(self.vector) for _ in sums]
        factor = builder.gep(columns, [builder.mul(step, given["ldb"])])
        lanes = [builder.gep(factor, [self.place(q * LANES)]) for q in range(self.wide)]
        factors = [self._load(lane) for lane in lanes]
        offset = builder.mul(step, given["a_inner"])
        totals = []
        for row, left in enumerate(rows):
            number = self._spread(builder.gep(left, [offset]))
            for q, right in enumerate(factors):
                old = running[row * self.wide + q]
                totals.append(builder.call(multiply_add, [number, right, old]))
        following = builder.add(step, self.place(1))
        step.add_incoming(self.place(0), before)
        step.add_incoming(following, body)
        for old, start, total in zip(running, sums, totals, strict=True):
            old.add_incoming(start, before)
            old.add_incoming(total, body)
        builder.cbranch(builder.icmp_signed("<", following, given["inner"]), body, after)
        builder.position_at_end(after)
        return totals

    def _at(self, begin, stride, row, column):
        down = self.builder.mul(stride, self.place(row))
        return self.builder.add(self.builder.add(begin, down), self.place(column))

    def _wide(self, pointer):
        return self.builder.bitcast(pointer, self.vector.as_pointer())

    def _load(self, pointer):
        loaded = self.builder.load(self._wide(pointer))
        loaded.align = 4
        return loaded

    def _spread(self, pointer):
        """The number there, in every lane."""
        undefined, index = ir.Constant(self.vector, ir.Undefined), ir.IntType(32)
        number = self.builder.load(pointer)
        first = self.builder.insert_element(undefined, number, index(0))
        zeros = ir.Constant(ir.VectorType(index, LANES), None)
        return self.builder.shuffle_vector(first, undefined, zeros)


block = intrinsic(prefer_literal=True)(inspect.unwrap(_block))


def _move(typing, values, k, sums, into, to):  # noqa: ARG001
    """Copy a register's numbers from ``values[k:]`` to ``into[to:]``; add them to ``sums[k:]``."""
    return types.void(values, types.intp, sums, into, types.intp), _emit_move


def _emit_move(context, builder, signature, arguments):
    vector = ir.VectorType(ir.FloatType(), LANES).as_pointer()

    def lane(array, place):
        proxy = cgutils.create_struct_proxy(signature.args[array])
        data = proxy(context, builder, value=arguments[array]).data
        return builder.bitcast(builder.gep(data, [arguments[place]]), vector)

    numbers, total = builder.load(lane(0, 1)), builder.load(lane(2, 1))
    numbers.align = total.align = 4
    builder.store(builder.fadd(total, numbers), lane(2, 1)).align = 4
    builder.store(numbers, lane(3, 4)).align = 4
    return context.get_dummy_value()


move = intrinsic(inspect.unwrap(_move))


@compiled
def padded(numbers, multiple):
    """The next multiple."""
    return (numbers + multiple - 1) // multiple * multiple


@compiled
def pack(matrix):
    """Rows in bundles of ROWS, each column by column; rows beyond the matrix are zero."""
    rows, inner = matrix.shape
    packed = np.zeros(padded(rows, ROWS) * inner, np.float32)
    for row in range(rows):
        bundle = row // ROWS
        for k in range(inner):
            packed[(bundle * inner + k) * ROWS + row - bundle * ROWS] = matrix[row, k]
    return packed


@compiled
def biased_product(C, c, P, B, b, ldb, rows, columns, inner, bias):
    """C = P B + bias, with P packed and C dense."""
    for column in range(0, columns, 2 * LANES):
        for row in range(0, rows, ROWS):
            to, of, by = c + row * columns + column, row * inner, b + column
            if columns - column > LANES:
                block(2, FROM_BIAS, C, to, columns, P, of, 1, ROWS, B, by, ldb, inner, bias, row)
            else:
                block(1, FROM_BIAS, C, to, columns, P, of, 1, ROWS, B, by, ldb, inner, bias, row)


@compiled
def add_product(C, c, ldc, A, a, a_row, a_inner, a_bundle, B, b, ldb, rows, columns, inner):
    """C += A B; each ROWS rows of A begin ``a_bundle`` after the last."""
    for column in range(0, columns, 2 * LANES):
        for row in range(0, rows, ROWS):
            to, of, by = c + row * ldc + column, a + row // ROWS * a_bundle, b + column
            if columns - column > LANES:
                block(2, ADD, C, to, ldc, A, of, a_row, a_inner, B, by, ldb, inner, C, 0)
            else:
                block(1, ADD, C, to, ldc, A, of, a_row, a_inner, B, by, ldb, inner, C, 0)


@compiled
def add_packed_product(C, c, P, B, b, ldb, rows, columns, inner):
    """C += P B, with P packed and C dense."""
    add_product(C, c, columns, P, 0, 1, ROWS, ROWS * inner, B, b, ldb, rows, columns, inner)
