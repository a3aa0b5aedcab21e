"""HDF5 files of others, opened so that whatever is wrong with them is one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.words import printable

_LOW: Any = h5py
"""Its modules near the C library, which have no types."""
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
        UnreadableFile: It is no HDF5 file, or damaged; also while it is being read. Or some of it
            lies in another file.
    """
    try:
        with h5py.File(path, "r") as file:
            refuse_other_files(file)
            yield file
    except DAMAGED as error:
        what = "it is empty, truncated, damaged or no HDF5 file of this kind"
        raise UnreadableFile(path, what, "copy or export it again") from error


def refuse_other_files(file: Any) -> None:
    """Stop where a file points to others: they were not given, and may be anything on the disk.

    Raises:
        UnreadableFile: A link leads to another file, or a dataset's numbers lie in one.
    """

    def elsewhere(name: bytes, link: Any) -> bytes | None:
        if link.type == _LOW.h5l.TYPE_EXTERNAL:
            return name
        try:  # an error must not leave the library's own loop
            found = _LOW.h5o.open(file.id, name) if link.type == _LOW.h5l.TYPE_HARD else None
            return name if isinstance(found, _LOW.h5d.DatasetID) and _borrows(found) else None
        except DAMAGED:  # whoever reads it is told
            return None

    name = file.id.links.visit(elsewhere, info=True)
    if name is not None:
        raise _elsewhere(file, name.decode("utf-8", errors="replace"))


def own_dataset(file: Any, name: str) -> Any:
    """What lies at one name; for files so large that nobody wants to look at all of them.

    Raises:
        KeyError: Nothing does.
        UnreadableFile: It lies in another file.
    """
    found = file[name]
    borrows = isinstance(found, h5py.Dataset) and _borrows(found.id)
    if borrows or found.file.filename != file.filename:
        raise _elsewhere(file, name)
    return found


def _borrows(dataset: Any) -> bool:
    """Whether a dataset of this file takes its numbers from others."""
    how = dataset.get_create_plist()
    return how.get_layout() == _LOW.h5d.VIRTUAL or how.get_external_count() > 0


def _elsewhere(file: Any, name: str) -> UnreadableFile:
    what = f"{printable(name)} lies in another file, which is not read"
    return UnreadableFile(file.filename, what, "copy everything into one file")


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
