"""The program's work in the words of the page: files in, rows to show out.

The only module here that knows what the rest of the program offers.
"""

import shutil
import time
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kinefuse.app.names import file_stem
from kinefuse.app.records import (
    Checked,
    Outcome,
    Place,
    Recognised,
    ResultFile,
    Said,
    Sensor,
)
from kinefuse.progress import Progress

if TYPE_CHECKING:
    from kinefuse.estimation import Estimate
    from kinefuse.recordings import ImuSession

Writer = Callable[[Path, "Estimate", tuple[str, ...]], None]
"""Writes the files of an estimate, and what was noted on the way, into an existing folder."""

DOWNLOAD = "everything.zip"
"""All files of results in one, beside them."""

WHAT_FILES_ARE = {
    "report.html": "The report: read this first",
    "view.html": "The person in motion, to watch",
    "angles.csv": "All angles over time, as a table",
    "angles.mot": "All angles for OpenSim",
    "summary.json": "What was found, for programs",
    "estimate.h5": "The whole estimate, for kinefuse",
    "mends.txt": "What was mended in the copy",
}


def recognise(recording: Path, came_as: str) -> Generator[Progress, None, tuple[Recognised, Said]]:
    """What the files are, and what may be proposed about them.

    Args:
        recording: The folder with the files.
        came_as: What its owner calls it.

    Raises:
        RecordingError: The files are of no known format, or damaged.
    """
    from kinefuse.formats import format_of

    yield Progress(0, 2, "Reading the files")
    session_format = format_of(recording)
    session = session_format.read(recording)
    yield Progress(1, 2, "Finding out which sensor is where")
    recognised = Recognised(
        format_name=session_format.description,
        format_words=session_format.description,
        sensors=tuple(
            Sensor(
                label=segment,
                rate_hz=imu.rate_hz,
                samples=imu.samples,
                duration_s=imu.samples / imu.rate_hz,
            )
            for segment, imu in session.sensors.items()
        ),
        notes=session.notes,
        proposal={s: Place(label=s, why="its name says so") for s in session.sensors},
    )
    said = Said(name=PurePosixPath(came_as).stem[:120], sensors={s: s for s in session.sensors})
    return recognised, said


def check(recording: Path, said: Said) -> Generator[Progress, None, Checked]:
    """What speaks for and against the recording as it is described."""
    yield Progress(0, 1, "Checking")
    _session(recording, said)
    return Checked(of=said, findings=())


def estimate(
    recording: Path, said: Said, results: Path, write: Writer, *, mend: bool
) -> Generator[Progress, None, Outcome]:
    """Joint angles, written with everything about them.

    Args:
        recording: The folder with the files.
        said: Which sensor is where, on whom, doing what.
        results: A folder that is replaced, whole, at the end.
        write: Writes the files.
        mend: Whether the offered mends are applied to a copy first.
    """
    from kinefuse import estimation
    from kinefuse.report.cycles import cut_cycles
    from kinefuse.report.verdict import verdict

    begun = time.monotonic()
    yield Progress(0, 3, "Reading the files")
    session = _session(recording, said)
    yield Progress(1, 3, "Estimating the angles")
    found = estimation.estimate(session, activity=said.activity)
    yield Progress(2, 3, "Writing the report")
    with _replaced(results) as folder:
        write(folder, found, session.notes)
        files = _listed(folder)
        _pack(folder, file_stem(said.name))
    judged = verdict(found, cut_cycles(found.angles, found.contacts_s, found.angles_sd_rad))
    return Outcome(
        files=files,
        level=judged.level,
        headline=judged.headline,
        doubts=judged.reasons,
        seconds=time.monotonic() - begun,
    )


def _session(recording: Path, said: Said) -> "ImuSession":
    from dataclasses import replace

    from kinefuse.formats import read_session

    session = read_session(recording)
    sensors = {
        segment: replace(session[label], segment=segment) for segment, label in said.sensors.items()
    }
    return replace(session, name=said.name, sensors=sensors)


def _listed(folder: Path) -> tuple[ResultFile, ...]:
    order = list(WHAT_FILES_ARE)
    files = sorted(
        folder.iterdir(), key=lambda f: (order.index(f.name) if f.name in order else 99, f.name)
    )
    return tuple(
        ResultFile(
            name=file.name,
            size_bytes=file.stat().st_size,
            what=WHAT_FILES_ARE.get(file.name, file.name),
        )
        for file in files
        if file.is_file()
    )


def _pack(folder: Path, stem: str) -> None:
    """All files in one, as one downloads them."""
    files = [file for file in folder.iterdir() if file.is_file()]
    with zipfile.ZipFile(folder / DOWNLOAD, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{stem}/{file.name}")


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """A folder to fill that takes the place of an earlier one when all went well."""
    beside = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
