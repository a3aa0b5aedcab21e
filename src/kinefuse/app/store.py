"""Every recording of the workspace, on disk first: a closed tab or a killed server loses nothing.

A folder a recording, called by a number that the server drew::

    jobs/3f0c.../job.json     its record
                 files/0001   what arrived, by number
                 recording/   the same files (links) under composed names, for readers
                 results/     what the estimate wrote
                 log.txt      what its processes said
"""

import logging
import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kinefuse.app.limits import Limits
from kinefuse.app.names import composed, parts_of, without_common_folder
from kinefuse.app.records import Job, State, StoredFile, Trouble
from kinefuse.app.refusals import FileGone, NoRoom, NoSuchThing, NotNow, TooBig, TooMany
from kinefuse.whole_files import write_text

_ID = re.compile(r"[0-9a-f]{16}")
_STATE_WORDS = {
    "draft": "being described",
    "queued": "waiting for its estimate",
    "running": "being estimated",
    "done": "estimated",
    "failed": "without a result",
    "cancelled": "cancelled",
}
_OTHER_FILES: dict[str, None] = dict.fromkeys(("recognised", "said", "checked", "look", "trouble"))
"""What is no longer so of a record whose files have changed."""
logger = logging.getLogger(__name__)


class JobStore:
    """Records in memory and on disk, the same in both after every call. Safe between threads."""

    def __init__(self, workspace: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.workspace = workspace.absolute()
        self._folder = self.workspace / "jobs"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.workspace.chmod(0o700)  # recordings of people are nobody else's business
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._changes: dict[str, int] = {}
        self._count = 0
        self.on_change: Callable[[], None] = lambda: None
        """Called after every change, by whichever thread made it."""
        for folder in sorted(self._folder.iterdir()):
            if _ID.fullmatch(folder.name) and (folder / "job.json").exists():
                self._jobs[folder.name] = self._read(folder)
            elif _ID.fullmatch(folder.name):  # the server was killed while it made or deleted it
                shutil.rmtree(folder, ignore_errors=True)

    def folder(self, job_id: str) -> Path:
        """Where a recording lies.

        Raises:
            NoSuchThing: There is none of that number.
        """
        self.get(job_id)
        return self._folder / job_id

    def get(self, job_id: str) -> Job:
        """The record of that number.

        Raises:
            NoSuchThing: There is none.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise NoSuchThing("recording")
            return self._jobs[job_id]

    def all(self) -> tuple[Job, ...]:
        """All records, the newest first."""
        with self._lock:
            return tuple(sorted(self._jobs.values(), key=lambda j: (j.created, j.id), reverse=True))

    def create(self) -> Job:
        """A new recording without files.

        Raises:
            TooMany: The workspace is full.
            NoRoom: The disk is.
        """
        with self._lock:
            if len(self._jobs) >= self.limits.jobs:
                raise TooMany("recordings", self.limits.jobs, "delete some that are done first")
            self.need_room(0)
            job = Job(id=secrets.token_hex(8), created=datetime.now(UTC).isoformat())
            (self._folder / job.id / "files").mkdir(parents=True)
            return self._put(job)

    def change(self, job_id: str, *, only: Iterable[State] = (), **fields: Any) -> Job:
        """Change a record.

        Args:
            job_id: Which.
            only: States in which this makes sense; any if none is named.
            fields: New values of a ``Job``.

        Raises:
            NotNow: It is in another state.
        """
        with self._lock:
            job = self.get(job_id)
            self._require(job, only)
            return self._put(job.changed(**fields))

    def show(self, job_id: str, *, only: Iterable[State] = (), **fields: Any) -> None:
        """Change a record for the page alone, if it is there and in one of these states.

        For progress, which is not worth a write to disk, and for a disk that takes none.
        """
        with self._lock, suppress(NoSuchThing, NotNow):
            job = self.get(job_id)
            self._require(job, only)
            self._jobs[job_id] = job.changed(**fields)
            self._tell(job_id)

    def add_files(self, job_id: str, arrived: Iterable[tuple[str, Path]]) -> Job:
        """Take files in that lie somewhere in the workspace; a file of the same name is replaced.

        All of them or none, and what is replaced lies there until the record names it no longer.
        What was recognised before is forgotten.

        Raises:
            TooBig: Together with what is there they are too much.
            TooMany: They are too many.
            NotNow: The recording is no longer being described.
        """
        with self._lock:
            job = self.get(job_id)
            self._require(job, ["draft"])
            kept = {file.name: file for file in job.files}
            number = max((file.number for file in job.files), default=0)
            moves = []
            for name, path in dict(arrived).items():
                number += 1
                kept[name] = StoredFile(number=number, name=name, size_bytes=path.stat().st_size)
                moves.append((path, number))
            self._within_limits(tuple(kept.values()))
            try:
                for path, place in moves:
                    path.replace(self._stored(job_id, place))
                return self._put(job.changed(files=tuple(kept.values()), **_OTHER_FILES))
            finally:
                self._sweep(job_id)

    def remove_file(self, job_id: str, number: int) -> Job:
        """Take a file out and delete it. What was recognised before is forgotten.

        Raises:
            NoSuchThing: There is no file of that number.
            NotNow: The recording is no longer being described.
        """
        with self._lock:
            job = self.get(job_id)
            self._require(job, ["draft"])
            left = tuple(file for file in job.files if file.number != number)
            if left == job.files:
                raise NoSuchThing("file")
            job = self._put(job.changed(files=left, came_in="", **_OTHER_FILES))
            shutil.rmtree(self.folder(job_id) / "recording", ignore_errors=True)  # its other name
            self._sweep(job_id)
            return job

    def lay_out(self, job_id: str) -> Job:
        """Put the files under composed names for readers, without the folder they came in.

        Raises:
            FileGone: Somebody else took one.
            NoRoom: They would have to be copied, and the disk has too little for that.
        """
        with self._lock:
            job, folder = self.get(job_id), self.folder(job_id) / "recording"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            names = [parts_of(file.name, self.limits.name_letters) for file in job.files]
            above, within = without_common_folder(names)
            for file, place in zip(job.files, composed(within), strict=True):
                stored, target = self._stored(job_id, file.number), folder / place
                if not stored.is_file():
                    raise FileGone(file.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                self._link(stored, target)
            return self._put(job.changed(came_in=above))

    def delete(self, job_id: str) -> None:
        """Forget a recording and delete its files."""
        with self._lock:
            folder = self.folder(job_id)
            (folder / "job.json").unlink(missing_ok=True)  # first: half a folder is no recording
            shutil.rmtree(folder)
            del self._jobs[job_id]
            self._tell(job_id)

    def need_room(self, size_bytes: int) -> None:
        """Ask whether so much can be taken in.

        Raises:
            NoRoom: Not without filling the disk.
        """
        if shutil.disk_usage(self.workspace).free < size_bytes + self.limits.spare_bytes:
            raise NoRoom

    def changed_since(self, count: int) -> tuple[int, dict[str, Job | None]]:
        """Where the count of changes is, and every record changed since; None for a deleted one."""
        with self._lock:
            ids = [job_id for job_id, at in self._changes.items() if at > count]
            return self._count, {job_id: self._jobs.get(job_id) for job_id in ids}

    def _within_limits(self, files: tuple[StoredFile, ...]) -> None:
        if len(files) > self.limits.job_files:
            raise TooMany("files", self.limits.job_files, "drop one recording at a time")
        total = sum(file.size_bytes for file in files)
        if total > self.limits.job_bytes:
            raise TooBig(
                "the files together", self.limits.job_bytes, "drop one recording at a time"
            )
        self.need_room(0)

    def _require(self, job: Job, states: Iterable[State]) -> None:
        allowed = tuple(states)
        if allowed and job.state not in allowed:
            wanted = " or ".join(_STATE_WORDS[state] for state in allowed)
            raise NotNow(
                job.name, _STATE_WORDS[job.state], f"this can be done while it is {wanted}"
            )

    def _put(self, job: Job) -> Job:
        write_text(self._folder / job.id / "job.json", job.model_dump_json(indent=1) + "\n")
        self._jobs[job.id] = job
        self._tell(job.id)
        return job

    def _tell(self, job_id: str) -> None:
        self._count += 1
        self._changes[job_id] = self._count
        self.on_change()

    def _sweep(self, job_id: str) -> None:
        """Delete files that the record does not name: replaced, refused, or of a killed server."""
        named = {self._stored(job_id, file.number) for file in self.get(job_id).files}
        for path in set((self._folder / job_id / "files").iterdir()) - named:
            path.unlink(missing_ok=True)

    def _stored(self, job_id: str, number: int) -> Path:
        return self._folder / job_id / "files" / f"{number:04d}"

    def _link(self, stored: Path, target: Path) -> None:
        try:
            os.link(stored, target)
        except OSError:  # a file system without hard links
            self.need_room(stored.stat().st_size)
            shutil.copyfile(stored, target)

    def _read(self, folder: Path) -> Job:
        try:
            return Job.model_validate_json((folder / "job.json").read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError):
            logger.exception("%s has no readable record", folder.name)
            sentence = (
                "The record of this recording is damaged; delete it and drop its files again."
            )
            made = datetime.fromtimestamp(folder.stat().st_mtime, UTC).isoformat()
            return Job(
                id=folder.name, created=made, state="failed", trouble=Trouble(sentence=sentence)
            )
