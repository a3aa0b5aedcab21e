"""How somebody's sensor files are laid out, as data: one TOML file a layout.

A vendor's table of numbers is described, not programmed: how its files are called, which columns
are which (regular expressions), in which units and axes, and what tells the time. Users add their
own; ``docs/formats.md`` explains every key with a complete example.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import BadStreamMap
from kinefuse.formats.units import QUANTITIES, TIME, to_si

IN_NAMES, BELOW_NAMES = "in the column's name", "in the line below"
"""Units that each file tells itself: as group ``unit`` of the column's name, or below it."""
PER_SAMPLE = {"acc": "m/s a sample", "gyr": "quaternion a sample"}
"""Increments over one sample, as strapdown integration gives them."""
TIME_SOURCES = ("column", "counter", "rows")


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """Which files belong to a recording, and what their names tell."""

    name: str
    """Of the file, or of the end of its path: groups ``label`` (sensor) and ``recording``."""
    depth: int = 0
    """How many folders below the one given sensors' files may lie."""
    gyroscope: str = ""
    """Name of a second file beside it, if that holds the gyroscope."""
    label_line: str = ""
    """Line above the columns that names the sensor, in its first group."""


@dataclass(frozen=True, kw_only=True)
class TableRules:
    """How rows and columns are written."""

    names: str
    """What the line of column names contains, and no line above it does."""
    above: str = ""
    """What one of the lines above the names contains, where names alone could be another's."""
    separator: str = "auto"
    lines_below_names: int = 0
    """Lines such as units between the names and the first row of numbers."""


@dataclass(frozen=True, kw_only=True)
class ColumnRules:
    """Which columns are read, by regular expressions of their whole names.

    Groups: ``axis`` (x, y, z or 1, 2, 3), ``unit``, and ``sensor`` where one file holds several;
    groups whose names go on (``sensor_side``) are put behind it with a space.
    """

    acc: str
    gyr: str
    temperature: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitRules:
    """Units of the numbers."""

    acc: str
    gyr: str


@dataclass(frozen=True, kw_only=True)
class AxisRules:
    """Which of the file's axes are our x, y and z, and what the accelerometer feels at rest."""

    x: str = "+x"
    y: str = "+y"
    z: str = "+z"
    at_rest: str = "up"
    """'up': +9.81 on the axis that points up; 'down': the opposite sign."""

    @property
    def M_ours_file(self) -> Float[np.ndarray, "3 3"]:
        """Permutation and signs; determinant -1 if the file's axes are left-handed."""
        rows = [self.x, self.y, self.z]
        return np.array([(-1 if r[0] == "-" else 1) * np.eye(3)["xyz".index(r[-1])] for r in rows])


@dataclass(frozen=True, kw_only=True)
class TimeRules:
    """What tells when a sample was taken, tried in the order of ``sources``."""

    sources: tuple[str, ...] = TIME_SOURCES
    column: str = ""
    unit: str = "s"
    """Or that the column's name tells it, as group ``unit``; seconds if that is empty."""
    wraps_at: int = 0
    """Of the time column, in its unit; 0 never."""
    counter: str = ""
    counter_wraps_at: int = 0
    rate_line: str = ""
    """Line above the columns with the rate in Hz, in its first group."""
    rate_hz: float = 0.0
    """Where no file says it."""
    clock: str = "shared"
    """'shared' by the sensors, or each its 'own'."""
    own_line: str = ""
    """Line above the columns that says that this sensor's clock is its own after all."""


@dataclass(frozen=True, kw_only=True)
class StreamMap:
    """A layout; the fields are the keys of its TOML file."""

    name: str
    title: str
    give: str
    """Completes the sentence "give ..."."""
    source: str
    """Where the layout is described."""
    files: FileRules
    table: TableRules
    columns: ColumnRules
    units: UnitRules
    time: TimeRules
    axes: AxisRules = AxisRules()
    segments: Mapping[str, str] = field(default_factory=dict)
    """Our segment for each label that means one."""
    beliefs: tuple[str, ...] = ()
    """What is taken on trust, a sentence each; ``kinefuse formats --explain`` shows them."""

    def __post_init__(self) -> None:
        _check(self)


_PARTS: Mapping[str, type] = {
    "files": FileRules,
    "table": TableRules,
    "columns": ColumnRules,
    "units": UnitRules,
    "time": TimeRules,
    "axes": AxisRules,
}
_PATTERNS = {
    "files": ("name", "label_line"),
    "table": ("names", "above"),
    "columns": ("acc", "gyr", "temperature"),
    "time": ("column", "counter", "rate_line", "own_line"),
}
_CHOICES = {
    ("time", "unit"): (*TIME, IN_NAMES),
    ("time", "clock"): ("shared", "own"),
    ("axes", "at_rest"): ("up", "down"),
    ("table", "separator"): ("auto", ",", ";", "\t", " "),
}


def read_map(path: Path) -> StreamMap:
    """A layout in a TOML file.

    Raises:
        BadStreamMap: The file is missing, no TOML, or something of it is wrong; names the key.
    """
    if not path.exists():
        raise BadStreamMap(path, "there is no such file", "check the path")
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadStreamMap(path, f"it cannot be read ({error})") from error
    return map_of(words, path)


def map_of(words: Mapping[str, Any], where: object) -> StreamMap:
    """A layout of plain values; errors call it ``where``."""
    given = dict(words)
    for key, kind in _PARTS.items():
        if key in given or key != "axes":
            given[key] = _made(kind, given.get(key, {}), where, f"[{key}] ")
    try:
        return _made(StreamMap, given, where, "")
    except _Fault as fault:
        raise BadStreamMap(where, str(fault)) from fault


class _Fault(Exception):
    """What is wrong with a layout whose file is not known here."""


def _made(kind: type, given: Any, where: object, place: str) -> Any:
    """A part of a layout, with every key known, present and of the right type."""
    if not isinstance(given, Mapping):
        raise BadStreamMap(where, f"{place}has to be a table of keys")
    known = {f.name: f for f in fields(kind)}
    for key, value in given.items():
        if key not in known:
            raise BadStreamMap(where, f"{place}{key} is no key (known: {', '.join(known)})")
        wanted = known[key].type
        if wanted in (str, int, float) and not _is(value, wanted):
            raise BadStreamMap(where, f"{place}{key} is {value!r}, which is no {_WORDS[wanted]}")
        if key in _LISTS and not _is_list_of_texts(value):
            raise BadStreamMap(where, f"{place}{key} has to be a list of texts")
        if key == "segments" and not _is_table_of_texts(value):
            raise BadStreamMap(where, f"{place}{key} has to be a table of texts")
    missing = [
        key
        for key, f in known.items()
        if key not in given and f.default is MISSING and f.default_factory is MISSING
    ]
    if missing:
        raise BadStreamMap(where, f"{place}{missing[0]} is missing")
    lists = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
    return kind(**(dict(given) | lists))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values())


_LISTS = ("sources", "beliefs")
_WORDS: Mapping[Any, str] = {str: "text in quotes", int: "whole number", float: "number"}


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if wanted is float else wanted)


def _check(given: StreamMap) -> None:
    for part, keys in _PATTERNS.items():
        for key in keys:
            _check_pattern(f"[{part}] {key}", getattr(getattr(given, part), key))
    for (part, key), known in _CHOICES.items():
        value = getattr(getattr(given, part), key)
        if value not in known:
            raise _Fault(f"[{part}] {key} is '{value}', not one of {', '.join(map(repr, known))}")
    _check_columns(given)
    _check_axes(given.axes)
    _check_time(given.time)
    for label, segment in given.segments.items():
        if segment not in SEGMENTS:
            raise _Fault(f"[segments] '{label}' is '{segment}', not one of {', '.join(SEGMENTS)}")


def _check_pattern(key: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise _Fault(f"{key} is no regular expression ({error})") from error


def _check_columns(given: StreamMap) -> None:
    for kind in QUANTITIES:
        groups = re.compile(getattr(given.columns, kind)).groupindex
        unit = getattr(given.units, kind)
        if "axis" not in groups:
            raise _Fault(f"[columns] {kind} has no group (?P<axis>...) for x, y and z")
        if unit == IN_NAMES and "unit" not in groups:
            raise _Fault(f"[columns] {kind} has no group (?P<unit>...) but [units] asks for it")
        if unit == BELOW_NAMES and given.table.lines_below_names < 1:
            raise _Fault(f"[units] {kind} is below the names, but [table] lines_below_names is 0")
        known = (IN_NAMES, BELOW_NAMES, PER_SAMPLE[kind], *QUANTITIES[kind])
        if unit not in known and to_si(kind, unit) is None:
            raise _Fault(f"[units] {kind} is '{unit}', not one of {', '.join(known)}")


def _check_axes(axes: AxisRules) -> None:
    rows = (axes.x, axes.y, axes.z)
    if any(not re.fullmatch("[+-]?[xyz]", row) for row in rows):
        raise _Fault("[axes] x, y and z have to be '+x', '-y' and so on")
    if sorted(row[-1] for row in rows) != ["x", "y", "z"]:
        raise _Fault("[axes] have to name each of the file's x, y and z once")


def _check_time(time: TimeRules) -> None:
    unknown = [source for source in time.sources if source not in TIME_SOURCES]
    if unknown or not time.sources:
        raise _Fault(f"[time] sources are not among {', '.join(TIME_SOURCES)}")
    if time.unit == IN_NAMES and "unit" not in re.compile(time.column).groupindex:
        raise _Fault("[time] column has no group (?P<unit>...) but [time] unit asks for it")
    for key in ("wraps_at", "counter_wraps_at", "rate_hz"):
        if getattr(time, key) < 0:
            raise _Fault(f"[time] {key} is negative")
