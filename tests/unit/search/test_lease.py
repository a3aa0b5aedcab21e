"""A driver that ends, however it ends, is known to have ended; one that lives is known to live."""

import os
import signal
import subprocess
import sys

import pytest

from kinefuse.search.lease import Lease, forget_the_dead, lives

HOLD = """
import sys, time
from pathlib import Path
from kinefuse.search.lease import Lease
print(Lease(Path(sys.argv[1])).name, flush=True)
time.sleep(60)
"""


def test_a_driver_lives_until_it_lets_go(tmp_path):
    lease = Lease(tmp_path)
    assert lives(tmp_path, lease.name) is True
    lease.release()
    assert lives(tmp_path, lease.name) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_driver_is_dead_at_once(tmp_path, blow):
    held = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    try:
        assert held.stdout is not None
        name = held.stdout.readline().decode().strip()
        assert lives(tmp_path, name) is True
        forget_the_dead(tmp_path)
        assert lives(tmp_path, name) is True  # it is not dead
    finally:
        os.kill(held.pid, blow)
        held.communicate(timeout=10)
    assert lives(tmp_path, name) is False
    forget_the_dead(tmp_path)
    assert lives(tmp_path, name) is None


def test_of_a_stranger_nothing_is_known(tmp_path):
    assert lives(tmp_path, "somebody-elses") is None


def test_two_drivers_have_two_names(tmp_path):
    first, second = Lease(tmp_path), Lease(tmp_path)
    first.release()
    assert lives(tmp_path, second.name) is True
    second.release()
