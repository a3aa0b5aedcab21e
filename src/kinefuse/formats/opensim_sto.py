"""IMU signals as OpenSim writes them: ``*_linearAccelerations.sto``, ``*_angularVelocities.sto``.

Tables of three-vectors (``DataType=Vec3``, cells ``x,y,z`` between tabs), as OpenSim's IMU readers
and OpenSense's examples write them, in m/s2 and rad/s, sensors named after bodies. A file of
orientations alone is refused: joint angles here are computed from what the sensors felt.
"""

import re
from pathlib import Path

import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.opensim_trc import BodySignals, body_of, body_streams
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStreams

_KINDS = {
    "accelerometer": re.compile(r"(?i)^(?P<stem>.*?)[_-]?(?:linear[_-]?)?accel\w*\.sto$"),
    "gyroscope": re.compile(r"(?i)^(?P<stem>.*?)[_-]?(?:angular[_-]?vel\w*|gyro\w*)\.sto$"),
}
_ORIENTATIONS = re.compile(r"(?i)(?:orientation|quaternion).*\.sto$")
_END = "endheader"


def why_not(path: Path) -> str | None:
    """Why this is no such pair; None if it claims to be."""
    folder = path if path.is_dir() else path.parent
    if path.is_file() and path.suffix.lower() != ".sto":
        return "it is no .sto file"
    names = [path.name] if path.is_file() else [file.name for file in folder.glob("*.sto")]
    if any(pattern.match(name) for pattern in _KINDS.values() for name in names):
        return None
    if any(_ORIENTATIONS.search(name) for name in names):
        return "only orientations are there, and angles are computed from what sensors felt"
    return "no *_linearAccelerations.sto and no *_angularVelocities.sto is there"


def read_streams(path: Path) -> SensorStreams:
    """Read the pair, from its directory or from either file.

    Raises:
        RecordingError: A file or a sensor's half is missing, or the files are damaged.
    """
    acc, gyr = (_read_file(_find(path, kind)) for kind in _KINDS)
    match = _KINDS["accelerometer"].match(acc.path.name)
    name = (match["stem"] if match else "") or acc.path.parent.name
    return body_streams(acc, gyr, name, "opensim_sto")


FORMAT = SessionFormat(
    title="OpenSim .sto pair of accelerations and angular velocities",
    description="a directory with *_linearAccelerations.sto and *_angularVelocities.sto, or either",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=("Accelerations are in m/s2 with gravity, angular velocities in rad/s.",),
)


def _find(path: Path, kind: str) -> Path:
    """The file with that kind of signal."""
    folder = path if path.is_dir() else path.parent
    matches = {file: _KINDS[kind].match(file.name) for file in sorted(folder.glob("*.sto"))}
    found = {file: match["stem"] for file, match in matches.items() if match}
    if path.is_file():
        stem = next(m["stem"] for p in _KINDS.values() if (m := p.match(path.name)))
        found = {file: other for file, other in found.items() if other == stem}
    if len(found) > 1:
        listed = ", ".join(file.name for file in found)
        raise UnreadableFile(folder, f"it holds several recordings ({listed})", "give one file")
    if not found:
        raise UnreadableFile(
            folder, f"the {kind}'s .sto file is missing", "put it beside the other one"
        )
    return next(iter(found))


def _read_file(path: Path) -> BodySignals:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    heads = [i for i, line in enumerate(lines[:200]) if line.strip().lower() == _END]
    filled = [line for line in lines[heads[0] + 2 :] if line.strip()] if heads else []
    if not filled:
        raise UnreadableFile(
            path, "it is empty, truncated or no OpenSim storage", "export it again"
        )
    names = lines[heads[0] + 1].rstrip("\t").split("\t")
    rows = [line.rstrip("\t").split("\t") for line in filled]
    if names[0].strip() != "time" or len(set(names)) < len(names) or len(names) < 2:
        raise UnreadableFile(path, "its columns are not time and one a sensor", "export it again")
    if len(rows[-1]) != len(names):
        raise UnreadableFile(
            path, "its last row is incomplete, so the file is truncated", "copy or export it again"
        )
    try:
        time_s = np.array([row[0] for row in rows], dtype=np.float64)
        table = np.array([[cell.split(",") for cell in row[1:]] for row in rows], dtype=np.float64)
    except ValueError as error:
        raise UnreadableFile(
            path, f"its cells are not vectors x,y,z ({error})", "export it as a table of Vec3"
        ) from error
    if table.shape != (len(rows), len(names) - 1, 3):
        raise UnreadableFile(path, "its cells are not vectors x,y,z", "export it as Vec3")
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
    bodies = [body_of(name.strip().rpartition("/")[2]) for name in names[1:]]
    return BodySignals(
        path,
        1 / step_s if step_s > 0 else np.nan,
        time_s,
        {body: table[:, i] for i, body in enumerate(bodies)},
    )
