"""Our own folder of sensor streams: a CSV file a sensor, and ``streams.json``, which lists them.

Nothing of a ``SensorStreams`` is lost, to the last bit: gaps, uneven stamps, clocks, temperature::

    streams.json     {"format": "kinefuse sensor streams", "version": 1, "name": ...,
                      "read_by": ..., "notes": [...],
                      "sensors": [{"label": ..., "file": ..., "clock": ..., "samples": ...}, ...]}
    RightThigh.csv   time_s,acc_x_m_s2,...,acc_z_m_s2,gyr_x_rad_s,...,gyr_z_rad_s[,temperature_c]
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.number_table import Columns, read_columns, write_columns
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.whole_files import write_json
from kinefuse.whole_folders import filled_folder

LIST_FILE = "streams.json"
FORMAT_WORDS, VERSION = "kinefuse sensor streams", 1
_TIME, _TEMPERATURE = "time_s", "temperature_c"
_ACC = tuple(f"acc_{axis}_m_s2" for axis in "xyz")
_GYR = tuple(f"gyr_{axis}_rad_s" for axis in "xyz")
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_AGAIN = "write the folder again"


def recognises(path: Path) -> bool:
    """Whether this is such a folder, its list, or one of its CSV files."""
    if path.is_dir():
        return (path / LIST_FILE).is_file()
    listed = path.suffix == ".csv" and path.with_name(LIST_FILE).is_file()
    return path.name == LIST_FILE or listed


def write_streams(folder: Path, streams: SensorStreams) -> None:
    """Write a new folder; it appears whole or not at all.

    Raises:
        WouldOverwrite: The folder exists and is not empty.
    """
    with filled_folder(folder, force=False) as beside:
        sensors = []
        for label, file in zip(streams.streams, _file_names(streams.streams), strict=True):
            stream = streams.streams[label]
            write_columns(beside / file, _columns(stream), decimals=None)
            told = {"label": label, "file": file, "clock": stream.clock, "samples": stream.samples}
            sensors.append(told)
        words = {
            "format": FORMAT_WORDS,
            "version": VERSION,
            "name": streams.name,
            "read_by": streams.format_name,
            "notes": list(streams.notes),
            "sensors": sensors,
        }
        write_json(beside / LIST_FILE, words)


def files_of(folder: Path) -> frozenset[str]:
    """Names of the files that such a folder is made of.

    Raises:
        UnreadableFile: Its list is missing or damaged.
    """
    try:
        sensors = _list(folder / LIST_FILE)["sensors"]
        return frozenset([LIST_FILE, *(str(told["file"]) for told in sensors)])
    except (KeyError, TypeError) as error:
        raise UnreadableFile(folder / LIST_FILE, f"it is damaged at {error}", _AGAIN) from error


def read_streams(path: Path) -> SensorStreams:
    """Read such a folder, from itself or from any of its files.

    Raises:
        RecordingError: The list or a file is missing, damaged or contradicts the other.
    """
    folder = path if path.is_dir() else path.parent
    words = _list(folder / LIST_FILE)
    try:
        read = [_stream(folder, told) for told in words["sensors"]]
        streams = {stream.label: stream for stream in read}
        if len(streams) < len(read):
            raise UnreadableFile(folder / LIST_FILE, "it names a label twice", _AGAIN)
        return SensorStreams(
            name=str(words["name"]),
            streams=streams,
            format_name=str(words["read_by"]),
            notes=tuple(str(note) for note in words["notes"]),
        )
    except (KeyError, TypeError) as error:
        raise UnreadableFile(
            folder / LIST_FILE, f"it is incomplete or damaged at {error}", _AGAIN
        ) from error


FORMAT = SessionFormat(
    description=f"a folder of sensor streams that this program wrote (it holds {LIST_FILE})",
    recognises=recognises,
    read_streams=read_streams,
)


def _columns(stream: SensorStream) -> Columns:
    columns: Columns = {_TIME: stream.time_s}
    columns |= dict(zip(_ACC, stream.acc_m_s2.T, strict=True))
    columns |= dict(zip(_GYR, stream.gyr_rad_s.T, strict=True))
    if stream.temperature_c is not None:
        columns[_TEMPERATURE] = stream.temperature_c
    return columns


def _stream(folder: Path, told: dict[str, Any]) -> SensorStream:
    """One sensor of the list."""
    name = str(told["file"])
    if Path(name).name != name:
        raise UnreadableFile(folder / LIST_FILE, f"'{name}' is no file beside it", _AGAIN)
    file = folder / name
    names = _header(file)
    table = read_columns(file, names, separator=",", skip_lines=1, wanted=names)
    if len(table[_TIME]) != told["samples"]:
        raise UnreadableFile(
            file,
            f"{len(table[_TIME])} samples are there but {LIST_FILE} promises {told['samples']}, "
            "so it is truncated or changed",
            "copy it again",
        )
    return SensorStream(
        label=str(told["label"]),
        time_s=table[_TIME],
        acc_m_s2=np.stack([table[name] for name in _ACC], axis=-1),
        gyr_rad_s=np.stack([table[name] for name in _GYR], axis=-1),
        clock=str(told["clock"]),
        temperature_c=table.get(_TEMPERATURE),
    )


def _header(file: Path) -> list[str]:
    if not file.is_file():
        raise UnreadableFile(file, f"{LIST_FILE} names it but it is not there", "put it back")
    data = file.read_bytes()
    names = data.partition(b"\n")[0].decode("utf-8", errors="replace").strip().split(",")
    if not data.endswith(b"\n"):
        what = "it is truncated" if data else "the file is empty"
        raise UnreadableFile(file, what, "copy it again")
    if names not in ([_TIME, *_ACC, *_GYR], [_TIME, *_ACC, *_GYR, _TEMPERATURE]):
        raise UnreadableFile(file, "its header is not that of a sensor's stream", "copy it again")
    return names


def _list(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise UnreadableFile(file, "the list of a folder of streams is missing", _AGAIN)
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(file, "it is empty, truncated or no JSON", _AGAIN) from error
    if not isinstance(words, dict) or words.get("format") != FORMAT_WORDS:
        raise UnreadableFile(file, f'it does not say "format": "{FORMAT_WORDS}"', _AGAIN)
    if words.get("version") != VERSION:
        raise UnreadableFile(
            file,
            f"it is of version {words.get('version')}, and only {VERSION} is known",
            "install a newer kinefuse",
        )
    return words


def _file_names(labels: Iterable[str]) -> list[str]:
    """A name each, of harmless characters, that differ even where case does not count."""
    taken: set[str] = set()
    names = []
    for label in labels:
        stem = _ODD.sub("_", label)[:60].strip("_") or "sensor"
        tries = (f"{stem}_{i}" if i else stem for i in range(len(taken) + 1))
        chosen = next(name for name in tries if name.lower() not in taken)
        taken.add(chosen.lower())
        names.append(f"{chosen}.csv")
    return names
