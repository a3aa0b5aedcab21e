"""Work for other processes, in a module that loads at once."""

import os
import time
from pathlib import Path


def pow_two(x):
    return x * x


def divide_by(x):
    return 1 / x


def where_am_i(_):
    from distributed import get_worker

    return os.getpid(), get_worker().state.nthreads, os.environ["OMP_NUM_THREADS"]


def slow_the_first_time(folder):
    file = Path(folder) / "pid"
    if file.exists():
        return "done again"
    beside = file.with_suffix(".partial")
    beside.write_text(str(os.getpid()))
    beside.replace(file)
    time.sleep(120)
    return "never"
