"""Files <-> nouns; nothing else touches a file format."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kinefuse.errors import NotARecording, UnreadableFile
from kinefuse.formats import (
    apdm,
    broad,
    c3d_sensors,
    csv_session,
    mvnx,
    opensim_sto,
    opensim_trc,
    parquet,
    published_npy,
    step_h5,
    streams_folder,
)
from kinefuse.formats.map_rows import packaged_rows, rows_of_files, user_rows
from kinefuse.formats.mapped_recording import LACKS, NO_UNITS
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStreams

FORMATS = {
    "streams_folder": streams_folder.FORMAT,
    "opensim_trc": opensim_trc.FORMAT,
    "opensim_sto": opensim_sto.FORMAT,
    **packaged_rows(),
    "mvnx": mvnx.FORMAT,
    "apdm": apdm.FORMAT,
    "broad": broad.FORMAT,
    "step_h5": step_h5.FORMAT,
    "c3d_sensors": c3d_sensors.FORMAT,
    "parquet": parquet.FORMAT,
    "csv": csv_session.FORMAT,
    "published_npy": published_npy.FORMAT,
}
"""Every kind of IMU recording that can be read, in the order in which they are tried."""


def read_streams(path: Path, maps: Sequence[Path] = ()) -> SensorStreams:
    """Read every sensor of a recording of any known format as its file holds it.

    Args:
        path: File or folder.
        maps: Format maps to try before all others.

    Raises:
        RecordingError: There is no recording, or it is damaged; the message says which and how
            to mend it.
        BadStreamMap: A map is faulty.
    """
    return format_of(path, maps).read_streams(path)


def known_formats(maps: Sequence[Path] = ()) -> dict[str, SessionFormat]:
    """All rows in the order in which they are tried: maps named, the user's, the package's.

    Of two that have one name, the one that is tried first is meant: a copy of a packaged map,
    mended, replaces it.

    Raises:
        BadStreamMap: A map is faulty.
    """
    rows: dict[str, SessionFormat] = {}
    for table in (rows_of_files(maps), user_rows(), FORMATS):
        for name, row in table.items():
            rows.setdefault(name, row)
    return rows


def format_of(path: Path, maps: Sequence[Path] = ()) -> SessionFormat:
    """The row that a file or directory belongs to.

    Raises:
        UnreadableFile: The path does not exist or holds nothing that is known.
        BadStreamMap: A map is faulty.
    """
    rows = known_formats(maps)
    return rows[name_among(rows, path)]


def name_among(rows: Mapping[str, SessionFormat], path: Path) -> str:
    """Which of the rows a file or directory belongs to.

    Raises:
        UnreadableFile: The path does not exist or holds nothing that is known.
    """
    if not path.exists():
        raise UnreadableFile(path, "there is no such file or directory", "check the path")
    reasons: dict[str, str] = {}
    for name, row in rows.items():
        reason = row.refusal(path)
        if reason is None and not (row is FORMATS["csv"] and _is_another_csv(path, reasons)):
            return name
        reasons[name] = reason or ""
    raise _unknown(path, reasons, rows)


def _is_another_csv(path: Path, reasons: dict[str, str]) -> bool:
    """Whether a table is somebody else's, but lacks columns: ours would ask for the wrong ones."""
    return path.is_file() and any(r.startswith((LACKS, NO_UNITS)) for r in reasons.values())


def _unknown(
    path: Path, reasons: Mapping[str, str], rows: Mapping[str, SessionFormat]
) -> UnreadableFile:
    if path.is_file() and not path.stat().st_size:
        return UnreadableFile(path, "the file is empty", "record or export it again")
    unitless = [reason for reason in reasons.values() if reason.startswith(NO_UNITS)]
    if unitless:
        way_out = (
            "write them as in acc_x (m/s2) or acc_x (g) and gyr_x (deg/s) or gyr_x (rad/s), "
            "or into a format map of your own"
        )
        return UnreadableFile(path, unitless[0], way_out)
    near = [name for name, reason in reasons.items() if reason.startswith(LACKS)]
    if near:
        title = rows[near[0]].title
        return UnreadableFile(
            path, f"it looks like {title}, but {reasons[near[0]]}", "export them as well"
        )
    if "orientations" in reasons.get("opensim_sto", ""):
        way_out = "give the *_Accel.trc and *_Gyro.trc, or the .sto of accelerations, beside them"
        return UnreadableFile(path, reasons["opensim_sto"], way_out)
    damaged = [reason for reason in reasons.values() if reason.endswith("damaged")]
    if damaged:
        return UnreadableFile(path, damaged[0], "copy or export it again")
    what = "the directory holds no IMU recording" if path.is_dir() else "not an IMU recording"
    recordings = _recordings_below(path, rows)
    if recordings:
        way_out = f"but directories in it do, so give one of them: {', '.join(recordings)}"
        return UnreadableFile(path, what, way_out)
    return NotARecording(path, what)


def _recordings_below(path: Path, rows: Mapping[str, SessionFormat]) -> list[str]:
    below = sorted(p for p in path.iterdir() if p.is_dir()) if path.is_dir() else []
    return [p.name for p in below if any(row.recognises(p) for row in rows.values())]
