"""One file of sensors as a format map describes it: its sensors' streams in SI units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.errors import MissingSensor, UnreadableFile
from kinefuse.formats.attitudes import rotations
from kinefuse.formats.mapped_time import (
    Stamps,
    clock_column,
    counter_column,
    rate_note,
    stamps,
    time_column,
)
from kinefuse.formats.stream_map import BELOW_NAMES, IN_NAMES, PER_SAMPLE, StreamMap
from kinefuse.formats.text_table import TextHead, read_head, read_rows
from kinefuse.formats.units import to_si

_AXES = {"x": "x", "y": "y", "z": "z", "1": "x", "2": "y", "3": "z", "w": "w", "0": "w"}
_KINDS = {"acc": "accelerometer", "gyr": "gyroscope"}
Vectors = Float[np.ndarray, "time 3"]


@dataclass(frozen=True)
class Signal:
    """Accelerometer or gyroscope of one sensor, in SI units and right-handed axes."""

    stamps: Stamps
    values: Vectors


@dataclass(frozen=True)
class MappedFile:
    """What one file holds."""

    path: Path
    head: TextHead
    signals: Mapping[str, Mapping[str, Signal]]
    """By sensor ('' where a file has one), then kind."""
    temperature_c: Mapping[str, Float[np.ndarray, " time"]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    name: str
    sensor: str
    kind: str
    axis: str
    unit: str


def head_of(path: Path, given: StreamMap) -> TextHead | None:
    """The file's head, if it has the line of names that the map looks for."""
    table = given.table
    head = read_head(path, table.names, table.lines_below_names, table.separator)
    known = head is not None and any(re.search(table.above, line) for line in head.above or ("",))
    return head if known or not table.above else None


def kinds_in(head: TextHead, given: StreamMap) -> set[str]:
    """Which of ``acc`` and ``gyr`` have columns."""
    return {column.kind for column in _columns(head, given)}


def lacks_units(head: TextHead, given: StreamMap) -> bool:
    """Whether accelerometer and gyroscope would have columns if their names told units."""
    named = [f"{name} ({unit})" for name in head.names for unit in ("m/s2", "deg/s")]
    return kinds_in(replace(head, names=tuple(named)), given) >= {"acc", "gyr"}


def read_mapped(path: Path, given: StreamMap, kinds: tuple[str, ...]) -> MappedFile:
    """Read one file.

    Args:
        path: The file.
        given: Its layout.
        kinds: ``acc`` and ``gyr``, or the one that this file is about.

    Raises:
        RecordingError: A column is missing, its unit unknown, or a cell no number.
    """
    head = head_of(path, given)
    if head is None:
        raise UnreadableFile(
            path, f"it has no line of column names as {given.title} has", "export it again"
        )
    columns = [column for column in _columns(head, given) if column.kind in kinds]
    sensors = _complete(path, given, columns, kinds)
    warmth = _temperatures(head, given)
    clocks = [c for c in (time_column(given, head.names), counter_column(given, head.names)) if c]
    wanted = [*clocks, *(c.name for c in columns if c.sensor in sensors), *warmth.values()]
    table = read_rows(path, head, wanted, clock_column(given, head.names))
    found = stamps(path, given, head, table.columns)
    used = {*wanted}
    left_out = [name for name in head.names if name and name not in used]
    notes = [*table.notes, *rate_note(path.name, found)]
    if left_out:
        notes.append(f"Not used: the columns {_listed(left_out)}.")
    return MappedFile(
        path,
        head,
        {
            sensor: {
                kind: Signal(found, _signal(table.columns, columns, sensor, kind, given, found))
                for kind in kinds
            }
            for sensor in sensors
        },
        {sensor: table.columns[name] for sensor, name in warmth.items()},
        tuple(notes),
    )


def _columns(head: TextHead, given: StreamMap) -> list[_Column]:
    found: dict[tuple[str, str, str], _Column] = {}
    for i, name in enumerate(head.names):
        for kind in _KINDS:
            match = re.fullmatch(getattr(given.columns, kind), name)
            if match is None:
                continue
            words = match.groupdict()
            axis = _AXES.get((words["axis"] or "").lower())
            if axis is not None:
                sensor = _sensor(words)
                unit = _unit(getattr(given.units, kind), words, head, i)
                found.setdefault((sensor, kind, axis), _Column(name, sensor, kind, axis, unit))
    return list(found.values())


def _sensor(words: Mapping[str, str | None]) -> str:
    """Name of the sensor in a column's name; '' where there is none."""
    parts = [words[group] for group in sorted(words) if group.startswith("sensor")]
    return " ".join(part.strip() for part in parts if part)


def _unit(rule: str, words: dict, head: TextHead, column: int) -> str:
    if rule == IN_NAMES:
        return words.get("unit") or ""
    if rule == BELOW_NAMES:
        cells = head.below[0] if head.below else ()
        return cells[column] if column < len(cells) else ""
    return rule


def _complete(
    path: Path, given: StreamMap, columns: list[_Column], kinds: tuple[str, ...]
) -> list[str]:
    """Sensors with every axis of every kind, once; of a file with one sensor none may lack."""
    sensors = list(dict.fromkeys(column.sensor for column in columns))
    whole, lacking = [], []
    for sensor in sensors or [""]:
        for kind in kinds:
            axes = [c.axis for c in columns if (c.sensor, c.kind) == (sensor, kind)]
            needed = "wxyz" if getattr(given.units, kind) == PER_SAMPLE["gyr"] else "xyz"
            if sorted(axes) != sorted(needed):
                lacking.append(f"{sensor or path.name} ({_KINDS[kind]})")
                break
            _refuse_unit(path, [c for c in columns if (c.sensor, c.kind) == (sensor, kind)])
        else:
            whole.append(sensor)
    if not whole:
        raise MissingSensor(
            lacking[:8],
            present=_matching_names(columns),
            or_else=f"with all columns that {given.title} has",
        )
    return whole


def _matching_names(columns: list[_Column]) -> list[str]:
    names = [column.name for column in columns]
    return names[:6] + (["..."] if len(names) > 6 else [])


def _refuse_unit(path: Path, columns: list[_Column]) -> None:
    for column in columns:
        known = column.unit in PER_SAMPLE.values() or to_si(column.kind, column.unit) is not None
        if not known:
            raise UnreadableFile(
                path,
                f"column {column.name} is in '{column.unit}', which is no unit of an "
                f"{_KINDS[column.kind]} that is known",
                "export it again in calibrated units such as m/s^2 and deg/s",
            )


def _temperatures(head: TextHead, given: StreamMap) -> dict[str, str]:
    """Column of each sensor's temperature, where there is one."""
    found: dict[str, str] = {}
    for name in head.names if given.columns.temperature else ():
        match = re.fullmatch(given.columns.temperature, name)
        if match:
            found.setdefault(_sensor(match.groupdict()), name)
    return found


def _signal(
    table: Mapping[str, np.ndarray],
    columns: list[_Column],
    sensor: str,
    kind: str,
    given: StreamMap,
    found: Stamps,
) -> Vectors:
    mine = {c.axis: c for c in columns if (c.sensor, c.kind) == (sensor, kind)}
    if mine["x"].unit in PER_SAMPLE.values():
        values = _rate_of_change({axis: table[c.name] for axis, c in mine.items()}, found)
    else:
        scaled = [table[mine[a].name] * (to_si(kind, mine[a].unit) or 1.0) for a in "xyz"]
        values = np.stack(scaled, axis=-1)
    M_ours_file = given.axes.M_ours_file
    turned = values @ M_ours_file.T
    if kind == "gyr":  # a turn about an axis changes sign in a mirror, an arrow does not
        return turned * np.linalg.det(M_ours_file)
    return turned if given.axes.at_rest == "up" else -turned


def _rate_of_change(parts: Mapping[str, np.ndarray], found: Stamps) -> Vectors:
    """What increments over one sample come to per second; quaternions turn to their vectors."""
    steps = np.diff(found.time_s[np.isfinite(found.time_s)])
    rate_hz = found.declared_hz or 1 / float(np.median(steps))
    vectors = np.stack([parts[axis] for axis in "xyz"], axis=-1)
    if "w" in parts:
        quaternions = np.concatenate([parts["w"][:, None], vectors], axis=-1)
        vectors = so3.log(rotations(quaternions))
    return vectors * rate_hz


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
