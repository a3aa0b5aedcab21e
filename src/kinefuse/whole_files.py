"""Files that appear whole or not at all: written beside their place, then renamed into it."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.errors import NoPlace

_NO_PLACE = frozenset(
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST)
)
"""Errors of the system that mean it; a full disk, for instance, is another matter."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; it takes the name ``path`` once all went well.

    An existing file is replaced; a reader meets the old one or the new one. Folders above are made.
    """
    with_folder(path.parent, path)
    beside = path.with_name(f"{path.name}.partial{os.getpid()}")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        if error.filename == str(beside):
            refuse_no_place(error, path)
        raise
    finally:
        beside.unlink(missing_ok=True)


def with_folder(folder: Path, wanted: Path) -> None:
    """Make a folder, and those above it; what is ``wanted`` there is named if it cannot be.

    Raises:
        NoPlace: There can be no such folder, or nobody may write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse_no_place(error, wanted)
        raise


def refuse_no_place(error: OSError, wanted: Path) -> None:
    """Say of what was wanted that there is no place for it, if that is what an error means."""
    if error.errno in _NO_PLACE:
        raise NoPlace(wanted, (error.strerror or "unknown").lower()) from error


def write_text(path: Path, text: str) -> None:
    """Write text in UTF-8."""
    with written_whole(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_json(path: Path, words: object) -> None:
    """Write plain values for people and programs to read."""
    write_text(path, json.dumps(words, indent=1) + "\n")
