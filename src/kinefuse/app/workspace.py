"""Where recordings are kept between two starts, and that only one server keeps them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.app.refusals import WorkspaceInUse
from kinefuse.file_locks import try_lock


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

    Raises:
        WorkspaceInUse: Another server has it.
    """
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (workspace / "server.lock").open("a+b") as lock:
        if not try_lock(lock.fileno()):
            raise WorkspaceInUse(workspace)
        for left in workspace.glob("arriving-*"):
            _remove(left)
        yield workspace


def _remove(folder: Path) -> None:
    """What was arriving when an earlier server was killed."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
