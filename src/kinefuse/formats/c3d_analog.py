"""Analog channels of C3D files, read so that no damaged file can hang or stop the program.

ezc3d, which reads the markers, neither returns nor raises on some files with a few wrong bytes. The
format is simple (C3D user guide, c3d.org): a header of 512 bytes, parameters as records, then the
frames: 4 numbers a point and the analog values of the frame, floats or 16-bit integers.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.words import printable

_BLOCK = 512
_KEY, _INTEL = 0x50, 84
_TYPES = {-1: "S1", 1: "i1", 2: "<i2", 4: "<f4"}
_AGAIN = "export it again"


@dataclass(frozen=True)
class AnalogChannels:
    """Scaled values of all channels, by label; of labels that occur twice the first counts."""

    rate_hz: float
    signals: dict[str, Float[np.ndarray, " time"]]
    units: dict[str, str]


def read_analog(path: Path) -> AnalogChannels:
    """The analog channels of a file.

    Raises:
        UnreadableFile: The file is empty, truncated, damaged or holds no analog sample.
    """
    data = path.read_bytes()
    try:
        header = struct.unpack_from("<BBHHHHHfHH", data)
        parameters = dict(_parameters(data, header[0]))
        if header[1] != _KEY:
            raise ValueError("no C3D")
        return _channels(path, data, header, parameters)
    except (struct.error, ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
        raise UnreadableFile(path, "it is empty, truncated or no C3D file", _AGAIN) from error


def _parameters(data: bytes, block: int) -> Iterator[tuple[str, Any]]:
    """Values of all parameters, called ``GROUP:NAME``."""
    start = (block - 1) * _BLOCK
    if data[start + 3] != _INTEL:
        raise ValueError("numbers are not in Intel's order")
    place, end = start + 4, start + data[start + 2] * _BLOCK
    groups: dict[int, str] = {}
    held: list[tuple[int, str, Any]] = []
    while place + 2 < min(end, len(data)):
        length, group = struct.unpack_from("<bb", data, place)
        name = data[place + 2 : place + 2 + abs(length)].decode("ascii", errors="replace").upper()
        at = place + 2 + abs(length)
        (step,) = struct.unpack_from("<h", data, at)
        if group < 0:
            groups[-group] = name
        elif group > 0:
            if struct.unpack_from("<b", data, at + 2)[0] not in _TYPES:
                break  # some programs leave remains of other files behind the last parameter
            held.append((group, name, _value(data, at + 2)))
        if length == 0 or step <= 0:
            break
        place = at + step
    for group, name, value in held:
        yield f"{groups.get(group, '')}:{name}", value


def _value(data: bytes, place: int) -> Any:
    """Texts, or numbers in one row; dimensions in Fortran's order."""
    kind, dimensions = struct.unpack_from("<bB", data, place)
    shape = list(data[place + 2 : place + 2 + dimensions])
    count = int(np.prod(shape, dtype=np.int64)) if shape else 1
    first = place + 2 + dimensions
    if kind == -1:
        width = shape[0] if shape else 1
        raw = data[first : first + count]
        pieces = [raw[i : i + width] for i in range(0, len(raw), max(width, 1))]
        return [printable(_decoded(piece)) for piece in pieces]
    return np.frombuffer(data, _TYPES[kind], count, first)


def _decoded(piece: bytes) -> str:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("latin-1")


def _channels(path: Path, data: bytes, header: tuple, parameters: dict[str, Any]) -> AnalogChannels:
    _, _, points, analogs, first, last, _, scale, start_block, per_frame = header
    used = int(parameters.get("ANALOG:USED", [0])[0])
    if not used or not analogs:
        raise UnreadableFile(path, "it holds no analog sample", "export the sensors as well")
    if used * per_frame != analogs:
        raise ValueError("channels and samples contradict each other")
    floats = scale < 0
    width, frames = 4 * points + analogs, max(0, last - first + 1)
    start = (start_block - 1) * _BLOCK
    if len(data) < start + frames * width * (4 if floats else 2):
        raise UnreadableFile(path, "it is truncated, its last frames are missing", "copy it again")
    unsigned = "".join(parameters.get("ANALOG:FORMAT", [])).upper().startswith("UNSIGNED")
    kind = "<f4" if floats else "<u2" if unsigned else "<i2"
    table = np.frombuffer(data, kind, frames * width, start).reshape(frames, width)
    values = table[:, 4 * points :].reshape(-1, used).astype(np.float64)
    general = float(parameters.get("ANALOG:GEN_SCALE", [1.0])[0])
    scales = _row(parameters, "SCALE", used, 1.0)
    offsets = _row(parameters, "OFFSET", used, 0.0)
    scaled = (values - offsets) * scales * general
    labels = [*_words(parameters, "LABELS", used)]
    units = _words(parameters, "UNITS", used)
    order = {label: i for i, label in reversed(list(enumerate(labels))) if label}
    return AnalogChannels(
        rate_hz=_rate(parameters, per_frame),
        signals={label: scaled[:, i] for label, i in sorted(order.items(), key=lambda p: p[1])},
        units={label: units[i] for label, i in sorted(order.items(), key=lambda p: p[1])},
    )


def _rate(parameters: dict[str, Any], per_frame: int) -> float:
    frames_hz = float(parameters["POINT:RATE"][0])
    rate_hz = float(parameters.get("ANALOG:RATE", [frames_hz * per_frame])[0])
    if not 1 <= rate_hz <= 1e6:
        raise ValueError("no rate")
    return rate_hz


def _row(parameters: dict[str, Any], name: str, used: int, default: float) -> np.ndarray:
    values = np.asarray(parameters.get(f"ANALOG:{name}", []), dtype=np.float64)[:used]
    return np.concatenate([values, np.full(used - len(values), default)])


def _words(parameters: dict[str, Any], name: str, used: int) -> list[str]:
    """Texts of all channels; more than 255 go on in a second parameter."""
    words = [*parameters.get(f"ANALOG:{name}", []), *parameters.get(f"ANALOG:{name}2", [])]
    return [*words, *[""] * used][:used]
