"""A folder of results that appears whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.errors import WouldOverwrite


def refuse_to_overwrite(folder: Path, *, force: bool) -> None:
    """Stop before any work is done for a place that is taken; an empty folder is free.

    Raises:
        WouldOverwrite: Something lies there and ``force`` is not said, or it is no folder.
    """
    taken = folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
    if taken and not (force and folder.is_dir()):
        raise WouldOverwrite(folder)


@contextmanager
def filled_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder beside ``folder`` to write into; it takes its place once all went well.

    With ``force``, files of the same names are replaced and nothing else is touched.

    Raises:
        WouldOverwrite: As of ``refuse_to_overwrite``.
    """
    refuse_to_overwrite(folder, force=force)
    folder = folder.absolute()
    beside = folder.with_name(f"{folder.name}.partial{os.getpid()}")
    beside.mkdir(parents=True)
    try:
        yield beside
        folder.mkdir(exist_ok=True)
        for file in beside.iterdir():
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(beside)
