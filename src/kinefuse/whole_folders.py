"""A folder of results that appears whole or not at all."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.errors import NoPlace, WouldOverwrite
from kinefuse.whole_files import with_folder


def refuse_to_overwrite(folder: Path, *, force: bool) -> None:
    """Stop before any work is done for a place that is taken; an empty folder is free.

    Raises:
        WouldOverwrite: Something lies there and ``force`` is not said, or it is no folder.
        NoPlace: No folder can be made there.
    """
    above = next(path for path in folder.absolute().parents if path.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise NoPlace(folder, f"{above} is no folder that you may write to")
    taken = folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
    if taken and not (force and folder.is_dir()):
        raise WouldOverwrite(folder)


def refuse_files(files: Iterable[Path], *, force: bool) -> None:
    """The same for single files of a folder that may hold others.

    Raises:
        WouldOverwrite: One of them is there and ``force`` is not said.
    """
    for file in files:
        if file.exists() and not (force and file.is_file()):
            raise WouldOverwrite(file)


@contextmanager
def filled_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder beside ``folder`` to write into; it takes its place once all went well.

    A new folder appears at once, so that even a kill leaves all of it or nothing. With ``force``,
    files of the same names are replaced and nothing else is touched.

    Raises:
        WouldOverwrite: As of ``refuse_to_overwrite``.
    """
    refuse_to_overwrite(folder, force=force)
    folder = folder.absolute()
    beside = folder.with_name(f"{folder.name}.partial{os.getpid()}")
    with_folder(beside, folder)
    try:
        yield beside
        if not folder.exists() or not any(folder.iterdir()):
            beside.rename(folder)
            return
        for file in beside.iterdir():
            file.replace(folder / file.name)
    finally:
        if beside.exists():
            shutil.rmtree(beside)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A folder beside ``folder`` to write into; it takes its place, whole, once all went well.

    Nothing of an earlier one is left. Whoever calls has made sure that nobody misses it.
    """
    folder = folder.absolute()
    beside = folder.with_name(f"{folder.name}.partial{os.getpid()}")
    earlier = folder.with_name(f"{folder.name}.earlier{os.getpid()}")
    with_folder(beside, folder)
    try:
        yield beside
        if folder.exists():
            folder.rename(earlier)
        beside.rename(folder)
    finally:
        if earlier.exists() and not folder.exists():
            earlier.rename(folder)
        for left in (beside, earlier):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def added_to_folder(folder: Path) -> Iterator[Path]:
    """As ``filled_folder``, but whatever the tree beside holds is added file by file.

    Whoever calls has made sure that nothing is overwritten against the user's will.
    """
    folder = folder.absolute()
    beside = folder.with_name(f"{folder.name}.partial{os.getpid()}")
    with_folder(beside, folder)
    try:
        yield beside
        for file in sorted(path for path in beside.rglob("*") if path.is_file()):
            place = folder / file.relative_to(beside)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
    finally:
        shutil.rmtree(beside)


@contextmanager
def files_of(folder: Path) -> Iterator[Path]:
    """A folder to write files into that belong into ``folder`` together, once all went well.

    Files of the same names are replaced; whether that is wanted has to be asked before.
    """
    inside = folder.absolute() / f".partial{os.getpid()}"
    with_folder(inside, folder)
    try:
        yield inside
        for file in inside.iterdir():
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(inside)
