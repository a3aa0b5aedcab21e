"""A recording with the sensors that the wanted joints need."""

from collections.abc import Sequence
from pathlib import Path

from kinefuse.formats import format_of
from kinefuse.recordings import ImuSession
from kinefuse.results.wanted_sensors import wanted_joints, with_sensors_for


def read(recording: Path | str, joints: Sequence[str] | None = None) -> ImuSession:
    """Read what sensors recorded, of whatever known format.

    Args:
        recording: A file or a folder; docs/files.md says which.
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
    session_format = format_of(path)
    session = session_format.read(path)
    wanted = wanted_joints(session, joints, named_by_file=session_format.names_its_joints)
    return with_sensors_for(session, wanted)
