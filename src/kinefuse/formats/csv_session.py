"""IMU sessions as one CSV file, whose header says what every column is.

``time_s`` and then, for each sensor, six columns ``<segment>_<acc|gyr>_<x|y|z>_<unit>``::

    time_s,pelvis_acc_x_m_s2,...,pelvis_gyr_z_rad_s,thigh_r_acc_x_g,...,thigh_r_gyr_z_deg_s
    0.00,9.445,...,-0.007,0.993,...,0.84

Segments are those of ``SEGMENTS``. Units: ``m_s2`` or ``g``, ``rad_s`` or ``deg_s``. The
accelerometer reads specific force (rest: +1 g upwards) and every sensor has its own right-handed
axes, wherever they point. Columns of other quantities (``pelvis_mag_x_uT``) are left out. The
rate is that of ``time_s``. What spreadsheets make of such a file is read as well: semicolons or
tabs, decimal commas, UTF-16, upper case, lines above the header.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, RecordingError, UnknownChoice, UnreadableFile
from kinefuse.formats.clock import rate_of
from kinefuse.formats.number_table import Columns, read_columns, write_columns
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.stream_clock import rising
from kinefuse.formats.strict_session import strict_session
from kinefuse.formats.text_table import TextHead, read_head, rows_below
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams

_UNITS = {
    "acc": {"m_s2": 1.0, "g": STANDARD_GRAVITY_M_S2},
    "gyr": {"rad_s": 1.0, "deg_s": np.pi / 180},
}
"""What a number is multiplied by to be in m/s2 or rad/s."""
_KINDS = {"acc": "accelerometer", "gyr": "gyroscope"}
_COLUMN = re.compile(r"^(?P<segment>.+?)_(?P<kind>acc|gyr)_(?P<axis>[xyz])_(?P<unit>\w+)$")
_HEADER = r"(?i)_(?:acc|gyr)_[xyz]_\w"
_TIME = "time_s"
_MOST_TOLD = 3  # tables of a directory, and names of each, where none is a recording
_ENDINGS = (".csv", ".tsv")


@dataclass(frozen=True)
class _Column:
    """What one column of the header says it is."""

    name: str
    segment: str
    kind: str
    axis: str
    unit: str

    @property
    def to_si(self) -> float:
        return _UNITS[self.kind][self.unit]


@dataclass(frozen=True)
class Found:
    """What one table holds."""

    file: Path
    columns: list[_Column]
    left_out: list[str]
    table: Columns


def recognises(path: Path) -> bool:
    """Whether this is a CSV file, or a directory with one that holds IMU columns."""
    return bool(_sessions_in(path)) if path.is_dir() else path.suffix.lower() in _ENDINGS


def why_not(path: Path) -> str | None:
    """Why a path is not recognised, None if it is; of a directory's tables what is in them."""
    if recognises(path):
        return None
    if not path.is_dir():
        return "its name is another"
    tables = _tables_in(path)
    told = ", ".join(f"{file.name} ({_first_names(file)})" for file in tables[:_MOST_TOLD])
    lacking = f"no column such as shank_r_acc_x_m_s2 is in {told}"
    return lacking if tables else "no .csv file is in it"


def read(path: Path) -> ImuSession:
    """Read a session from its file, or from a directory with just one such file.

    Raises:
        RecordingError: A column is missing, unknown or no number, or the time stamps are uneven.
    """
    found = _read(path, labels=SEGMENTS)
    rate_hz = rate_of(found.table[_TIME], found.file)
    return strict_session(streams_of(found, "csv"), rate_hz)


def read_streams(path: Path) -> SensorStreams:
    """Read the same files as they are; a sensor may have any label in place of a segment's name.

    Raises:
        RecordingError: A column is missing, unknown or no number.
    """
    return streams_of(_read(path, labels=None), "csv")


def write_session_csv(path: Path, session: ImuSession) -> None:
    """Write a session so that ``read`` gives back the very same numbers."""
    columns: Columns = {_TIME: session.time_s}
    for segment, imu in session.sensors.items():
        for i, axis in enumerate("xyz"):
            columns[f"{segment}_acc_{axis}_m_s2"] = imu.acc_m_s2[:, i]
        for i, axis in enumerate("xyz"):
            columns[f"{segment}_gyr_{axis}_rad_s"] = imu.gyr_rad_s[:, i]
    write_columns(path, columns, decimals=None)


FORMAT = SessionFormat(
    description="a .csv file with columns such as time_s, shank_r_acc_x_m_s2, shank_r_gyr_x_rad_s",
    recognises=recognises,
    why_not=why_not,
    read_streams=read_streams,
    read=read,
)


def _read(path: Path, labels: tuple[str, ...] | None) -> Found:
    """The file's columns and numbers; None: sensors may have any label."""
    file = _only_session_in(path) if path.is_dir() else path
    head = _head(file)

    def load(wanted: list[str]) -> Columns:
        rows = rows_below(file, head)
        cells = rows.partition(b"\n")[0].count(head.separator.encode()) + 1
        nameless = [f"column {i + 1}" for i in range(len(head.names), cells)]
        return read_columns(
            file,
            [*head.names, *nameless],
            separator=head.separator,
            skip_lines=0,
            wanted=wanted,
            rows=rows,
            clock=_TIME,
        )

    return found_in(file, [*head.names], load, labels)


def found_in(
    file: Path,
    names: list[str],
    load: Callable[[list[str]], Columns],
    labels: tuple[str, ...] | None = None,
) -> Found:
    """What a table with such column names holds.

    Args:
        file: Where it is, for messages.
        names: Of its columns.
        load: Gives the numbers of some columns.
        labels: What sensors may be called; None: anything.

    Raises:
        RecordingError: A column is missing or unknown.
    """
    columns, left_out = _columns(file, names, labels)
    return Found(file, columns, left_out, load([_TIME, *(column.name for column in columns)]))


def streams_of(found: Found, format_name: str) -> SensorStreams:
    """The sensors of a table."""
    kept, notes = rising(found.table[_TIME], found.file)
    listed = ", ".join(found.left_out)
    note = f"Not used, as they are neither accelerometer nor gyroscope: {listed}."
    return SensorStreams(
        name=found.file.stem,
        streams={
            label: SensorStream(
                label=label,
                time_s=found.table[_TIME][kept],
                acc_m_s2=_vectors(found.table, found.columns, label, "acc")[kept],
                gyr_rad_s=_vectors(found.table, found.columns, label, "gyr")[kept],
            )
            for label in dict.fromkeys(column.segment for column in found.columns)
        },
        format_name=format_name,
        notes=(*notes, note) if found.left_out else notes,
    )


def _sessions_in(directory: Path) -> list[Path]:
    return [file for file in _tables_in(directory) if _holds_imus(file)]


def _tables_in(directory: Path) -> list[Path]:
    return [file for file in sorted(directory.iterdir()) if file.suffix.lower() in _ENDINGS]


def _holds_imus(file: Path) -> bool:
    try:
        return any(_COLUMN.match(name) for name in _head(file).names)
    except (RecordingError, OSError):
        return False


def _first_names(file: Path) -> str:
    try:
        names = _head(file).names
    except (RecordingError, OSError):
        return "unreadable" if file.stat().st_size else "empty"
    return ", ".join(names[:_MOST_TOLD]) + (", ..." if len(names) > _MOST_TOLD else "")


def _only_session_in(directory: Path) -> Path:
    files = _sessions_in(directory)
    if len(files) > 1:
        listed = ", ".join(file.name for file in files)
        raise UnreadableFile(directory, f"holds several recordings ({listed})", "give one file")
    return files[0]


def _head(file: Path) -> TextHead:
    """Names of the columns and where they stand; the first line, if no line is such a header."""
    if not file.stat().st_size:
        raise UnreadableFile(file, "the file is empty", "record or export it again")
    head = read_head(file, _HEADER) or read_head(file, "")
    names = [] if head is None else [*head.names]
    if head is None or not names:
        raise UnreadableFile(file, "the file is empty", "record or export it again")
    if _TIME.upper() in names:
        names = [name.lower() for name in names]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise UnreadableFile(file, f"columns occur twice: {', '.join(twice)}", "rename them")
    return replace(head, names=tuple(names))


def _columns(
    file: Path, names: list[str], labels: tuple[str, ...] | None
) -> tuple[list[_Column], list[str]]:
    """What to read, complete for every sensor, and what is left out."""
    matches = {name: _COLUMN.match(name) for name in names if name != _TIME}
    columns = [_Column(name, **match.groupdict()) for name, match in matches.items() if match]
    if _TIME not in names or not columns:
        lacking = _TIME if columns else "accelerometer and gyroscope columns"
        raise UnreadableFile(file, f"its header lacks {lacking}", f"give {FORMAT.description}")
    for column in columns:
        if labels is not None and column.segment not in labels:
            raise UnknownChoice(f"segment in column {column.name}:", column.segment, labels)
        if column.unit not in _UNITS[column.kind]:
            raise UnknownChoice(
                f"unit in column {column.name}:", column.unit, known=_UNITS[column.kind]
            )
    _check_complete(file, columns)
    return columns, [name for name, match in matches.items() if not match]


def _check_complete(file: Path, columns: list[_Column]) -> None:
    """Six columns a sensor, each once."""
    named = Counter((column.segment, column.kind, column.axis) for column in columns)
    twice = [" ".join(key) for key, count in named.items() if count > 1]
    if twice:
        raise UnreadableFile(file, f"given in two units: {', '.join(twice)}", "keep one of them")
    segments = list(dict.fromkeys(column.segment for column in columns))
    for segment in segments:
        for kind, sensor in _KINDS.items():
            axes = [axis for axis in "xyz" if (segment, kind, axis) not in named]
            if axes:
                others = [other for other in segments if other != segment]
                raise MissingSensor([f"{segment} ({sensor}: {' '.join(axes)})"], present=others)


def _vectors(table: Columns, columns: list[_Column], segment: str, kind: str) -> np.ndarray:
    """Signal of one sensor (time, 3), in SI units."""
    mine = {c.axis: c for c in columns if (c.segment, c.kind) == (segment, kind)}
    return np.stack([table[mine[axis].name] * mine[axis].to_si for axis in "xyz"], axis=-1)
