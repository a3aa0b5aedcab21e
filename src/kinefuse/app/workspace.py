"""Where recordings are kept between two starts, and that only one server keeps them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.app.refusals import WorkspaceInUse


def default_workspace() -> Path:
    """The folder where this system's programs keep a user's data."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:  # XDG Base Directory Specification 0.8
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "kinefuse"


@contextmanager
def held(workspace: Path) -> Iterator[Path]:
    """The folder, made if needed, for this process alone until the end.

    The system takes the lock back when a process ends, however it ends.

    Raises:
        WorkspaceInUse: Another server has it.
    """
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (workspace / "server.lock").open("a+b") as lock:
        try:
            _lock(lock.fileno())
        except OSError:
            raise WorkspaceInUse(workspace) from None
        for left in workspace.glob("arriving-*"):
            _remove(left)
        yield workspace


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove(folder: Path) -> None:
    """What was arriving when an earlier server was killed."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
