"""Files <-> nouns; nothing else touches a file format."""

from pathlib import Path

from kinefuse.errors import UnreadableFile
from kinefuse.formats import csv_session, opensim_trc, published_npy, streams_folder
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStreams

FORMATS = {
    "streams_folder": streams_folder.FORMAT,
    "opensim_trc": opensim_trc.FORMAT,
    "csv": csv_session.FORMAT,
    "published_npy": published_npy.FORMAT,
}
"""Every kind of IMU recording that can be read, in the order in which they are tried."""


def read_streams(path: Path) -> SensorStreams:
    """Read every sensor of a recording of any known format as its file holds it.

    Raises:
        RecordingError: There is no recording, or it is damaged; the message says which and how
            to mend it.
    """
    return format_of(path).read_streams(path)


def format_of(path: Path) -> SessionFormat:
    """The row of ``FORMATS`` that a file or directory belongs to.

    Raises:
        UnreadableFile: The path does not exist or holds nothing that is known.
    """
    if not path.exists():
        raise UnreadableFile(path, "there is no such file or directory", "check the path")
    for session_format in FORMATS.values():
        if session_format.recognises(path):
            return session_format
    what = "the directory holds no IMU recording" if path.is_dir() else "not an IMU recording"
    raise UnreadableFile(path, what, _what_to_give_instead(path))


def _what_to_give_instead(path: Path) -> str:
    below = sorted(p for p in path.iterdir() if p.is_dir()) if path.is_dir() else []
    recordings = [p.name for p in below if any(f.recognises(p) for f in FORMATS.values())]
    if recordings:
        return f"but directories in it do, so give one of them: {', '.join(recordings)}"
    return "give " + ", or ".join(f.description for f in FORMATS.values())
