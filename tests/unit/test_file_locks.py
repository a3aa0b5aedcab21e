"""One process at a time holds a file, on systems that lock in either way."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from kinefuse.file_locks import lock, try_lock


class WindowsLocks:
    """As ``msvcrt`` has them: of a byte, by the file that a descriptor is of."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        if self.held.setdefault(os.fstat(descriptor).st_ino, descriptor) != descriptor:
            raise PermissionError(13, "Permission denied")

    def closed(self, descriptor: int) -> None:
        self.held = {file: by for file, by in self.held.items() if by != descriptor}


@pytest.fixture(params=["as here", "as on Windows"])
def let_go(request, monkeypatch):
    """Closes a descriptor; locks are this system's, or made up."""
    if request.param == "as here":
        return os.close
    made_up = WindowsLocks()
    monkeypatch.setattr("kinefuse.file_locks.sys", SimpleNamespace(platform="win32"))
    monkeypatch.setitem(sys.modules, "msvcrt", made_up)
    monkeypatch.setitem(sys.modules, "fcntl", None)

    def close(descriptor: int) -> None:
        made_up.closed(descriptor)
        os.close(descriptor)

    return close


@contextmanager
def opened(path, let_go):
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    yield descriptor
    let_go(descriptor)


def test_a_file_is_held_until_it_is_closed(tmp_path, let_go):
    with opened(tmp_path / "one", let_go) as mine:
        assert try_lock(mine)
        with opened(tmp_path / "one", let_go) as other:
            assert not try_lock(other)
        with opened(tmp_path / "two", let_go) as elsewhere:
            assert try_lock(elsewhere)
    with opened(tmp_path / "one", let_go) as later:
        assert try_lock(later)


def test_who_waits_gets_it_when_it_is_let_go(tmp_path, let_go):
    mine = os.open(tmp_path / "one", os.O_CREAT | os.O_RDWR)
    lock(mine)
    with opened(tmp_path / "one", let_go) as other:
        waiting = threading.Thread(target=lock, args=(other,), daemon=True)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        let_go(mine)
        waiting.join(10)
        assert not waiting.is_alive()


@pytest.mark.parametrize(
    "module",
    [
        "kinefuse",
        "kinefuse.cli.app",
        "kinefuse.executor",
        "kinefuse.app.workspace",
        "kinefuse.reproduction.tasks",
        "kinefuse.search.lease",
    ],
)
def test_what_windows_lacks_is_not_needed_to_begin(module):
    program = (
        "import os, sys; sys.modules['fcntl'] = None; del os.sched_getaffinity; "
        f"import {module}; from kinefuse.executor import usable_cores; print(usable_cores())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == f"{os.cpu_count()}\n", ran.stderr
