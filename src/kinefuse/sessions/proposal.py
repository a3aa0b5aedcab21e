"""A description of a session that nobody wrote yet: from labels, and from the motion itself."""

import os
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kinefuse.alignment.assignment_check import AS_LABELLED
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import RecordingError
from kinefuse.formats import format_of
from kinefuse.formats.stream_map import read_map
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SensorStream
from kinefuse.session_description import Person, SensorPlace, SessionDescription
from kinefuse.sessions.description_file import FILE_NAME, read_description
from kinefuse.sessions.errors import NoProposal
from kinefuse.sessions.labels import by_segment, meanings
from kinefuse.sessions.moved import what_moved
from kinefuse.sessions.opened import Opened, on_clocks
from kinefuse.sessions.placing import Placement
from kinefuse.sessions.told import percent

SURE = 0.99
"""Probability from which a place that the motion tells needs no second look."""


@dataclass(frozen=True, kw_only=True)
class PlaceEvidence:
    """Why a sensor is proposed for a segment."""

    said: str | None
    """Segment that its label names; None: it names none."""
    moved: str | None
    """Segment as which it moves; None: not told."""
    certainty: float | None
    """Probability of that, by the motion; None: not told."""

    @property
    def agrees(self) -> bool | None:
        """Whether label and motion say the same; None where one of them is silent."""
        return None if self.said is None or self.moved is None else self.said == self.moved

    @property
    def words(self) -> str:
        """For people, half a line."""
        sure = "" if self.certainty is None else f" ({percent(self.certainty)} sure)"
        if self.moved is None:
            return "by its label; the motion does not tell"
        if self.said is None:
            return f"by the motion{sure}"
        if self.agrees:
            return f"by its label and by the motion{sure}"
        return f"LOOK: its label says {self.said}, it moves as {self.moved} does{sure}"


@dataclass(frozen=True, kw_only=True)
class Proposal(SessionDescription):
    """A description, and how sure each line of it is."""

    evidence: Mapping[str, PlaceEvidence] = field(default_factory=dict)
    """By segment."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Sensors of the recording that are on no segment, and why, by label."""
    doubts: tuple[str, ...] = ()
    """What a person should look at before going on, a sentence each."""

    @property
    def remarks(self) -> dict[str, str]:
        """Comments for ``session.toml``, by segment; those of '' stand at its top."""
        top = [
            *self.doubts,
            *(f"Left out, {label}: {why}." for label, why in self.left_out.items()),
        ]
        return {"": "\n".join(top)} | {s: one.words for s, one in self.evidence.items()}


def propose_in_steps(
    path: Path,
    activity: str = "walking",
    person: Person | None = None,
    maps: Sequence[Path] = (),
) -> Generator[Progress, None, Proposal]:
    """Propose a description of whatever recording lies at a path.

    A ``session.toml`` that is there already tells where the recording is, which format map reads
    it and whose its clocks are, and nothing else.

    Args:
        path: A folder or a file of a known format.
        activity: 'walking' or 'running'; strides are compared with it.
        person: Who wore the sensors, as far as known.
        maps: Format maps to try before all others; the one that reads the recording is named in
            the proposal.

    Raises:
        RecordingError: There is no recording, or it is damaged.
        BadStreamMap: A map is faulty.
        NoProposal: Neither labels nor motion say where any sensor is.
    """
    opened = yield from _undescribed(path, tuple(maps))
    return (yield from _proposed_in_steps(opened, activity, person))


def _undescribed(path: Path, maps: tuple[Path, ...]) -> Generator[Progress, None, Opened]:
    """The recording at a path; of a description there, only where the data and their map lie."""
    folder = _folder(path)
    try:
        said = read_description(folder) if (folder / FILE_NAME).is_file() else None
    except RecordingError:  # it is to be replaced
        said = None
    if said is not None and said.map is not None and (folder / said.map).is_file():
        maps = maps or (folder / said.map,)
    if said is None or not path.is_dir() or not (folder / said.recording).exists():
        streams = yield from format_of(path, maps).reading(path)
        return Opened(path=path, streams=streams, maps=maps)
    recording = folder / said.recording
    streams = yield from format_of(recording, maps).reading(recording)
    return Opened(path=path, streams=on_clocks(streams, said), description=said, maps=maps)


def proposed(opened: Opened, activity: str = "walking", person: Person | None = None) -> Proposal:
    """The same for streams that are read already, when nobody watches."""
    return result_of(_proposed_in_steps(opened, activity, person))


def _proposed_in_steps(
    opened: Opened, activity: str, person: Person | None
) -> Generator[Progress, None, Proposal]:
    streams = opened.streams.streams
    left_out = _copies(streams)
    said = meanings([label for label in streams if label not in left_out])
    left_out |= {
        label: f"its label names the {one.elsewhere}, which no joint of the legs needs"
        for label, one in said.items()
        if one.elsewhere
    }
    candidates = {label: streams[label] for label in said if label not in left_out}
    named = {label: segment for segment, label in by_segment(said).items()}
    moved, doubts = yield from what_moved(opened.streams.name, candidates, named, activity)
    label_of, followed = _chosen(named, moved)
    if not label_of:
        raise NoProposal(opened.path, streams, _reason(doubts), _folder(opened.path) / FILE_NAME)
    return Proposal(
        name=opened.streams.name,
        recording=opened.description.recording if opened.description else _beside(opened.path),
        map=_map_that_read(opened),
        clock=opened.description.clock if opened.description else None,
        activity=activity,
        sensors={s: SensorPlace(label=label_of[s]) for s in SEGMENTS if s in label_of},
        person=person or Person(),
        evidence={s: _evidence(label, named, moved) for s, label in label_of.items()},
        left_out=left_out | _others(candidates, label_of, moved),
        doubts=(*doubts, *_disagreement(named, moved, followed), *_unsure(moved)),
    )


def _folder(path: Path) -> Path:
    """Where ``session.toml`` goes to."""
    return path if path.is_dir() else path.parent


def _reason(doubts: Sequence[str]) -> str:
    """Why the motion says nothing, as a part of a sentence."""
    words = " ".join(doubts) or "the motion puts no sensor on a leg or the pelvis"
    return f"{words[0].lower()}{words[1:].rstrip('.')}"


def _beside(path: Path) -> str:
    """Where the recording is, seen from the folder that ``session.toml`` goes to."""
    return "." if path.is_dir() else path.name


def _map_that_read(opened: Opened) -> str | None:
    """The format map of somebody's own that the streams come from, seen from ``session.toml``."""
    folder = _folder(opened.path)
    for file in opened.maps:
        if read_map(file).name == opened.streams.format_name:
            return _seen_from(folder.resolve(), file.resolve())
    return None


def _seen_from(folder: Path, file: Path) -> str:
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return file.as_posix()


def _copies(streams: Mapping[str, SensorStream]) -> dict[str, str]:
    """Sensors that hold another one's very numbers, and of which one."""
    kept: list[SensorStream] = []
    copies = {}
    for label, stream in streams.items():
        twin = next((one for one in kept if _equal(one, stream)), None)
        if twin is None:
            kept.append(stream)
        else:
            copies[label] = f"it holds the same numbers as {twin.label}"
    return copies


def _equal(one: SensorStream, other: SensorStream) -> bool:
    return np.array_equal(one.gyr_rad_s, other.gyr_rad_s, equal_nan=True) and np.array_equal(
        one.acc_m_s2, other.acc_m_s2, equal_nan=True
    )


def _chosen(named: Mapping[str, str], moved: Placement | None) -> tuple[dict[str, str], bool]:
    """Label of every segment, and whether labels were followed.

    Labels are followed unless the motion contradicts them for certain; then the motion is.
    """
    by_name = {segment: label for label, segment in named.items()}
    if moved is None:
        return by_name, True
    followed = moved.as_said is None or moved.as_said >= AS_LABELLED
    return moved.label_of(by_name if followed else {}), followed


def _evidence(label: str, named: Mapping[str, str], moved: Placement | None) -> PlaceEvidence:
    return PlaceEvidence(
        said=named.get(label),
        moved=moved.segment_of[label] if moved else None,
        certainty=moved.certainty[label] if moved else None,
    )


def _others(
    candidates: Mapping[str, SensorStream], label_of: Mapping[str, str], moved: Placement | None
) -> dict[str, str]:
    """Why the remaining sensors are on no segment."""
    why = {}
    for label in (label for label in candidates if label not in label_of.values()):
        segment = moved.segment_of[label] if moved else None
        if moved is None:
            why[label] = "its label names no segment"
        elif segment is None:
            sure = percent(moved.certainty[label])
            why[label] = f"it moves as no leg and no pelvis does ({sure} sure)"
        else:
            why[label] = f"it moves as {segment} does, and {label_of[segment]} does so too"
    return why


def _disagreement(named: Mapping[str, str], moved: Placement | None, followed: bool) -> list[str]:
    if moved is None or moved.as_said is None:
        return []
    differ = [label for label, segment in named.items() if moved.segment_of[label] != segment]
    if followed or not differ:
        return []
    return [
        f"Labels and motion contradict each other ({', '.join(differ)}; the labels are "
        f"{100 * moved.as_said:.2g} % probable), and the motion is followed: look where each "
        "sensor was worn."
    ]


def _unsure(moved: Placement | None) -> list[str]:
    if moved is None or moved.sides_certainty >= SURE:
        return []
    return [f"Right and left are told apart with {percent(moved.sides_certainty)} certainty only."]
