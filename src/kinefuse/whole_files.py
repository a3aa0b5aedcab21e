"""Files that appear whole or not at all: written beside their place, then renamed into it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; it takes the name ``path`` once all went well.

    An existing file is replaced; a reader meets the old one or the new one. Folders above are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.partial{os.getpid()}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write text in UTF-8."""
    with written_whole(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_json(path: Path, words: object) -> None:
    """Write plain values for people and programs to read."""
    write_text(path, json.dumps(words, indent=1) + "\n")
