"""IMU signals dressed as OpenSim marker files: ``*_Accel.trc`` beside ``*_Gyro.trc``.

The layout of OpenSim's IMU readers as published with OpenSense recordings (Al Borno et al. 2022,
J. NeuroEng. Rehabil. 19:22): a marker named ``tibia_r_imu...`` whose "position" is what the
sensor on that body felt, in its own axes. The header claims metres; the numbers are m/s2 and
rad/s. The rows of the header hold stray tabs, so only its names and numbers are trusted.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.errors import InconsistentClock, MissingSensor, UnequalLengths, UnreadableFile
from kinefuse.formats.clock import rate_of
from kinefuse.formats.number_table import read_columns
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.stream_clock import rising
from kinefuse.formats.strict_session import strict_session
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams

_SUFFIXES = {"accelerometer": "_Accel.trc", "gyroscope": "_Gyro.trc"}
_BODIES = {"femur": "thigh", "tibia": "shank", "toes": "foot", "calcn": "foot", "foot": "foot"}
SEGMENT_OF_BODY = {"pelvis": "pelvis"} | {
    f"{body}_{side}": f"{stem}_{side}" for body, stem in _BODIES.items() for side in SIDES
}
"""OpenSim's body names (gait2392, Rajagopal 2016) and ours."""
_BODY_NAME = re.compile(r"^(.*?)(_imu.*)?$")
_NAME_ROW, _VALUE_ROW = 3, 2


@dataclass(frozen=True)
class BodySignals:
    """One of the two files."""

    path: Path
    declared_hz: float
    time_s: Float[np.ndarray, " time"]
    by_body: dict[str, Float[np.ndarray, "time 3"]]


def recognises(path: Path) -> bool:
    """Whether this is one of the two files, or a directory with one of them."""
    if path.is_dir():
        return any(_files(path, suffix) for suffix in _SUFFIXES.values())
    return path.name.endswith(tuple(_SUFFIXES.values()))


def read(path: Path) -> ImuSession:
    """Read the pair, from its directory or from either file.

    Raises:
        RecordingError: A file or a sensor's half is missing, the files are damaged, or the two
            disagree.
    """
    acc, gyr = _pair(path)
    rate_hz, _ = (rate_of(half.time_s, half.path, half.declared_hz) for half in (acc, gyr))
    check_agreement(acc, gyr)
    for segment, bodies in _bodies_by_segment(acc).items():
        if len(bodies) > 1:
            raise UnreadableFile(
                acc.path, f"both {' and '.join(bodies)} are the {segment}", "keep one of them"
            )
    return strict_session(body_streams(acc, gyr, _name(acc), "opensim_trc"), rate_hz)


def read_streams(path: Path) -> SensorStreams:
    """Read the pair as it is; a sensor is labelled with its segment, or else with its body.

    Raises:
        RecordingError: A file or a sensor's half is missing, or the files are damaged.
    """
    acc, gyr = _pair(path)
    return body_streams(acc, gyr, _name(acc), "opensim_trc")


FORMAT = SessionFormat(
    description="a directory with *_Accel.trc and *_Gyro.trc, or either file",
    recognises=recognises,
    read_streams=read_streams,
    read=read,
)


def _pair(path: Path) -> tuple[BodySignals, BodySignals]:
    """Accelerometers and gyroscopes."""
    acc, gyr = (_read_file(_find(path, kind)) for kind in _SUFFIXES)
    return acc, gyr


def _files(directory: Path, suffix: str) -> list[Path]:
    return sorted(directory.glob(f"*{suffix}"))


def _find(path: Path, kind: str) -> Path:
    """The file with that kind of signal."""
    if path.is_dir():
        files = _files(path, _SUFFIXES[kind])
        if len(files) > 1:
            listed = ", ".join(file.name for file in files)
            raise UnreadableFile(path, f"holds several recordings ({listed})", "give one file")
        file = files[0] if files else path / f"*{_SUFFIXES[kind]}"
    else:
        (ending,) = (s for s in _SUFFIXES.values() if path.name.endswith(s))
        file = path.with_name(path.name.removesuffix(ending) + _SUFFIXES[kind])
    if not file.exists():
        raise UnreadableFile(file, f"the {kind}'s file is missing", "put it beside the other one")
    return file


def _read_file(path: Path) -> BodySignals:
    head, skip_lines, width = _head(path)
    declared_hz, declared_rows, names = _declared(path, head)
    columns = ["frame", "time"] + [f"{name} {axis}" for name in names for axis in "xyz"]
    if width < len(columns):
        raise UnreadableFile(
            path,
            f"{len(names)} sensors are named but the first row has {width} cells",
            "copy or export it again",
        )
    stray = [f"stray {i}" for i in range(width - len(columns))]
    table = read_columns(
        path, columns + stray, separator="\t", skip_lines=skip_lines, wanted=columns
    )
    if len(table["time"]) < declared_rows:
        raise UnreadableFile(
            path,
            f"the header promises {declared_rows} samples but {len(table['time'])} are there, "
            "so the file is truncated",
            "copy or export it again",
        )
    return BodySignals(
        path,
        declared_hz,
        table["time"],
        {
            body_of(name): np.stack([table[f"{name} {axis}"] for axis in "xyz"], axis=-1)
            for name in names
        },
    )


def _head(path: Path) -> tuple[list[str], int, int]:
    """Lines above the numbers, how many they are, and how many cells the first row has."""
    head = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if len(head) > _NAME_ROW and cells[0].strip().isdecimal():
                return head, len(head), len(cells)
            head.append(line)
    what = "there is no sample in it" if head else "the file is empty"
    raise UnreadableFile(path, what, "record or export it again")


def _declared(path: Path, head: list[str]) -> tuple[float, int, list[str]]:
    """Rate [Hz], number of samples and sensor names, as the header states them."""
    values = dict(zip(head[_VALUE_ROW - 1].split(), head[_VALUE_ROW].split(), strict=False))
    names = [cell for cell in head[_NAME_ROW].split() if cell not in ("Frame#", "Time")]
    try:
        rate_hz, rows = float(values["DataRate"]), int(values["NumFrames"])
    except (KeyError, ValueError) as error:
        raise UnreadableFile(
            path, "its header states no DataRate and NumFrames", "export it again"
        ) from error
    if not names or len(set(names)) < len(names):
        raise UnreadableFile(path, "its sensors have no names of their own", "export it again")
    return rate_hz, rows, names


def body_of(name: str) -> str:
    """``tibia_r`` out of ``tibia_r_imu_offset_imu``."""
    return _BODY_NAME.sub(r"\1", name)


def check_agreement(acc: BodySignals, gyr: BodySignals) -> None:
    """Whether two files are about the same bodies at the same times."""
    both = {"accelerometer": acc, "gyroscope": gyr}
    for kind, one, other in (("gyroscope", acc, gyr), ("accelerometer", gyr, acc)):
        halves = [b for b in one.by_body if b in SEGMENT_OF_BODY and b not in other.by_body]
        if halves:
            raise MissingSensor([f"{b} ({kind})" for b in halves], present=other.by_body)
    lengths = {kind: len(signals.time_s) for kind, signals in both.items()}
    if len(set(lengths.values())) > 1:
        raise UnequalLengths(acc.path.parent.name or str(acc.path), lengths)
    apart_s = float(np.abs(acc.time_s - gyr.time_s).max())
    if apart_s * acc.declared_hz > 0.5:
        raise InconsistentClock(
            gyr.path, f"its time stamps are up to {apart_s:.4g} s away from the accelerometer's"
        )


def _name(acc: BodySignals) -> str:
    return acc.path.name.removesuffix(_SUFFIXES["accelerometer"])


def body_streams(acc: BodySignals, gyr: BodySignals, name: str, format_name: str) -> SensorStreams:
    """Streams of two files about the same bodies: segments first, then what is worn elsewhere.

    Raises:
        RecordingError: The two contradict each other, or half of a leg's sensor is missing.
    """
    check_agreement(acc, gyr)
    kept, notes = rising(acc.time_s, acc.path)
    both = [body for body in acc.by_body if body in gyr.by_body]
    halves = sorted({*acc.by_body, *gyr.by_body} - set(both))
    if halves:
        half = (
            f"{', '.join(halves)}: left out, as only one of accelerometer and gyroscope is there."
        )
        notes = (*notes, half)
    labels = {body: body for body in both}
    for segment, bodies in _bodies_by_segment(acc).items():
        if len(bodies) == 1:
            labels[bodies[0]] = segment
    ranks = {label: rank for rank, label in enumerate(SEGMENTS)}
    return SensorStreams(
        name=name,
        streams={
            labels[body]: SensorStream(
                label=labels[body],
                time_s=acc.time_s[kept],
                acc_m_s2=acc.by_body[body][kept],
                gyr_rad_s=gyr.by_body[body][kept],
            )
            for body in sorted(both, key=lambda body: ranks.get(labels[body], len(ranks)))
        },
        format_name=format_name,
        notes=notes,
    )


def _bodies_by_segment(acc: BodySignals) -> dict[str, list[str]]:
    """Bodies that are one of our segments."""
    found: dict[str, list[str]] = {}
    for body in acc.by_body:
        if body in SEGMENT_OF_BODY:
            found.setdefault(SEGMENT_OF_BODY[body], []).append(body)
    return found
