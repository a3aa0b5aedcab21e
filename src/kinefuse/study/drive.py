"""A study from beginning to end: whatever is not done yet is handed out; failures stop nobody."""

import shutil
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from kinefuse.executor import Executor
from kinefuse.progress import Progress
from kinefuse.study.request import StudyRequest, begin
from kinefuse.study.sessions import Session
from kinefuse.study.tables import write_tables
from kinefuse.study.task import SessionTask, estimate_session, read_measures

_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a study."""

    done: tuple[str, ...]
    """Sessions with results, those kept from earlier included."""
    failures: Mapping[str, str]
    """Why others have none, by session: a sentence each."""
    files: tuple[Path, ...]
    """Tables of all."""


def estimate_all(
    request: StudyRequest,
    sessions: Sequence[Session],
    out: Path,
    executor: Executor,
    *,
    force: bool = False,
) -> Generator[Progress, None, Outcome]:
    """Estimate every session that has no results yet, then write the tables.

    It can be killed anywhere: finished sessions are whole and are kept, and the same call goes on.

    Args:
        request: How.
        sessions: Of which.
        out: Folder of the study; on many machines its path has to be the same for all.
        executor: Who computes.
        force: Estimate again what is there.

    Raises:
        WouldOverwrite: The folder holds something that is no study.
        OtherStudy: It holds a study of another request.
    """
    out = out.absolute()
    begin(out, request, force=force)
    tasks = {
        session.name: SessionTask(
            session=session, request=request, folder=out / session.name, force=force
        )
        for session in sessions
    }
    waiting, faults = dict(tasks), {}
    for name, task in tasks.items():
        executor.submit(name, estimate_session, task)
    try:
        yield Progress(0, len(tasks))
        while waiting:
            for finished in executor.finished(_LOOK_EVERY_S):
                task = waiting.pop(finished.name)
                fault = _unforeseen(finished.fault) if finished.fault else finished.result
                if fault:
                    faults[finished.name] = fault
                _tidy(task.folder)
            yield Progress(len(tasks) - len(waiting), len(tasks), _said(faults))
    finally:
        for name in waiting:
            executor.cancel(name)
        done = [name for name in tasks if name not in waiting and name not in faults]
        rows = [read_measures(tasks[name].folder) for name in done]
        failed = [(tasks[name].session, faults[name]) for name in tasks if name in faults]
        files = write_tables(out, rows, failed)
    return Outcome(
        done=tuple(done),
        failures={name: faults[name] for name in tasks if name in faults},
        files=files,
    )


def _unforeseen(fault: str) -> str:
    return f"the program failed, which is not the recording's fault ({fault}); please report it."


def _said(faults: Mapping[str, str]) -> str:
    return f"{len(faults)} failed" if faults else ""


def _tidy(folder: Path) -> None:
    """Take away what a killed worker left beside results that are finished now."""
    for left in folder.parent.glob(f"{escape(folder.name)}.partial*"):
        shutil.rmtree(left, ignore_errors=True)
