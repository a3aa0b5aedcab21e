"""A recording in the files of a format map: which files belong together, and their streams."""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.counters import turns_to_first
from kinefuse.formats.mapped_table import (
    MappedFile,
    Signal,
    head_of,
    kinds_in,
    lacks_units,
    read_mapped,
)
from kinefuse.formats.stream_clock import rising
from kinefuse.formats.stream_map import StreamMap
from kinefuse.progress import Progress
from kinefuse.sensor_streams import SHARED_CLOCK, SensorStream, SensorStreams

LACKS = "it has no columns of"
"""How a reason starts that only the columns of one kind keep a file from being recognised."""
NO_UNITS = "the names of its columns tell no units"
"""The same of a reason that units in the names would do away with."""
_MOST_FILES = 2000  # a folder of somebody's whole disk is no recording
_MOST_NAMED = 10  # files that a note lists
_SAME_INSTANT = 0.25  # of a step: two halves of one sample, stamped one after the other


@dataclass(frozen=True)
class _Named:
    """A file of the recording."""

    path: Path
    label: str
    recording: str | None


def why_not(path: Path, given: StreamMap) -> str | None:
    """Why a path is no recording of this layout; None if it claims to be one."""
    if path.is_dir():
        named = list(_named(path, given))
        if not named:
            return "no file in it has such a name"
        reasons = [_why_no_file(file.path, given) for file in named[:20]]
        return None if None in reasons else reasons[0]
    if _match(path, given) is None:
        return "its name is another"
    return _why_no_file(path, given)


def read_mapped_recording(path: Path, given: StreamMap) -> Generator[Progress, None, SensorStreams]:
    """Every sensor of a recording, from its folder or one of its files; a step a file.

    Raises:
        RecordingError: A file is damaged, or it is not clear which files belong together.
    """
    files, unread = _chosen(path, given)
    read: list[MappedFile] = []
    for done, file in enumerate(files):
        yield Progress(done, len(files), f"reading {file.path.name}")
        read.append(_whole(file.path, given))
    streams: dict[str, SensorStream] = {}
    notes = [note for file in read for note in file.notes]
    if unread:
        notes.append(f"Not read, as they have no such columns: {', '.join(unread)}.")
    turns = _turns(read)
    for named, file, turn in zip(files, read, turns, strict=True):
        for sensor in file.signals:
            label = _label(named, file, sensor, given)
            if label in streams:
                raise UnreadableFile(
                    named.path, f"a second file is about the sensor '{label}'", "keep one of them"
                )
            streams[label], said = _stream(label, file, sensor, turn, given)
            notes.extend(said)
    return SensorStreams(
        name=files[0].recording or (path.name if path.is_dir() else path.stem),
        streams=_segments_first(streams, given),
        format_name=given.name,
        notes=(*dict.fromkeys(notes), *copies(streams)),
    )


def copies(streams: dict[str, SensorStream]) -> Iterator[str]:
    """A note for every two sensors that hold the very same numbers: one file is a copy."""
    seen: dict[bytes, str] = {}
    for label, stream in streams.items():
        first = seen.setdefault(stream.acc_m_s2.tobytes() + stream.gyr_rad_s.tobytes(), label)
        if first != label:
            yield (
                f"{first} and {label} hold the very same numbers; "
                "one of the files is a copy under another sensor's name."
            )


def _match(path: Path, given: StreamMap) -> re.Match | None:
    return re.search(rf"(?:^|/)(?:{given.files.name})$", path.absolute().as_posix())


def _named(folder: Path, given: StreamMap) -> Iterator[_Named]:
    for depth in range(given.files.depth + 1):
        found = 0
        for file in sorted(folder.glob("*/" * depth + "*"))[:_MOST_FILES]:
            match = _match(file, given) if file.is_file() else None
            if match is not None:
                found += 1
                words = match.groupdict()
                yield _Named(file, words.get("label") or file.stem, words.get("recording"))
        if found:  # deeper folders hold other recordings, or copies
            return


def _why_no_file(path: Path, given: StreamMap) -> str | None:
    try:
        head = head_of(path, given)
    except OSError:
        return "it cannot be read"
    if head is None:
        return "it has no line with such column names"
    needed = {"acc"} if given.files.gyroscope else {"acc", "gyr"}
    lacking = needed - kinds_in(head, given)
    if lacking and lacks_units(head, given):
        return f"{NO_UNITS} ({', '.join(head.names[:_MOST_NAMED])})"
    if lacking:
        words = {"acc": "accelerometer", "gyr": "gyroscope"}
        return f"{LACKS} {' and '.join(words[kind] for kind in sorted(lacking))}"
    return None


def _chosen(path: Path, given: StreamMap) -> tuple[list[_Named], list[str]]:
    """Files of the one recording that a path means; and names of those beside it left unread."""
    folder = path if path.is_dir() else path.parent
    if not path.is_dir():
        match = _match(path, given)
        words = match.groupdict() if match else {}
        one = _Named(path, words.get("label") or path.stem, words.get("recording"))
        if one.recording is None or given.files.depth:
            return [one], []
        files = [file for file in _named(folder, given) if file.recording == one.recording]
        return _readable(files, given, one)
    files, unread = _readable(list(_named(folder, given)), given, None)
    names = list(dict.fromkeys(file.recording for file in files))
    if len(names) > 1:
        listed = ", ".join(str(name or "files without a recording's name") for name in names[:6])
        raise UnreadableFile(
            folder, f"it holds several recordings ({listed})", "give one file of the one you mean"
        )
    return files, unread


def _readable(
    files: list[_Named], given: StreamMap, kept: _Named | None
) -> tuple[list[_Named], list[str]]:
    """Files whose head is of this layout; names of others, which may lie beside them."""
    for file in files:
        if not file.path.stat().st_size:
            raise UnreadableFile(file.path, "the file is empty", "record or export it again")
    asked = None if kept is None else kept.path
    reads = [f.path == asked or _why_no_file(f.path, given) is None for f in files]
    chosen = [file for file, is_read in zip(files, reads, strict=True) if is_read]
    unread = [file.path.name for file, is_read in zip(files, reads, strict=True) if not is_read]
    return chosen, unread[:_MOST_NAMED]


def _whole(path: Path, given: StreamMap) -> MappedFile:
    """A file, joined with that of its gyroscope where this is another one."""
    if not given.files.gyroscope:
        return read_mapped(path, given, ("acc", "gyr"))
    beside = path.with_name(given.files.gyroscope)
    if not beside.is_file():
        raise UnreadableFile(beside, "the gyroscope's file is missing", "put it beside the other")
    acc, gyr = read_mapped(path, given, ("acc",)), read_mapped(beside, given, ("gyr",))
    signals, notes = {}, []
    for sensor, mine in acc.signals.items():
        values, said = _at_times_of(mine["acc"], gyr.signals[sensor]["gyr"], path.parent.name)
        signals[sensor] = {"acc": mine["acc"], "gyr": Signal(mine["acc"].stamps, values)}
        notes.extend(said)
    return MappedFile(path, acc.head, signals, acc.temperature_c, (*acc.notes, *gyr.notes, *notes))


def _at_times_of(
    acc: Signal, gyr: Signal, what: str
) -> tuple[Float[np.ndarray, "time 3"], tuple[str, ...]]:
    """The gyroscope when the accelerometer was read; between its samples it is interpolated."""
    wanted_s, order = acc.stamps.time_s, np.argsort(gyr.stamps.time_s)
    known = order[np.isfinite(gyr.stamps.time_s[order])]
    time_s, values = gyr.stamps.time_s[known], gyr.values[known]
    if len(time_s) < 2:
        raise UnreadableFile(what, "its gyroscope has no time stamps", "export it again")
    step_s = float(np.median(np.diff(time_s)))
    nearest = np.clip(np.searchsorted(time_s, wanted_s), 1, len(time_s) - 1)
    nearest -= np.abs(wanted_s - time_s[nearest - 1]) < np.abs(wanted_s - time_s[nearest])
    with np.errstate(invalid="ignore"):
        same = np.abs(time_s[nearest] - wanted_s) <= _SAME_INSTANT * step_s
        near = np.abs(time_s[nearest] - wanted_s) <= step_s
    between = np.stack(
        [np.interp(wanted_s, time_s, axis, left=np.nan, right=np.nan) for axis in values.T], axis=-1
    )
    joined = np.where(same[:, None], values[nearest], np.where(near[:, None], between, np.nan))
    filled = int((near & ~same).sum())
    note = (
        f"{what}: accelerometer and gyroscope were read at different times; "
        f"{filled} of {len(wanted_s)} gyroscope samples are interpolated."
    )
    return joined, (note,) if filled else ()


def _turns(files: list[MappedFile]) -> list[float]:
    """Seconds by which each file's clock has to go on, as it started again between files."""
    first = [next(iter(next(iter(file.signals.values())).values())).stamps for file in files]
    turn_s = first[0].turn_s
    if not turn_s:
        return [0.0] * len(files)
    starts = [float(s.time_s[np.isfinite(s.time_s)][0]) for s in first]
    whole = turns_to_first([start / turn_s for start in starts], 1)
    return [turns * turn_s for turns in whole]


def _label(named: _Named, file: MappedFile, sensor: str, given: StreamMap) -> str:
    said = file.head.found(given.files.label_line) if given.files.label_line else None
    label = sensor or said or named.label
    segments = {written.lower(): segment for written, segment in given.segments.items()}
    return segments.get(label.lower(), label)


def _stream(
    label: str, file: MappedFile, sensor: str, turn_s: float, given: StreamMap
) -> tuple[SensorStream, tuple[str, ...]]:
    signals = file.signals[sensor]
    time_s = signals["acc"].stamps.time_s + turn_s
    kept, notes = rising(time_s, label)
    own = bool(given.time.own_line) and file.head.found(given.time.own_line) is not None
    shared = given.time.clock == "shared" and not own
    warmth = file.temperature_c.get(sensor)
    stream = SensorStream(
        label=label,
        time_s=time_s[kept],
        acc_m_s2=signals["acc"].values[kept],
        gyr_rad_s=signals["gyr"].values[kept],
        clock=SHARED_CLOCK if shared else label,
        temperature_c=None if warmth is None else warmth[kept],
    )
    return stream, notes


def _segments_first(streams: dict[str, SensorStream], given: StreamMap) -> dict[str, SensorStream]:
    """In the order of the body where labels are segments, of the files where they are not."""
    ranks: Iterable[str] = dict.fromkeys(given.segments.values())
    order = [label for label in ranks if label in streams]
    return {label: streams[label] for label in [*order, *(k for k in streams if k not in order)]}
