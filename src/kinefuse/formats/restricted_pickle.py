"""Reads pickles that hold plain values, and nothing else can come of them.

Python's own unpickler does what a file says: it imports modules and calls functions. Here the
opcodes are interpreted by a table that can build numbers, words, lists, tuples, dicts and
arrays of numbers. What a file wants to build or call besides is named and refused; no name of a
file is ever imported, and nothing of it ever called.
"""

import pickletools
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kinefuse.errors import KinefuseError, UnreadableFile


class RefusedPickle(KinefuseError):
    """A pickle wants to build something that is no plain value."""

    def __init__(self, path: object, wanted: str) -> None:
        super().__init__(
            f"{path}: this pickle wants to build '{wanted}', which is no plain number, word, list "
            "or table, so it is not opened; ask whoever wrote it for the values as plain ones."
        )


@dataclass(frozen=True)
class Named:
    """Something that a pickle calls by its module and name; only a word in here."""

    name: str


@dataclass(frozen=True)
class Storage:
    """Numbers that lie outside the pickle, in a file of their own."""

    key: str
    kind: str
    """Name of torch's class, such as ``FloatStorage``."""


@dataclass
class _Machine:
    """The stack and the memory of one pickle."""

    path: object
    builders: Mapping[str, Callable[..., Any]]
    stack: list[Any]
    marks: list[list[Any]]
    memory: dict[int, Any]

    def to_mark(self) -> list[Any]:
        """Everything since the last mark."""
        found, self.stack = self.stack, self.marks.pop()
        return found

    def pop(self, count: int) -> list[Any]:
        """The last values of the stack, in order."""
        if len(self.stack) < count:
            raise IndexError
        found = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return found

    def build(self) -> None:
        """What stands for a call: only the rows of ``builders`` can be built."""
        called, arguments = self.pop(2)
        name = called.name if isinstance(called, Named) else type(called).__name__
        if not isinstance(called, Named) or name not in self.builders:
            raise RefusedPickle(self.path, name)
        self.stack.append(self.builders[name](*arguments))

    def name(self, name: str) -> None:
        """A name of the file's, refused at once if nothing can be built of it."""
        if name not in self.builders:
            raise RefusedPickle(self.path, name)
        self.stack.append(Named(name))


def read_plain_pickle(path: Path) -> Any:
    """The values of a file like ``model_kwargs.pkl``.

    Raises:
        RefusedPickle: It wants to build something else.
        UnreadableFile: It is no whole pickle.
    """
    return plain_values(path.read_bytes(), path)


def plain_values(
    data: bytes, path: object, builders: Mapping[str, Callable[..., Any]] | None = None
) -> Any:
    """The values of a pickle.

    Args:
        data: The pickle.
        path: Where it is from, for messages.
        builders: What may be built besides plain values, by the name that pickles call it.

    Raises:
        RefusedPickle: It wants to build something else.
        UnreadableFile: It is no whole pickle.
    """
    machine = _Machine(path, {**_BUILDERS, **(builders or {})}, [], [], {})
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name == "STOP":
                return machine.pop(1)[0]
            if opcode.name not in _OPCODES:
                raise RefusedPickle(path, f"{_last_name(machine)} by {opcode.name}")
            _OPCODES[opcode.name](machine, argument)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise UnreadableFile(path, "this is no whole pickle", "copy it again") from error
    raise UnreadableFile(path, "this pickle is truncated", "copy it again")


def _last_name(machine: _Machine) -> str:
    names = [value.name for value in machine.stack if isinstance(value, Named)]
    return names[-1] if names else "an object"


def _push(machine: _Machine, value: Any) -> None:
    machine.stack.append(value)


def _nothing(_machine: _Machine, _: Any) -> None:
    """Protocol and frames: of no meaning here."""


def _constant(value: Any) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(value)


def _fresh(kind: type) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(kind())


def _tuple_of(count: int) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(tuple(machine.pop(count)))


def _mark(machine: _Machine, _: Any) -> None:
    machine.marks.append(machine.stack)
    machine.stack = []


def _collected(kind: Callable[[list], Any]) -> Callable[[_Machine, Any], None]:
    def run(machine: _Machine, _: Any) -> None:
        values = machine.to_mark()  # leaves another stack behind
        machine.stack.append(kind(values))

    return run


def _pairs(values: list) -> dict:
    return dict(zip(values[::2], values[1::2], strict=True))


def _append(machine: _Machine, _: Any) -> None:
    (value,) = machine.pop(1)
    _last(machine, list).append(value)


def _appends(machine: _Machine, _: Any) -> None:
    values = machine.to_mark()
    _last(machine, list).extend(values)


def _set_item(machine: _Machine, _: Any) -> None:
    key, value = machine.pop(2)
    _last(machine, dict)[key] = value


def _set_items(machine: _Machine, _: Any) -> None:
    values = machine.to_mark()
    _last(machine, dict).update(_pairs(values))


def _last(machine: _Machine, kind: type) -> Any:
    if not isinstance(machine.stack[-1], kind):
        raise TypeError
    return machine.stack[-1]


def _memoize(machine: _Machine, _: Any) -> None:
    machine.memory[len(machine.memory)] = machine.stack[-1]


def _put(machine: _Machine, index: int) -> None:
    machine.memory[index] = machine.stack[-1]


def _get(machine: _Machine, index: int) -> None:
    machine.stack.append(machine.memory[index])


def _global(machine: _Machine, words: str) -> None:
    machine.name(words.replace(" ", "."))


def _stack_global(machine: _Machine, _: Any) -> None:
    module, name = machine.pop(2)
    machine.name(f"{module}.{name}")


def _state(machine: _Machine, _: Any) -> None:
    """The state that follows a value: an array's type needs none; nothing else has one."""
    value, _state_of = machine.pop(2)
    if not isinstance(value, np.dtype | dict):
        raise RefusedPickle(machine.path, f"state of {type(value).__name__}")
    machine.stack.append(value)


def _outside(machine: _Machine, _: Any) -> None:
    """Torch's reference to numbers outside: ('storage', class, key, device, count)."""
    (words,) = machine.pop(1)
    kind, named, key = words[:3]
    if kind != "storage" or not isinstance(named, Named):
        raise RefusedPickle(machine.path, str(kind))
    machine.stack.append(Storage(str(key), named.name.rpartition(".")[2]))


_CODES = ("f", "i", "u", "b")


def _dtype(code: str, *_: Any) -> np.dtype:
    found = np.dtype(code) if isinstance(code, str) else None
    if found is None or found.kind not in _CODES:
        raise ValueError(code)
    return found


def _scalar(dtype: np.dtype, data: bytes) -> int | float | bool:
    return np.frombuffer(data, dtype=dtype.newbyteorder("<"), count=1)[0].item()


def _ordered(*given: Any) -> dict:
    return dict(*given)


def _encoded(text: str, _how: str) -> bytes:
    """Bytes in pickles older than Python 3."""
    return text.encode("latin-1")


_BUILDERS: Mapping[str, Callable[..., Any]] = {
    "_codecs.encode": _encoded,
    "collections.OrderedDict": _ordered,
    "numpy.dtype": _dtype,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
}
"""The only names that mean anything here; plain values of our own stand for them."""

_VALUES = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE"),
    *("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
)
_OPCODES: Mapping[str, Callable[[_Machine, Any], None]] = {
    **dict.fromkeys(_VALUES, _push),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _put),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _get),
    **dict.fromkeys(("PROTO", "FRAME"), _nothing),
    "NONE": _constant(None),
    "NEWTRUE": _constant(True),
    "NEWFALSE": _constant(False),
    "EMPTY_DICT": _fresh(dict),
    "EMPTY_LIST": _fresh(list),
    "EMPTY_TUPLE": _fresh(tuple),
    "TUPLE1": _tuple_of(1),
    "TUPLE2": _tuple_of(2),
    "TUPLE3": _tuple_of(3),
    "MARK": _mark,
    "TUPLE": _collected(tuple),
    "LIST": _collected(list),
    "DICT": _collected(_pairs),
    "APPEND": _append,
    "APPENDS": _appends,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "MEMOIZE": _memoize,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": lambda machine, _: machine.build(),
    "BUILD": _state,
    "BINPERSID": _outside,
}
"""Opcodes that plain values need; with any other one a pickle is refused."""
