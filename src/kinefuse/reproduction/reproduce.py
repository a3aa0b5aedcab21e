"""A reproduction as a whole: whose folder it is, its stages in turn, and the page at the end."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kinefuse.errors import KinefuseError, WouldOverwrite
from kinefuse.file_locks import try_lock
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.page import write_page
from kinefuse.reproduction.records import begin
from kinefuse.whole_files import write_text


class Busy(KinefuseError):
    """Another process works on the same folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"another reproduction is at work in {folder}; wait for it, stop it, or choose "
            "another --out."
        )


@contextmanager
def opened(job: Job, *, force: bool = False) -> Iterator[Job]:
    """The job's folder, for this process alone; its workers end when this ends.

    Args:
        job: What is asked for.
        force: Start afresh, whatever lies there.

    Raises:
        NoData: There is nothing to reproduce from.
        WouldOverwrite: The folder holds something else than a reproduction.
        OtherReproduction: It holds one with other data or another budget.
        Busy: Another process works on it.
    """
    words = job.as_words()
    out = job.places.out
    if out.exists() and any(out.iterdir()) and not job.places.records.is_dir():
        raise WouldOverwrite(out)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w", encoding="utf-8") as lock:
        if not try_lock(lock.fileno()):
            raise Busy(out)
        if force:
            _clear(out)
        begin(job.places.records, words)
        _note_start(job.places.records)
        try:
            yield job
        finally:
            job.close()


def finish(job: Job) -> Path:
    """Write the page and return where it is."""
    write_page(job, started_at(job))
    return job.places.page


def started_at(job: Job) -> str:
    """When the first run began, for people."""
    return json.loads((job.places.records / "started.json").read_text(encoding="utf-8"))


def _note_start(records: Path) -> None:
    file = records / "started.json"
    if not file.exists():
        write_text(file, json.dumps(datetime.now().strftime("%d %B %Y, %H:%M")))


def _clear(out: Path) -> None:
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()
