"""Who drives a study, and whether they still live: a file that is locked as long as they do.

The system takes the lock back when its process ends (``kinefuse.file_locks``), so there are no
clocks to compare. A file is renamed while it is open, which Windows refuses: searches are for
Linux and macOS.
"""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from kinefuse.file_locks import lock, try_lock


class Lease:
    """Held by one driver, from its first trial to its last."""

    def __init__(self, folder: Path) -> None:
        """Take one; ``folder`` holds those of all drivers of a study."""
        folder.mkdir(parents=True, exist_ok=True)
        self.name = uuid4().hex
        self._file = _file(folder, self.name)
        beside = self._file.with_suffix(".partial")
        self._descriptor = os.open(beside, os.O_CREAT | os.O_RDWR, 0o644)
        lock(self._descriptor)
        beside.replace(self._file)  # locked before anybody can see it

    def release(self) -> None:
        """Say that this driver has ended."""
        self._file.unlink(missing_ok=True)
        os.close(self._descriptor)


def lives(folder: Path, name: str) -> bool | None:
    """Whether the driver of that name lives; None if nothing is known of it in this folder."""
    try:
        descriptor = os.open(_file(folder, name), os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


def forget_the_dead(folder: Path) -> None:
    """Take away the files of drivers that have ended."""
    for file in folder.glob("*.lock"):
        if lives(folder, file.stem) is False:
            with suppress(FileNotFoundError):
                file.unlink()


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"
