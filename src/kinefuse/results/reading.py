"""A recording with the sensors that the wanted joints need."""

from collections.abc import Generator, Sequence
from pathlib import Path

from kinefuse import sessions
from kinefuse.progress import Progress, result_of
from kinefuse.recordings import ImuSession
from kinefuse.results.wanted_sensors import wanted_joints, with_sensors_for


def read(
    recording: Path | str,
    joints: Sequence[str] | None = None,
    *,
    maps: Sequence[Path | str] = (),
) -> ImuSession:
    """Read what sensors recorded, of whatever known format.

    Args:
        recording: A session's folder with its ``session.toml``, or a recording whose labels tell
            which segment wears which sensor; docs/files.md says which files are known.
        joints: Names such as ``knee_r``; None is all six, or those that the file itself is about.
        maps: Format maps of your own (TOML files, docs/formats.md) to try before all others;
            without any, the one that ``session.toml`` names.

    Returns:
        Acceleration [m/s2, specific force] and angular velocity [rad/s] of every sensor, (time, 3)
        each, in the sensor's own axes; ``notes`` says what was left out or converted.

    Raises:
        RecordingError: There is no recording, it is damaged, or a sensor is missing; the message
            says which and how to go on.
        UnknownChoice: One of ``joints`` is no joint.
        BadStreamMap: A map is faulty; the message names the key.
    """
    return result_of(read_in_steps(recording, joints, maps))


def read_in_steps(
    recording: Path | str, joints: Sequence[str] | None = None, maps: Sequence[Path | str] = ()
) -> Generator[Progress, None, ImuSession]:
    """As ``read``, for those who want to see how far it is."""
    path, tried = Path(recording), tuple(map(Path, maps))
    session = yield from sessions.read_in_steps(path, tried)
    wanted = wanted_joints(session, joints, named_by_file=sessions.names_its_joints(path, tried))
    return with_sensors_for(session, wanted)


def activity_said(recording: Path | str, maps: Sequence[Path | str] = ()) -> str | None:
    """What ``session.toml`` says that the person did; None where there is none.

    Raises:
        RecordingError: There is no recording, or the description is bad.
    """
    said = sessions.find(Path(recording), tuple(map(Path, maps))).description
    return said.activity if said else None
