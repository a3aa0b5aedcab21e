"""HDF5 files of others, opened so that whatever is wrong with them is one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.words import printable

SUFFIXES = (".h5", ".hdf5", ".hdf")
DAMAGED = (
    *(OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError),
    *(IndexError, OverflowError, MemoryError),
)
"""What h5py raises on damaged files: next to anything."""
_MOST_EXPANSION = 2000  # of what compression may make of a file's bytes; gzip's limit is 1032


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """An ``h5py.File`` to read from.

    Raises:
        UnreadableFile: It is no HDF5 file, or damaged; also while it is being read.
    """
    try:
        with h5py.File(path, "r") as file:
            yield file
    except DAMAGED as error:
        what = "it is empty, truncated, damaged or no HDF5 file of this kind"
        raise UnreadableFile(path, what, "copy or export it again") from error


def numbers(file: Any, name: str) -> np.ndarray:
    """A whole array, in float64.

    Raises:
        KeyError, ValueError, OSError: There is none; ``opened`` says so in words.
    """
    found = file[name]
    if not isinstance(found, h5py.Dataset) or found.dtype.kind not in "fiu":
        raise ValueError(name)
    if found.size * found.dtype.itemsize > _MOST_EXPANSION * Path(file.filename).stat().st_size:
        raise ValueError(name)
    return np.asarray(found[()], dtype=np.float64)


def vectors(file: Any, name: str) -> np.ndarray:
    """A whole array (time, 3)."""
    found = numbers(file, name)
    if found.ndim != 2 or found.shape[1] != 3:
        raise ValueError(name)
    return found


def text(value: Any) -> str:
    """A word that HDF5 keeps as bytes, as text or as an array of one."""
    plain = np.asarray(value).reshape(-1)
    first = plain[0] if len(plain) else ""
    words = first.decode("utf-8", errors="replace") if isinstance(first, bytes) else str(first)
    return printable(words)
