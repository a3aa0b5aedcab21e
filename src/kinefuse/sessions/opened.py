"""A recording and what a person said about it, before either is judged."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.errors import UnreadableFile
from kinefuse.formats import format_of
from kinefuse.formats.session_format import SessionFormat
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SHARED_CLOCK, SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription
from kinefuse.sessions.description_file import FILE_NAME, read_description
from kinefuse.sessions.errors import BadDescription, UnknownPlaces
from kinefuse.sessions.labels import by_segment, meanings


@dataclass(frozen=True, kw_only=True)
class Found:
    """What lies at a path: a recording, and perhaps a description of it."""

    path: Path
    """What was named."""
    recording: Path
    """Where the sensors' data are."""
    description: SessionDescription | None
    format: SessionFormat
    maps: tuple[Path, ...] = ()
    """Format maps that were tried before all others."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """All streams of a recording, and what ``session.toml`` says about them."""

    path: Path
    """What was named; errors speak of it."""
    streams: SensorStreams
    description: SessionDescription | None = None
    """None where there is no ``session.toml``: labels alone say where sensors are."""
    maps: tuple[Path, ...] = ()
    """Format maps that were tried before all others."""


def find(path: Path, maps: Sequence[Path] = ()) -> Found:
    """What lies at a path: a ``session.toml``, a folder with one, or a recording alone.

    Args:
        path: The place.
        maps: Format maps to try before all others; without any, the one that ``session.toml``
            names.

    Raises:
        RecordingError: There is nothing, it is of no known format, or the description is bad.
        BadStreamMap: A map is faulty.
    """
    file = path / FILE_NAME if path.is_dir() else path
    tried = tuple(maps)
    if file.suffix.lower() != ".toml" or (path.is_dir() and not file.is_file()):
        row = format_of(path, tried)
        return Found(path=path, recording=path, description=None, format=row, maps=tried)
    said = read_description(file)
    recording = _beside(file, "recording", said.recording, "where the data are")
    if said.map is not None and not tried:
        tried = (_beside(file, "map", said.map, "where the format map is"),)
    row = format_of(recording, tried)
    return Found(path=path, recording=recording, description=said, format=row, maps=tried)


def _beside(file: Path, key: str, written: str, what: str) -> Path:
    """What a key of the description points at."""
    place = file.parent / written
    if place.exists():
        return place
    raise BadDescription(
        file,
        key,
        f"is '{written}', which is not there",
        f"write {what}, seen from the folder of this file",
    )


def names_its_joints(path: Path, maps: Sequence[Path] = ()) -> bool:
    """Whether somebody said there which sensors there are, so that no other one is missed."""
    found = find(path, maps)
    return bool(found.description and found.description.sensors) or found.format.names_its_joints


def open_session(path: Path, maps: Sequence[Path] = ()) -> Opened:
    """As ``open_in_steps``, when nobody watches."""
    return result_of(open_in_steps(path, maps))


def open_in_steps(path: Path, maps: Sequence[Path] = ()) -> Generator[Progress, None, Opened]:
    """Every sensor's stream as its file holds it, and the description beside it.

    Args:
        path: A folder, with or without ``session.toml``, that file itself, or a recording's file.
        maps: Format maps to try before all others; without any, the one that ``session.toml``
            names.

    Raises:
        RecordingError: There is no recording, it is damaged, or the description is bad.
        BadStreamMap: A map is faulty.
    """
    found = find(path, maps)
    streams = yield from found.format.reading(found.recording)
    return Opened(
        path=path,
        streams=on_clocks(streams, found.description),
        description=found.description,
        maps=found.maps,
    )


def on_clocks(streams: SensorStreams, said: SessionDescription | None) -> SensorStreams:
    """Streams on the clocks that a description says, whatever the files say of them."""
    clock = said.clock if said else None
    if clock is None:
        return streams
    given = {
        label: replace(stream, clock=label if clock == "own" else SHARED_CLOCK)
        for label, stream in streams.streams.items()
    }
    return replace(streams, streams=given)


def placed(opened: Opened) -> tuple[dict[str, SensorStream], list[str]]:
    """The stream of every segment that is known to carry one, and the labels of all others.

    Raises:
        UnknownPlaces: There is no description, and labels do not tell.
        UnreadableFile: The description names a sensor that was not recorded.
    """
    streams = opened.streams.streams
    said = opened.description.sensors if opened.description else {}
    label_of = {segment: place.label for segment, place in said.items()}
    for segment, label in label_of.items():
        if label not in streams:
            raise UnreadableFile(
                opened.path,
                f"its session.toml puts a sensor '{label}' on {segment}, but the recording holds "
                f"{', '.join(streams)}",
                "correct that label",
            )
    label_of = label_of or by_segment(meanings(streams))
    if not label_of:
        raise UnknownPlaces(opened.path, streams)
    others = [label for label in streams if label not in label_of.values()]
    return {segment: streams[label] for segment, label in label_of.items()}, others
