"""What is computed elsewhere: functions of one plain argument, handed to an executor.

Each leaves its result on disk, finds it there when it is done, and goes on where a killed one
stopped. A lock that dies with its process keeps two from working on one result: a driver that was
killed may be gone before its workers are.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from kinefuse.errors import KinefuseError
from kinefuse.executor import Executor
from kinefuse.file_locks import lock
from kinefuse.progress import Progress

_WAIT_S = 0.5
_TELL_EVERY_S = 2.0


class TaskFailed(KinefuseError):
    """Something that was handed out ended in an error."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name}: {fault.rstrip('.')}; mend that and give the command again.")


@dataclass(frozen=True)
class Task:
    """Work under a name, with the file or folder it makes."""

    name: str
    run: Callable[[Any], Iterator[Progress]]
    argument: Any
    result: Path


def run_tasks(executor: Executor, tasks: list[Task]) -> Iterator[Progress]:
    """Do all that is not done yet, as many at once as there are workers.

    Raises:
        TaskFailed: One of them ended in an error.
    """
    waiting = {task.name: task for task in tasks if not task.result.exists()}
    done = len(tasks) - len(waiting)
    for task in waiting.values():
        executor.submit(task.name, work_on, task)
    try:
        while waiting:
            for finished in executor.finished(_WAIT_S):
                task = waiting.pop(finished.name)
                if finished.fault or finished.result:
                    raise TaskFailed(task.name, finished.fault or finished.result)
                done += 1
            yield Progress(done, len(tasks), _told(waiting))
    finally:
        for name in waiting:
            executor.cancel(name)


def work_on(task: Task) -> str:
    """Run one task where this is called; the fault, if it is a user's to mend, else nothing."""
    task.result.parent.mkdir(parents=True, exist_ok=True)
    with _alone(task.result):
        if task.result.exists():
            return ""
        try:
            told_at = monotonic()
            for step in task.run(task.argument):
                if monotonic() - told_at > _TELL_EVERY_S:
                    told_at = monotonic()
                    _tell(task, step)
        except KinefuseError as error:
            return str(error)
        finally:
            _told_file(task).unlink(missing_ok=True)
    return ""


@contextmanager
def _alone(result: Path) -> Iterator[None]:
    with open(result.with_name(f".{result.name}.lock"), "w", encoding="utf-8") as held:
        lock(held.fileno())
        yield


def _told_file(task: Task) -> Path:
    return task.result.with_name(f".{task.result.name}.progress")


def _tell(task: Task, step: Progress) -> None:
    file = _told_file(task)
    beside = file.with_name(f"{file.name}{os.getpid()}")
    beside.write_text(json.dumps([step.done, step.total, step.message]), encoding="utf-8")
    beside.replace(file)


def _told(waiting: Mapping[str, Task]) -> str:
    """What the running ones last said."""
    said = []
    for task in waiting.values():
        try:
            done, total, _ = json.loads(_told_file(task).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        said.append(f"{task.name} {done}/{total}")
    return ", ".join(said)
