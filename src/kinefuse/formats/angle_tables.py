"""Joint angles from the tables that ``angle_files`` writes, or that others keep the same way."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.errors import UnreadableFile
from kinefuse.formats.angle_files import OPENSIM_COORDINATES
from kinefuse.formats.clock import rate_of
from kinefuse.formats.number_table import Columns, read_columns
from kinefuse.recordings import JointAngles

SDs = Mapping[str, Float[np.ndarray, "_time 3"]]


def read_angles(path: Path) -> tuple[JointAngles, SDs | None]:
    """Angles, and one sigma of each where the table has it, from ``.csv`` or an OpenSim ``.mot``.

    A joint is read if all three of its planes are there; other columns are left out.

    Raises:
        UnreadableFile: It is neither, is truncated, or holds no whole joint.
        InconsistentClock: Its times are uneven.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(path, "not a table of angles", f"give one of {', '.join(_READERS)}")
    return reader(path)


def _csv(path: Path) -> tuple[JointAngles, SDs | None]:
    names = _lines(path)[0].split(",")
    ours = {name: _csv_columns(name, "") for name in JOINTS}
    found = {joint: columns for joint, columns in ours.items() if set(columns) <= set(names)}
    deviations = {joint: _csv_columns(joint, "_sd") for joint in found}
    sure = {joint: columns for joint, columns in deviations.items() if set(columns) <= set(names)}
    wanted = [column for columns in (*found.values(), *sure.values()) for column in columns]
    columns = _columns(path, names, "time_s", wanted, separator=",", skip_lines=1)
    angles = _angles(path, columns, "time_s", found, np.pi / 180)
    sd_rad = {joint: _stacked(columns, of, np.pi / 180) for joint, of in sure.items()}
    return angles, sd_rad or None


def _mot(path: Path) -> tuple[JointAngles, SDs | None]:
    lines = _lines(path)
    end = next((i for i, line in enumerate(lines) if line.strip() == "endheader"), None)
    if end is None or end + 1 >= len(lines):
        raise UnreadableFile(path, "there is no line 'endheader'", "export it from OpenSim again")
    in_degrees = re.search(r"inDegrees\s*=\s*(\w+)", "\n".join(lines[:end]))
    unit = np.pi / 180 if in_degrees and in_degrees.group(1).lower() == "yes" else 1.0
    names = lines[end + 1].split("\t")
    theirs = {
        name: [f"{c}_{joint.side}" for c in OPENSIM_COORDINATES[joint.kind]]
        for name, joint in JOINTS.items()
    }
    found = {joint: columns for joint, columns in theirs.items() if set(columns) <= set(names)}
    wanted = [column for columns in found.values() for column in columns]
    columns = _columns(path, names, "time", wanted, separator="\t", skip_lines=end + 2)
    return _angles(path, columns, "time", found, unit), None


_READERS = {".csv": _csv, ".mot": _mot}


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "not a text file", "give a table of angles") from error
    if not lines:
        raise UnreadableFile(path, "it is empty", "export it again")
    return lines


def _csv_columns(joint: str, what: str) -> list[str]:
    kind, side = JOINTS[joint].kind, JOINTS[joint].side
    return [f"{kind}_{plane}_{side}{what}_deg" for plane in PLANES]


def _columns(
    path: Path, names: list[str], time: str, wanted: list[str], *, separator: str, skip_lines: int
) -> Columns:
    lacks = [
        what
        for what, missing in {
            f"a column '{time}'": time not in names,
            "all three angles of any joint": not wanted,
            "names that are all different": len(set(names)) < len(names),
        }.items()
        if missing
    ]
    if lacks:
        raise UnreadableFile(
            path,
            f"it lacks {' and '.join(lacks)}",
            "name columns as angles.csv of 'kinefuse estimate' does, or as OpenSim's .mot",
        )
    return read_columns(
        path, names, separator=separator, skip_lines=skip_lines, wanted=[time, *wanted]
    )


def _angles(
    path: Path, columns: Columns, time: str, found: Mapping[str, list[str]], unit: float
) -> JointAngles:
    rate_hz = rate_of(columns[time], path)
    return JointAngles(
        rate_hz=rate_hz,
        angles_rad={joint: _stacked(columns, of, unit) for joint, of in found.items()},
    )


def _stacked(columns: Columns, of: list[str], unit: float) -> Float[np.ndarray, "time 3"]:
    return unit * np.stack([columns[name] for name in of], axis=1)
