"""Computations in processes of their own: begun in order, watched, cancelled, and begun again.

There is no queue besides the records: what is queued there and on disk is what will be done, so a
server that was killed goes on where it was. Looking at files has a lane of its own, since nobody
wants to wait for somebody else's estimate to see his files recognised.
"""

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from kinefuse.app.guard import MISTAKE
from kinefuse.app.messages import (
    MESSAGE,
    HasChecked,
    HasEstimated,
    HasFailed,
    HasRecognised,
    LastWord,
    Stepped,
    Task,
)
from kinefuse.app.records import Job, State, Step, Trouble
from kinefuse.app.refusals import NoRoom, NoSuchThing, NotNow, in_words, is_full
from kinefuse.app.store import JobStore

_PATIENCE_S = 5.0  # for a killed process to be gone
_LOOK_AGAIN_S = 5.0  # whether the disk has room again: no bell rings for that
_LONGEST_LINE = 16 * 2**20  # a thousand findings are a megabyte
logger = logging.getLogger(__name__)


@dataclass
class _Run:
    """A process at work."""

    task: Task
    process: subprocess.Popen
    stopped: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


class Runner:
    """Starts what the records ask for, and writes down what comes of it."""

    def __init__(self, store: JobStore, command: Sequence[str], estimates: int = 1) -> None:
        """Begin to watch the records.

        Args:
            store: The records.
            command: What starts a process, to be followed by a task and the recording's folder.
            estimates: How many estimates run at the same time.
        """
        self.store, self._command = store, tuple(command)
        self._choosing = threading.Lock()
        self._running: dict[str, _Run] = {}
        self._closed = False
        for job in store.all():
            if job.state == "running":  # by a server that is no more
                store.show(job.id, state="queued", step=None, started_at=None)
        choices = [self._next_look, *[self._next_estimate] * estimates]
        self._bells = [threading.Event() for _ in choices]
        self._threads = [
            threading.Thread(target=self._work, args=(choose, bell), daemon=True)
            for choose, bell in zip(choices, self._bells, strict=True)
        ]
        store.on_change = self._ring
        for thread in self._threads:
            thread.start()

    def stop(self, job_id: str) -> None:
        """End what is being computed for a recording, and wait until it is gone."""
        with self._choosing:
            run = self._running.get(job_id)
            if run is None:
                return
            run.stopped = True
            _kill(run.process)
        run.ended.wait(_PATIENCE_S)

    def close(self) -> None:
        """End everything; what ran is begun again when the workspace is next opened."""
        with self._choosing:
            self._closed = True
            for run in self._running.values():
                run.stopped = True
                _kill(run.process)
        self._ring()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _ring(self) -> None:
        """Wake the lanes. Takes no lock: the store calls it while it holds its own."""
        for bell in self._bells:
            bell.set()

    def _work(self, choose: Callable[[], tuple[Job, Task] | None], bell: threading.Event) -> None:
        while not self._closed:
            bell.clear()
            with self._choosing:  # until it is marked as running: nobody else may choose it
                chosen = None if self._closed else choose()
                run = self._start(*chosen) if chosen else None
            if chosen is None or run is None:
                bell.wait(_LOOK_AGAIN_S)
                continue
            try:
                self._follow(chosen[0].id, run)
            finally:
                with self._choosing:
                    del self._running[chosen[0].id]
                run.ended.set()

    def _next_look(self) -> tuple[Job, Task] | None:
        for job in self.store.all():
            if job.state == "draft" and job.look and job.id not in self._running:
                return job, job.look
        return None

    def _next_estimate(self) -> tuple[Job, Task] | None:
        queued = [job for job in self.store.all() if job.state == "queued"]
        free = [job for job in queued if job.id not in self._running]
        return (min(free, key=lambda job: job.queued_at), "estimate") if free else None

    def _start(self, job: Job, task: Task) -> _Run | None:
        try:
            if task == "estimate":
                self._take_up(job.id)
            folder = self.store.folder(job.id)
            run = _Run(task, _process([*self._command, task, str(folder)], folder / "log.txt"))
        except (NoSuchThing, NotNow):  # deleted or cancelled just now
            return None
        except NoRoom:
            self._let_wait(job)
            return None
        except OSError as error:  # nothing can be written, or no process can be had
            self._end(job.id, task, HasFailed(trouble=_went_wrong(job.id, task, error)))
            return None
        self._running[job.id] = run
        return run

    def _take_up(self, job_id: str) -> None:
        """From the queue.

        Raises:
            NoRoom: The disk has too little for results, or even for the record.
        """
        self.store.need_room(0)  # what is spared is meant for results
        now = time.time()
        try:
            self.store.change(job_id, only=["queued"], state="running", started_at=now, step=None)
        except OSError as error:
            if not is_full(error):
                raise
            raise NoRoom from error

    def _let_wait(self, job: Job) -> None:
        """It stays in the queue, and first there, until the disk has room.

        Told once: telling wakes the lanes, which would at once ask for room again.
        """
        needed = in_words(self.store.limits.spare_bytes)
        waits = Step(done=0, total=1, message=f"Waiting for room on the disk: {needed} are needed")
        if job.step != waits:
            self.store.show(job.id, only=["queued"], step=waits)

    def _follow(self, job_id: str, run: _Run) -> None:
        last: LastWord | None = None
        assert run.process.stdout is not None
        while line := run.process.stdout.readline(_LONGEST_LINE):
            try:
                message = MESSAGE.validate_json(line)
            except ValidationError:
                logger.warning("%s said something else: %r", run.task, line[:200])
                continue
            if isinstance(message, Stepped):
                self.store.show(job_id, step=message.step)
            else:
                last = message
        code = run.process.wait()
        _close_pipes(run.process)
        if run.stopped:
            return
        if last is None or (code != 0 and not isinstance(last, HasFailed)):
            last = HasFailed(trouble=_died(job_id, run.task, code))
        self._end(job_id, run.task, last)

    def _end(self, job_id: str, task: Task, last: LastWord) -> None:
        wanted: list[State] = ["queued", "running"] if task == "estimate" else ["draft"]
        try:
            self.store.change(job_id, only=wanted, **_what_follows(last, task))
        except (NoSuchThing, NotNow):  # deleted or cancelled while it said its last word
            return
        except OSError as error:  # the page can be told, and nothing be written down
            if not isinstance(last, HasFailed):
                last = HasFailed(trouble=_went_wrong(job_id, task, error))
            self.store.show(job_id, only=wanted, **_what_follows(last, task))


def _what_follows(message: LastWord, task: Task) -> dict[str, object]:
    """How a record changes by what a process ended with."""
    if isinstance(message, HasRecognised):
        return {
            "recognised": message.recognised,
            "said": message.said,
            "look": "check",
            "step": None,
            "trouble": None,
        }
    if isinstance(message, HasChecked):
        return {"checked": message.checked, "look": None, "step": None, "trouble": None}
    if isinstance(message, HasEstimated):
        return {"state": "done", "outcome": message.outcome, "step": None, "trouble": None}
    ended = {"state": "failed"} if task == "estimate" else {"look": None}
    return {**ended, "trouble": message.trouble, "step": None}


def _process(words: list[str], log: Path) -> subprocess.Popen:
    """A process that ends by itself when this one does: its standard input then closes."""
    with log.open("ab") as said:
        return subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=log.parent,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )


def _kill(process: subprocess.Popen) -> None:
    """The process and those that it started."""
    if process.poll() is not None:
        return
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _close_pipes(process: subprocess.Popen) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _went_wrong(job_id: str, task: Task, error: OSError) -> Trouble:
    """Around the process: the disk is full, or something that nobody foresaw."""
    reference = secrets.token_hex(4)
    logger.error("mistake %s around %s of %s", reference, task, job_id, exc_info=error)
    if is_full(error):
        return Trouble(sentence=str(NoRoom()))
    return Trouble(sentence=MISTAKE.format(reference), reference=reference)


def _died(job_id: str, task: Task, code: int) -> Trouble:
    """Nothing was said before the end: out of memory, or a fault below Python."""
    reference = secrets.token_hex(4)
    logger.error(
        "mistake %s: the process for %s of %s ended with %d", reference, task, job_id, code
    )
    return Trouble(sentence=MISTAKE.format(reference), reference=reference)
