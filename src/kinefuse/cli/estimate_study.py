"""``kinefuse estimate`` of several recordings: a study."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from kinefuse.executor import Executor
    from kinefuse.study import StudyRequest

SOME_FAILED = 1
"""Exit code: the tables are there, and not every session is in them."""


def estimate_study(
    recordings: Sequence[Path],
    out: Path,
    request: "StudyRequest",
    workers: int | None,
    scheduler: str | None,
    *,
    force: bool,
) -> None:
    """Estimate all, say what failed, and stop with ``SOME_FAILED`` if something did."""
    from kinefuse.cli.progress import watch
    from kinefuse.report.workbook import can_write_workbooks
    from kinefuse.study import estimate_all, sessions_of
    from kinefuse.study.request import begin

    sessions = sessions_of(recordings, out, request.maps)
    begin(out, request, force=force)
    executor = _executor(scheduler, workers, len(sessions))
    try:
        found = watch(estimate_all(request, sessions, out, executor, force=force), "estimating")
    finally:
        executor.close()
    for name, sentence in found.failures.items():
        print(f"Failed, {name}: {sentence}")
    if not can_write_workbooks():
        print("Without study.xlsx: pip install 'kinefuse[train]' brings XlsxWriter.")
    print(f"{len(found.done)} of {len(sessions)} sessions: {found.files[0]}")
    if found.failures:
        raise typer.Exit(SOME_FAILED)


def _executor(scheduler: str | None, workers: int | None, sessions: int) -> "Executor":
    """Processes where they help and Dask is installed; else this one."""
    from kinefuse.executor import (
        DaskExecutor,
        InThisProcess,
        NoDask,
        dask_is_installed,
        usable_cores,
    )

    if scheduler is not None:
        if not dask_is_installed():
            raise NoDask
        return DaskExecutor(scheduler)
    wanted = min(workers or usable_cores(), sessions)
    if wanted == 1 or not dask_is_installed():
        return InThisProcess()
    return DaskExecutor(workers=wanted)
