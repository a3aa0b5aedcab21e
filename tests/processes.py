"""Other processes for journeys: started, waited for with a limit, and always ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

PATIENCE_S = 240.0  # a busy machine is no failure


class Processes:
    """Those that a test has started."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def start(self, *words, log: Path) -> subprocess.Popen:
        """Run a Python module; what it says goes to a file."""
        output = self._stack.enter_context(log.open("a"))
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, words)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        self._stack.callback(_end, process)
        return process

    def close(self) -> None:
        """End all of them, and their children."""
        self._stack.close()


def finish(process: subprocess.Popen, log: Path) -> str:
    """Wait for a process to succeed; what it said."""
    code = process.wait(timeout=PATIENCE_S)
    said = log.read_text()
    assert code == 0, said
    return said


def wait_until(true: Callable[[], object], what: str) -> None:
    """Look until something is so.

    Raises:
        TimeoutError: It did not come true.
    """
    until = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.02)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL: nothing of it gets to say goodbye."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE_S)


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.wait(timeout=PATIENCE_S)
