"""Who does the work: hand it in, ask what is finished, take it back. Today that is Dask.

Searches, reproductions and studies know ``Executor`` alone, so that another engine can take Dask's
place.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from time import sleep
from typing import Any, Protocol, runtime_checkable

from kinefuse.errors import KinefuseError

_CONNECT_S = 10
_LOOPBACK = "127.0.0.1"
# Dask looks at itself 50 times a second in every process, for pages that nobody opens here: in the
# driver alone that was 5 % of a core, which is 1 % now. Our work takes seconds to hours.
_CALM = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
}


class NoScheduler(KinefuseError):
    """Nobody answers at the address of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"no Dask scheduler answers at {address}; start one with 'dask scheduler', or leave "
            "out --scheduler to work on this machine alone."
        )


class NoDask(KinefuseError):
    """A scheduler is named, and nothing here can talk to it."""

    def __init__(self) -> None:
        super().__init__(
            "--scheduler needs Dask, which is not installed; install it with python -m pip "
            "install 'kinefuse[search]' -c constraints.txt, or leave out --scheduler."
        )


@dataclass(frozen=True)
class Finished:
    """What became of something handed in."""

    name: str
    result: Any = None
    fault: str = ""
    """Why there is no result."""


@runtime_checkable
class Executor(Protocol):
    """Runs functions of one argument elsewhere."""

    @property
    def slots(self) -> int:
        """How many can run at once, now."""
        ...

    def submit(self, name: str, work: Callable[[Any], Any], argument: Any) -> None:
        """Hand in work under a name that is not in use; if its worker dies, another does it."""
        ...

    def finished(self, wait_s: float) -> list[Finished]:
        """What has finished since the last call; waits at most so long for the first."""
        ...

    def cancel(self, name: str) -> None:
        """Take work back; what runs already may run on, but nobody hears of it."""
        ...

    def close(self) -> None:
        """End, and the workers that were started here with it."""
        ...


class InThisProcess:
    """Does one thing after the other, when it is asked what has finished; needs no Dask."""

    slots = 1

    def __init__(self) -> None:
        self._queue: dict[str, tuple[Callable[[Any], Any], Any]] = {}

    def submit(self, name: str, work: Callable[[Any], Any], argument: Any) -> None:
        """Put work at the end of the queue."""
        self._queue[name] = work, argument

    def finished(self, wait_s: float) -> list[Finished]:
        """Do what is next, however long that takes."""
        del wait_s
        if not self._queue:
            return []
        name = next(iter(self._queue))
        work, argument = self._queue.pop(name)
        try:
            return [Finished(name, work(argument))]
        except Exception as error:  # noqa: BLE001 - as from another process: told, not raised
            return [Finished(name, fault=_in_words(error))]

    def cancel(self, name: str) -> None:
        """Take work back."""
        self._queue.pop(name, None)

    def close(self) -> None:
        """Forget what has not been done."""
        self._queue.clear()


class DaskExecutor:
    """Workers of a Dask cluster: one started here, or one that runs anyway."""

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        """Connect, or start single-threaded worker processes on this machine's loopback.

        Args:
            scheduler: Address of a running scheduler; None starts one.
            workers: How many to start; None is one a core.

        Raises:
            NoScheduler: Nobody answers at that address.
        """
        from distributed import Client

        self._cluster = None if scheduler else _cluster(workers or usable_cores())
        try:
            self._client = Client(
                scheduler or self._cluster, set_as_default=False, timeout=_CONNECT_S
            )
        except (OSError, ValueError) as error:
            raise NoScheduler(str(scheduler)) from error
        self._futures: dict[str, Any] = {}

    @property
    def slots(self) -> int:
        """Threads of all workers that are connected."""
        threads: Any = self._client.nthreads()  # also typed for asynchronous clients
        return sum(threads.values())

    def submit(self, name: str, work: Callable[[Any], Any], argument: Any) -> None:
        """Hand in work; its name is the task's key."""
        self._futures[name] = self._client.submit(work, argument, key=name, pure=False)

    def finished(self, wait_s: float) -> list[Finished]:
        """What has finished since the last call."""
        from distributed import wait

        if not self._futures:
            sleep(wait_s)
            return []
        try:
            with self._client.as_current():
                wait(list(self._futures.values()), timeout=wait_s, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        done = [name for name, future in self._futures.items() if future.done()]
        return [_outcome(name, self._futures.pop(name)) for name in done]

    def cancel(self, name: str) -> None:
        """Take work back."""
        future = self._futures.pop(name, None)
        if future is not None:
            future.cancel(force=True)

    def close(self) -> None:
        """End; a cluster that was started here ends too."""
        self._futures.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def dask_is_installed() -> bool:
    """Whether several processes can be had: the extra 'search'."""
    return find_spec("distributed") is not None


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # neither on Windows nor on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cluster(workers: int) -> Any:
    from dask.config import set as configured
    from distributed import LocalCluster

    with _deaf_children(), configured(_CALM):
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=_LOOPBACK,
            dashboard_address=f"{_LOOPBACK}:0",  # where it says that it lives; no page
            scheduler_kwargs={"dashboard": False},
            memory_limit=None,  # the data is mapped, and pages of a file are no worker's own
            silence_logs=logging.CRITICAL,  # a killed worker is replaced, and its trial run again
        )


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started in here do not hear Ctrl-C; their driver does, and ends them in order."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say so
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _outcome(name: str, future: Any) -> Finished:
    """The result of a finished future, or why there is none."""
    if future.status == "finished":
        return Finished(name, future.result())
    error = future.exception() if future.status == "error" else None
    if error is None:
        return Finished(name, fault="the work was lost")
    return Finished(name, fault=_in_words(error))


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
