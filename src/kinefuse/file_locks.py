"""Locks on open files, which the system takes back when a process ends, however it ends.

On network file systems too, when the machine that held one is gone.
"""

import sys
from time import sleep

_LOOK_AGAIN_S = 0.1  # where the system cannot be told to wait as long as it takes


def try_lock(descriptor: int) -> bool:
    """Hold an open file until it is closed; False if somebody else holds it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock(descriptor: int) -> None:
    """The same, once nobody else holds it."""
    if sys.platform == "win32":
        while not try_lock(descriptor):
            sleep(_LOOK_AGAIN_S)
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
