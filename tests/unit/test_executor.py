"""Work that is handed in comes back, whoever has to die for it, and only this machine listens."""

import os
import signal
import time

import psutil
import pytest

from kinefuse.executor import (
    DaskExecutor,
    Executor,
    InThisProcess,
    NoScheduler,
    usable_cores,
)
from processes import PATIENCE_S
from small_searches import HereExecutor
from small_work import divide_by, pow_two, slow_the_first_time, where_am_i


@pytest.fixture(scope="module")
def executor():
    started = DaskExecutor(workers=2)
    yield started
    started.close()


def collected(executor, count, patience_s=PATIENCE_S):
    found, until = {}, time.monotonic() + patience_s
    while len(found) < count and time.monotonic() < until:
        found |= {one.name: one for one in executor.finished(0.2)}
    return found


def test_work_comes_back_under_its_name(executor):
    for i in range(6):
        executor.submit(f"square-{i}", pow_two, i)
    found = collected(executor, 6)
    assert {name: one.result for name, one in found.items()} == {
        f"square-{i}": i * i for i in range(6)
    }
    assert executor.finished(0.0) == []


def test_it_is_an_executor_with_a_slot_a_worker(executor):
    assert isinstance(executor, Executor)
    assert isinstance(HereExecutor(), Executor)
    assert executor.slots == 2
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_a_fault_is_told_in_words(executor):
    executor.submit("bad", divide_by, 0)
    assert collected(executor, 1)["bad"].fault == "ZeroDivisionError: division by zero"


def test_workers_are_processes_of_one_thread_on_the_loopback_alone(executor):
    executor.submit("where", where_am_i, None)
    pid, threads, omp = collected(executor, 1)["where"].result
    assert pid != os.getpid()
    assert (threads, omp) == (1, "1")
    here = psutil.Process()
    listening = {
        connection.laddr.ip
        for process in (here, *here.children(recursive=True))
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_the_work_of_a_killed_worker_is_done_by_another(executor, tmp_path):
    executor.submit("survivor", slow_the_first_time, tmp_path)
    until = time.monotonic() + PATIENCE_S
    while not (tmp_path / "pid").exists() and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert collected(executor, 1)["survivor"].result == "done again"


def test_what_is_cancelled_is_not_heard_of(executor):
    executor.submit("unwanted", pow_two, 3)
    executor.cancel("unwanted")
    executor.cancel("never heard of")
    executor.submit("wanted", pow_two, 4)
    assert set(collected(executor, 1)) == {"wanted"}


def test_one_process_answers_as_several_do():
    here = InThisProcess()
    assert isinstance(here, Executor)
    for i in range(3):
        here.submit(f"square-{i}", pow_two, i)
    here.submit("bad", divide_by, 0)
    here.cancel("square-1")
    found = collected(here, 3)
    assert {name: one.result for name, one in found.items() if not one.fault} == {
        "square-0": 0,
        "square-2": 4,
    }
    assert found["bad"].fault == "ZeroDivisionError: division by zero"
    assert here.finished(0.0) == []


def test_nobody_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr("kinefuse.executor._CONNECT_S", 1)
    with pytest.raises(NoScheduler, match=r"tcp://127\.0\.0\.1:1; start one with"):
        DaskExecutor("tcp://127.0.0.1:1")
