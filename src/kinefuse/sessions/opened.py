"""A recording and what a person said about it, before either is judged."""

from dataclasses import dataclass
from pathlib import Path

from kinefuse.errors import UnreadableFile
from kinefuse.formats import format_of, read_streams
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription
from kinefuse.sessions.description_file import FILE_NAME, read_description
from kinefuse.sessions.errors import BadDescription, UnknownPlaces
from kinefuse.sessions.labels import by_segment, meanings


@dataclass(frozen=True)
class Found:
    """What lies at a path: a recording, and perhaps a description of it."""

    path: Path
    """What was named."""
    recording: Path
    """Where the sensors' data are."""
    description: SessionDescription | None
    format: SessionFormat


@dataclass(frozen=True, kw_only=True)
class Opened:
    """All streams of a recording, and what ``session.toml`` says about them."""

    path: Path
    """What was named; errors speak of it."""
    streams: SensorStreams
    description: SessionDescription | None = None
    """None where there is no ``session.toml``: labels alone say where sensors are."""


def find(path: Path) -> Found:
    """What lies at a path: a ``session.toml``, a folder with one, or a recording alone.

    Raises:
        RecordingError: There is nothing, it is of no known format, or the description is bad.
    """
    file = path / FILE_NAME if path.is_dir() else path
    if file.suffix.lower() != ".toml" or (path.is_dir() and not file.is_file()):
        return Found(path, path, None, format_of(path))
    description = read_description(file)
    recording = file.parent / description.recording
    if not recording.exists():
        raise BadDescription(
            file,
            "recording",
            f"is '{description.recording}', which is not there",
            "write where the data are, seen from the folder of this file",
        )
    return Found(path, recording, description, format_of(recording))


def names_its_joints(path: Path) -> bool:
    """Whether somebody said there which sensors there are, so that no other one is missed."""
    found = find(path)
    return bool(found.description and found.description.sensors) or found.format.names_its_joints


def open_session(path: Path) -> Opened:
    """Every sensor's stream as its file holds it, and the description beside it.

    Args:
        path: A folder, with or without ``session.toml``, that file itself, or a recording's file.

    Raises:
        RecordingError: There is no recording, it is damaged, or the description is bad.
    """
    found = find(path)
    return Opened(path=path, streams=read_streams(found.recording), description=found.description)


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
