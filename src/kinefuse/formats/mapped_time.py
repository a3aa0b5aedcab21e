"""When samples were taken, as a format map says where to look."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.counters import unwrapped
from kinefuse.formats.stream_map import IN_NAMES, StreamMap, TimeRules
from kinefuse.formats.text_table import TextHead
from kinefuse.formats.units import TIME

_RATE_TOLERANCE = 0.01  # a clock a percent off still blurs a stride less than 10 ms


@dataclass(frozen=True)
class Stamps:
    """Time of every row, and what it was taken from."""

    time_s: Float[np.ndarray, " time"]
    source: str
    """'column', 'counter' or 'rows'."""
    turn_s: float
    """After how many seconds the clock starts again; 0 never."""
    declared_hz: float | None


def time_column(given: StreamMap, names: tuple[str, ...]) -> str | None:
    """The column of time stamps, if the file has it."""
    return _matching(given.time.column, names)


def clock_column(given: StreamMap, names: tuple[str, ...]) -> str | None:
    """The column of time stamps, if it is in seconds, which times of a clock can stand for."""
    column = time_column(given, names)
    return column if column and TIME[_unit(given.time, column)] == 1 else None


def counter_column(given: StreamMap, names: tuple[str, ...]) -> str | None:
    """The column of packet numbers, if the file has it."""
    return _matching(given.time.counter, names)


def stamps(
    path: object,
    given: StreamMap,
    head: TextHead,
    columns: Mapping[str, Float[np.ndarray, " time"]],
) -> Stamps:
    """Time from the first source of the map that the file fills.

    Raises:
        UnreadableFile: None does.
    """
    time, rate_hz = given.time, declared_rate(given.time, head)
    rows = len(next(iter(columns.values())))
    column, counter = time_column(given, head.names), counter_column(given, head.names)
    for source in time.sources:
        if source == "column" and column and _filled(columns[column]):
            unit_s = TIME[_unit(time, column)]
            stamps_s = unwrapped(columns[column], time.wraps_at) * unit_s
            return Stamps(stamps_s, source, time.wraps_at * unit_s, rate_hz)
        if source == "counter" and rate_hz and counter and _filled(columns[counter]):
            counts = unwrapped(columns[counter], time.counter_wraps_at)
            return Stamps(counts / rate_hz, source, time.counter_wraps_at / rate_hz, rate_hz)
        if source == "rows" and rate_hz:
            return Stamps(np.arange(rows) / rate_hz, source, 0.0, rate_hz)
    raise UnreadableFile(
        path,
        "it has neither time stamps nor a rate",
        "export it with them, or write [time] rate_hz into a format map of your own",
    )


def rate_note(path_name: str, found: Stamps) -> tuple[str, ...]:
    """A note where the head's rate and the stamps contradict each other."""
    if found.declared_hz is None or found.source != "column":
        return ()
    steps = np.diff(found.time_s[np.isfinite(found.time_s)])
    usual_hz = 1 / float(np.median(steps)) if len(steps) and np.median(steps) > 0 else np.nan
    if abs(usual_hz / found.declared_hz - 1) <= _RATE_TOLERANCE:
        return ()
    told = f"{found.declared_hz:g} Hz, but its time stamps run at {usual_hz:.5g} Hz"
    return (f"{path_name}: its head says {told}; the stamps are believed.",)


def declared_rate(time: TimeRules, head: TextHead) -> float | None:
    """Rate in Hz that a line above the columns states, or else the map itself."""
    said = head.found(time.rate_line) if time.rate_line else None
    try:
        rate_hz = float((said or "").replace(",", ".") or time.rate_hz)
    except ValueError:
        rate_hz = time.rate_hz
    return rate_hz if np.isfinite(rate_hz) and rate_hz > 0 else None


def _matching(pattern: str, names: tuple[str, ...]) -> str | None:
    if not pattern:
        return None
    return next((name for name in names if re.fullmatch(pattern, name)), None)


def _unit(time: TimeRules, column: str) -> str:
    if time.unit != IN_NAMES:
        return time.unit
    match = re.fullmatch(time.column, column)
    return ((match["unit"] if match else None) or "s").lower()


def _filled(values: Float[np.ndarray, " time"]) -> bool:
    """Whether a column says something: exports leave the columns of unused clocks empty."""
    known = values[np.isfinite(values)]
    return len(known) > len(values) / 2 and bool(np.ptp(known) > 0)
