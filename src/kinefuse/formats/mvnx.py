"""Xsens MVN recordings as ``.mvnx`` (XML): sensors as felt, or rebuilt from what MVN exports.

``subject`` names its ``sensors`` in order; every ``frame`` of type ``normal`` holds for all of them
what was chosen for export. Version 3 could hold ``sensorAcceleration`` and
``sensorAngularVelocity``, both in the sensor's axes (MVN User Manual MV0319P.N, 2015, section on
MVNX): where both are there, they are taken. Else ``sensorOrientation`` (quaternions w x y z from
the sensor to the world) and ``sensorFreeAcceleration`` (m/s2 in the world, whose z points up,
gravity left out) are needed: specific force is the free acceleration with gravity put back, in the
sensor's axes, and angular velocity the turn from frame to frame. Both are filtered by MVN and its
body model. Later MVN User Manuals, section on MVNX; load_mvnx of the vendor's toolkit.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.attitudes import angular_velocity, rotations, specific_force
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.stream_clock import rising
from kinefuse.formats.words import printable
from kinefuse.sensor_streams import SensorStream, SensorStreams

_SUFFIXES = (".mvnx",)
_ORIENTATION, _ACCELERATION = "sensorOrientation", "sensorFreeAcceleration"
_FELT, _TURNED = "sensorAcceleration", "sensorAngularVelocity"
_WIDTHS = {_ORIENTATION: 4, _ACCELERATION: 3, _FELT: 3, _TURNED: 3}
_BLOCK_BYTES = 1 << 20
_SEGMENTS = {"Pelvis": "pelvis"} | {
    f"{side}{name}": f"{stem}_{side[0].lower()}"
    for side in ("Right", "Left")
    for name, stem in (("UpperLeg", "thigh"), ("LowerLeg", "shank"), ("Foot", "foot"))
}


@dataclass
class _Heard:
    """What the file has said so far; elements are told by their names without namespace."""

    path: Path
    rate_hz: float | None = None
    labels: list[str] = field(default_factory=list)
    index: list[float] = field(default_factory=list)
    time_ms: list[float] = field(default_factory=list)
    rows: dict[str, list[np.ndarray]] = field(default_factory=lambda: {k: [] for k in _WIDTHS})
    text: list[str] | None = None
    in_normal: bool = False
    ended: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(":")[2]
        if tag == "subject":
            self.rate_hz = float(attributes["frameRate"])
        elif tag == "sensor":
            self.labels.append(printable(attributes["label"]))
        elif tag == "frame":
            self.in_normal = attributes.get("type", "normal") == "normal"
            if self.in_normal:
                self.index.append(_number(attributes.get("index")))
                self.time_ms.append(_number(attributes.get("time")))
        elif self.in_normal and tag in _WIDTHS:
            self.text = []

    def words(self, data: str) -> None:
        """Text within an element."""
        if self.text is not None:
            self.text.append(data)

    def end(self, name: str) -> None:
        """An element ends."""
        tag = name.rpartition(":")[2]
        if tag in _WIDTHS and self.text is not None:
            self.rows[tag].append(np.array("".join(self.text).split(), dtype=np.float64))
            self.text = None
        elif tag == "frame":
            self.in_normal = False

    def refuse(self, *_: object) -> None:
        """A document type, in which entities that grow without bounds are defined."""
        raise UnreadableFile(
            self.path, "it defines entities of its own, which no MVNX does", "export it again"
        )


def why_not(path: Path) -> str | None:
    """Why this is no .mvnx file, or directory with just one; None if it is."""
    return why_not_one(path, _SUFFIXES)


def read_streams(path: Path) -> SensorStreams:
    """Read a recording from its file, or from a directory with just one.

    Raises:
        RecordingError: It is damaged, or was exported without orientation and free acceleration
            of the sensors.
    """
    file = the_file(path, _SUFFIXES)
    heard = _parsed(file)
    raw = bool(heard.rows[_FELT] and heard.rows[_TURNED])
    names = (_FELT, _TURNED) if raw else (_ORIENTATION, _ACCELERATION)
    signals = {name: _table(heard, name) for name in names}
    time_s = _time(heard)
    kept, notes = rising(time_s, file)
    if kept.sum() < 3:
        raise UnreadableFile(file, f"it holds {int(kept.sum())} frames", "export it again")
    streams = {}
    for i, label in enumerate(heard.labels):
        segment = _SEGMENTS.get(label, label)
        mine = {name: table[kept, i] for name, table in signals.items()}
        acc, gyr = (mine[_FELT], mine[_TURNED]) if raw else _rebuilt(mine, time_s[kept])
        streams[segment] = SensorStream(
            label=segment, time_s=time_s[kept], acc_m_s2=acc, gyr_rad_s=gyr
        )
    said = () if raw else (_REBUILT,)
    order = [segment for segment in _SEGMENTS.values() if segment in streams]
    return SensorStreams(
        name=file.stem,
        streams={k: streams[k] for k in [*order, *(k for k in streams if k not in order)]},
        format_name="mvnx",
        notes=(*notes, *said),
    )


FORMAT = SessionFormat(
    title="Xsens MVN (.mvnx)",
    description="an .mvnx file exported with sensor free acceleration and sensor orientation, or, "
    "as older versions could, with sensor acceleration and sensor angular velocity",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=(
        "Free acceleration is in m/s2 in a world whose z axis points up; quaternions are w x y z.",
        "sensorAcceleration and sensorAngularVelocity, where a file has both, are in m/s2 with "
        "gravity and in rad/s.",
        "Time is the frame's index by the subject's frame rate.",
    ),
)


_REBUILT = (
    "This MVNX holds no gyroscope and no raw accelerometer: angular velocity is derived from the "
    "sensors' orientation, and specific force from their free acceleration and gravity."
)


def _rebuilt(mine: Mapping[str, np.ndarray], time_s: Float[np.ndarray, " time"]):
    """Specific force and angular velocity of a sensor of which MVN kept neither."""
    R_world_sensor = rotations(mine[_ORIENTATION])
    acc = specific_force(R_world_sensor, mine[_ACCELERATION])
    return acc, angular_velocity(R_world_sensor, time_s)


def _parsed(file: Path) -> _Heard:
    heard = _Heard(file)
    parser = expat.ParserCreate()
    parser.StartElementHandler = heard.start
    parser.EndElementHandler = heard.end
    parser.CharacterDataHandler = heard.words
    parser.StartDoctypeDeclHandler = heard.refuse
    try:
        with file.open("rb") as stream:
            for block in itertools.takewhile(len, iter(lambda: stream.read(_BLOCK_BYTES), None)):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, KeyError, ValueError, LookupError) as error:
        raise UnreadableFile(
            file, f"it is empty, truncated or no MVNX ({error})", "export it again"
        ) from error
    if not heard.rate_hz or not heard.labels:
        raise UnreadableFile(file, "it names no frame rate or no sensors", "export it again")
    return heard


def _table(heard: _Heard, name: str) -> Float[np.ndarray, "time sensor width"]:
    rows, shape = heard.rows[name], (len(heard.labels), _WIDTHS[name])
    if not rows:
        raise UnreadableFile(
            heard.path,
            f"it was exported without {name}, and without it no sensor can be rebuilt",
            "export it again with sensor free acceleration and sensor orientation",
        )
    if len(rows) != len(heard.index) or any(len(row) != shape[0] * shape[1] for row in rows):
        raise UnreadableFile(
            heard.path,
            f"{name} is not there for all of {len(heard.labels)} sensors in every frame",
            "export it again",
        )
    return np.stack(rows).reshape(len(rows), *shape)


def _time(heard: _Heard) -> Float[np.ndarray, " time"]:
    """By the index, which is exact; in whole milliseconds where a file has none."""
    index, time_ms = np.array(heard.index), np.array(heard.time_ms)
    if np.isfinite(index).all() and len(index) and heard.rate_hz:
        return index / heard.rate_hz
    return time_ms / 1000


def _number(word: str | None) -> float:
    return float(word) if word else np.nan
