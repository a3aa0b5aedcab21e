"""A recording with the sensors that the wanted joints need."""

from collections.abc import Sequence
from pathlib import Path

from kinefuse import sessions
from kinefuse.recordings import ImuSession
from kinefuse.results.wanted_sensors import wanted_joints, with_sensors_for


def read(recording: Path | str, joints: Sequence[str] | None = None) -> ImuSession:
    """Read what sensors recorded, of whatever known format.

    Args:
        recording: A session's folder with its ``session.toml``, or a recording whose labels tell
            which segment wears which sensor; docs/files.md says which files are known.
        joints: Names such as ``knee_r``; None is all six, or those that the file itself is about.

    Returns:
        Acceleration [m/s2, specific force] and angular velocity [rad/s] of every sensor, (time, 3)
        each, in the sensor's own axes; ``notes`` says what was left out or converted.

    Raises:
        RecordingError: There is no recording, it is damaged, or a sensor is missing; the message
            says which and how to go on.
        UnknownChoice: One of ``joints`` is no joint.
    """
    path = Path(recording)
    session = sessions.read(path)
    wanted = wanted_joints(session, joints, named_by_file=sessions.names_its_joints(path))
    return with_sensors_for(session, wanted)


def activity_said(recording: Path | str) -> str | None:
    """What ``session.toml`` says that the person did; None where there is none.

    Raises:
        RecordingError: There is no recording, or the description is bad.
    """
    said = sessions.find(Path(recording)).description
    return said.activity if said else None
