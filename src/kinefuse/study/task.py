"""One session of a study, wherever it is worked on."""

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kinefuse.errors import KinefuseError, WouldOverwrite
from kinefuse.results import activity_said, estimate, read
from kinefuse.results.files import write_results
from kinefuse.sessions import find
from kinefuse.study.measures import SCHEMA, measures
from kinefuse.study.request import StudyRequest, digest
from kinefuse.study.sessions import Session
from kinefuse.whole_files import write_json
from kinefuse.whole_folders import filled_folder

MEASURES, REQUEST = "measures.csv", "request.json"
"""Files of a session's folder that only studies write."""


class ChangedRecording(KinefuseError):
    """A recording is not what it was when its results were made."""

    def __init__(self, session: Session, folder: Path) -> None:
        super().__init__(
            f"{session.path} has changed since {folder} was made; choose another --out, or say "
            "--force to estimate every session again."
        )


@dataclass(frozen=True, kw_only=True)
class SessionTask:
    """What a worker needs to know; plain values only."""

    session: Session
    request: StudyRequest
    folder: Path
    """Of this session's results; absolute."""
    force: bool = False


def estimate_session(task: SessionTask) -> str:
    """Estimate a session into its folder; the fault in a sentence, or nothing if all went well."""
    try:
        _estimate(task)
    except KinefuseError as error:
        return str(error)
    except OSError as error:
        if error.filename is None:
            raise
        return f"{error.filename}: {error.strerror}."
    return ""


def is_done(task: SessionTask) -> bool:
    """Whether the results of an equal request are there.

    Raises:
        ChangedRecording: They are of a recording that has changed since.
        WouldOverwrite: Something else is in their place.
    """
    file = task.folder / REQUEST
    if not file.is_file():
        if task.folder.exists() and any(task.folder.iterdir()):
            raise WouldOverwrite(task.folder)
        return False
    known = json.loads(file.read_text(encoding="utf-8"))
    if known != _asked(task):
        raise ChangedRecording(task.session, task.folder)
    return True


def read_measures(folder: Path) -> pl.DataFrame:
    """The rows that a finished session adds to the table."""
    return pl.read_csv(folder / MEASURES, schema=SCHEMA)


def _estimate(task: SessionTask) -> None:
    if not task.force and is_done(task):
        return
    request, session = task.request, task.session
    asked = _asked(task)
    recording = read(session.path, request.joints, maps=request.maps)
    activity = request.activity or activity_said(session.path, request.maps) or "walking"
    found = estimate(recording, activity, request.model, request.method)
    with filled_folder(task.folder, force=task.force) as beside:
        write_results(beside, found.plain(), recording=session.path, notes=found.notes)
        measures(session.name, found).write_csv(beside / MEASURES)
        write_json(beside / REQUEST, asked)


def _asked(task: SessionTask) -> dict[str, object]:
    path = task.session.path
    found = find(path, task.request.maps)  # both may be elsewhere, if session.toml says so
    digests = {
        "session_sha256": digest(path),
        "recording_sha256": digest(found.recording),
        "maps_sha256": [digest(file) for file in found.maps],
    }
    return task.request.words() | digests
