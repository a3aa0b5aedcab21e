"""What may be wrong with a recording, before anything is estimated from it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.doctor import Diagnosis, examine_in_steps, examine_unplaced_in_steps
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import open_in_steps
from kinefuse.sessions.errors import UnknownPlaces
from kinefuse.sessions.opened import placed


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A recording, what was said of it, and what the doctor found."""

    streams: SensorStreams
    description: SessionDescription
    """Without sensors where nothing says which is where."""
    diagnoses: tuple[Diagnosis, ...]


def check(recording: Path | str, *, maps: Sequence[Path | str] = ()) -> tuple[Diagnosis, ...]:
    """Examine the sensors of a session as their files hold them.

    Args:
        recording: A session's folder with its ``session.toml``, or a recording alone. Where
            neither that file nor labels tell which segment wears which sensor, every sensor is
            examined by its label, and the check 'places' says so.
        maps: Format maps of your own to try before all others, as of ``kinefuse.read``.

    Returns:
        What each check found on each segment: ``passed``, and in words the evidence, the limit
        and its source, the consequence and the remedy.

    Raises:
        RecordingError: There is no recording, or it is damaged; the message says the way out.
        BadStreamMap: A map is faulty; the message names the key.
    """
    return result_of(examined(recording, maps)).diagnoses


def examined(
    recording: Path | str, maps: Sequence[Path | str] = ()
) -> Generator[Progress, None, Examined]:
    """The same in steps, with what was looked at, for those who go on with it.

    Raises:
        RecordingError: As of ``check``.
    """
    opened = yield from open_in_steps(Path(recording), tuple(map(Path, maps)))
    said = opened.description or SessionDescription(name=opened.streams.name)
    try:
        streams, _ = placed(opened)
    except UnknownPlaces:
        found = yield from examine_unplaced_in_steps(opened.streams)
        return Examined(streams=opened.streams, description=said, diagnoses=found)
    sensors = {
        segment: said.sensors.get(segment, SensorPlace(label=one.label))
        for segment, one in streams.items()
    }
    description = replace(said, sensors=sensors)
    found = yield from examine_in_steps(opened.streams, description)
    return Examined(streams=opened.streams, description=description, diagnoses=found)
