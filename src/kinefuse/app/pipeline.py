"""The program's work in the words of the page: files in, rows to show out.

The only module here that knows what the rest of the program offers.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kinefuse.app.findings import rows
from kinefuse.app.names import file_stem
from kinefuse.app.records import Checked, Outcome, Place, Recognised, Said, Sensor
from kinefuse.app.refusals import BadName
from kinefuse.app.result_folder import listed, pack, replaced
from kinefuse.doctor import examine, fixed
from kinefuse.errors import UnreadableFile
from kinefuse.formats import known_formats
from kinefuse.progress import Progress
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription
from kinefuse.sessions import (
    FILE_NAME,
    Opened,
    Proposal,
    assemble,
    open_session,
    proposed,
    read_description,
)
from kinefuse.sessions.errors import UnknownPlaces
from kinefuse.sessions.opened import placed

if TYPE_CHECKING:
    from kinefuse.estimation import Estimate


Preparation = Callable[[Opened], tuple[Opened, tuple[str, ...]]]
_NOBODY = "Neither the names nor the movement tell where the sensors are: say it yourself."


def recognise(recording: Path, came_as: str) -> Generator[Progress, None, tuple[Recognised, Said]]:
    """What the files are, and what may be proposed about them.

    Args:
        recording: The folder with the files.
        came_as: What its owner calls it.

    Raises:
        RecordingError: The files are of no known format, or damaged.
    """
    yield Progress(0, 2, "Reading the files")
    opened = _opened(recording)
    yield Progress(1, 2, "Finding out which sensor is where")
    proposal = _proposal(opened)
    told = opened.description
    base = told or proposal or SessionDescription(name="")
    sensors = base.sensors or (proposal.sensors if proposal else {})
    name = told.name if told else came_as
    said = Said(
        name=(name.strip() or "recording")[:120],
        activity="running" if base.activity == "running" else "walking",
        sensors={segment: place.label for segment, place in sensors.items()},
        height_m=base.person.height_m,
        mass_kg=base.person.mass_kg,
    )
    return _recognised(opened, proposal), said


def check(recording: Path, said: Said) -> Generator[Progress, None, Checked]:
    """What speaks for and against the recording as it is described."""
    yield Progress(0, 2, "Reading the files")
    opened = _described(_opened(recording), said)
    yield Progress(1, 2, "Checking")
    streams, description = _examinable(opened)
    found = examine(streams, description)
    return Checked(of=said, findings=rows(found), mends=fixed(streams, description, found).log)


def as_it_is(opened: Opened) -> tuple[Opened, tuple[str, ...]]:
    """The recording, and nothing done to it."""
    return opened, ()


def mended(opened: Opened) -> tuple[Opened, tuple[str, ...]]:
    """The recording as far as the doctor can mend it, and what it did."""
    streams, description = _examinable(opened)
    copy = fixed(streams, description, examine(streams, description))
    return replace(opened, streams=copy.streams, description=copy.description), copy.log


def estimate(
    recording: Path, said: Said, results: Path, prepare: Preparation = as_it_is
) -> Generator[Progress, None, Outcome]:
    """Joint angles, written with everything about them.

    Args:
        recording: The folder with the files.
        said: Which sensor is where, on whom, doing what.
        results: A folder that is replaced, whole, at the end.
        prepare: ``as_it_is``, or ``mended``: then a copy in memory is estimated.
    """
    from kinefuse.estimation import STEPS, estimate_in_steps
    from kinefuse.report.cycles import cut_cycles
    from kinefuse.report.verdict import verdict
    from kinefuse.results.files import write_results

    begun, total = time.monotonic(), STEPS + 3
    yield Progress(0, total, "Reading the files")
    opened = _described(_opened(recording), said)
    yield Progress(1, total, "Bringing all sensors to one clock")
    opened, mends = prepare(opened)
    session = assemble(opened)
    steps = estimate_in_steps(session, activity=said.activity)
    found = yield from _after(2, total, steps)
    yield Progress(total - 1, total, "Writing the report")
    with replaced(results) as folder:
        write_results(folder, found, recording=None, notes=(*session.notes, *mends))
        files = listed(folder)
        pack(folder, file_stem(said.name))
    judged = verdict(found, cut_cycles(found.angles, found.contacts_s, found.angles_sd_rad))
    return Outcome(
        files=files,
        level=judged.level,
        headline=judged.headline,
        doubts=judged.reasons,
        mended=mends,
        seconds=time.monotonic() - begun,
    )


def _examinable(opened: Opened) -> tuple[SensorStreams, SessionDescription]:
    """What the doctor looks at; refuses labels that were not recorded."""
    placed(opened)
    assert opened.description is not None  # of ``_described``
    return opened.streams, opened.description


def _opened(recording: Path) -> Opened:
    """Streams and description of a folder that somebody else filled.

    A ``session.toml`` may say where data and map are: nowhere but in the same folder, here.
    """
    if (recording / FILE_NAME).is_file():
        said = read_description(recording)
        for told in (said.recording, said.map or "."):
            if not (recording / told).resolve().is_relative_to(recording.resolve()):
                raise BadName(told, f"in {FILE_NAME} leads out of the folder")
    try:
        return open_session(recording)
    except UnreadableFile:
        inside = list(recording.iterdir())
        if len(inside) == 1 and inside[0].is_file():
            return open_session(inside[0])  # of a file it can be said what it lacks
        raise


def _proposal(opened: Opened) -> Proposal | None:
    """By walking, or by running where walking tells nothing; None if neither does."""
    try:
        first = proposed(opened, "walking")
        if any(evidence.moved for evidence in first.evidence.values()):
            return first
        second = proposed(opened, "running")
    except UnknownPlaces:
        return _running(opened)
    return second if any(evidence.moved for evidence in second.evidence.values()) else first


def _running(opened: Opened) -> Proposal | None:
    try:
        return proposed(opened, "running")
    except UnknownPlaces:
        return None


def _recognised(opened: Opened, proposal: Proposal | None) -> Recognised:
    row = known_formats(opened.maps)[opened.streams.format_name]
    notes, doubts = list(opened.streams.notes), list(proposal.doubts if proposal else [_NOBODY])
    if proposal is not None:
        notes += [f"Left out, {label}: {why}." for label, why in proposal.left_out.items()]
    return Recognised(
        format_name=opened.streams.format_name,
        format_words=row.title or row.description,
        sensors=tuple(_sensor(stream) for stream in opened.streams.streams.values()),
        notes=tuple(notes),
        doubts=tuple(doubts),
        proposal=_places(opened, proposal),
    )


def _places(opened: Opened, proposal: Proposal | None) -> dict[str, Place]:
    """Who says so, of every segment that somebody or something gives a sensor."""
    told = opened.description.sensors if opened.description else {}
    if told:
        return {s: Place(label=one.label, why=f"by {FILE_NAME}") for s, one in told.items()}
    if proposal is None:
        return {}
    return {
        segment: Place(
            label=place.label,
            certainty=proposal.evidence[segment].certainty,
            why=_why(proposal, segment),
        )
        for segment, place in proposal.sensors.items()
    }


def _why(proposal: Proposal, segment: str) -> str:
    evidence = proposal.evidence[segment]
    if evidence.moved is None:
        return "by its name alone"
    if evidence.said is None:
        return "by the movement"
    return "by name and movement" if evidence.agrees else f"but it moves like {evidence.moved}"


def _sensor(stream: SensorStream) -> Sensor:
    signals = np.hstack([stream.acc_m_s2, stream.gyr_rad_s])
    return Sensor(
        label=stream.label,
        rate_hz=stream.rate_hz,
        samples=stream.samples,
        duration_s=float(stream.time_s[-1] - stream.time_s[0]) + 1 / stream.rate_hz,
        missing=int((~np.isfinite(signals)).any(axis=1).sum()),
    )


def _described(opened: Opened, said: Said) -> Opened:
    """As the person at the page says; mountings that ``session.toml`` knows stay known."""
    told = opened.description.sensors if opened.description else {}
    known = {place.label: place for place in told.values()}
    description = said.description()
    sensors = {
        s: known[one.label] if s in told and told[s].label == one.label else one
        for s, one in description.sensors.items()
    }
    return replace(opened, description=replace(description, sensors=sensors))


def _after(
    done: int, total: int, steps: Generator[Progress, None, "Estimate"]
) -> Generator[Progress, None, "Estimate"]:
    """Steps as part of a longer row of them."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        yield Progress(done + step.done, total, step.message)
