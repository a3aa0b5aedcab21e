"""Inertial sensors among the analog channels of a C3D file, such as Delsys Trigno through Vicon.

Channels are told by their labels, which have no standard: ``Sensor 1.ACCX1``, ``Sensor 1.GYROX1``
(Vicon Nexus), ``R TIBIALIS: ACC.X 1`` (Delsys file utility), ``IMU1_AccX``. Whatever stands before
ACC or GYRO is the sensor's label, the number behind the axis where nothing does. Units are those of
``ANALOG:UNITS``; a file in volts, or without units, cannot be believed and is refused.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.c3d_analog import read_analog
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.units import to_si
from kinefuse.sensor_streams import SensorStream, SensorStreams

_SUFFIXES = (".c3d",)
_KINDS = {"acc": "accelerometer", "gyr": "gyroscope"}
_CHANNEL = re.compile(
    r"(?i)^(?P<sensor>.*?)[\s.:_-]*(?P<kind>acc|gyr)[a-z]*?[\s.:_-]*(?P<axis>[xyz])"
    r"[\s.:_-]*(?P<number>\d*)\s*(?:\(IM\))?$"
)
_TOO_WEAK_M_S2 = 0.1  # median; what a file in m/s2 comes to if it claims mm/s2
_HELD_SHARE = 0.5  # of samples equal to the one before: a slow sensor in a fast file
Channels = Mapping[tuple[str, str, str], tuple[str, str]]


def why_not(path: Path) -> str | None:
    """Why this is no .c3d file, or directory with just one; None if it is."""
    return why_not_one(path, _SUFFIXES)


def read_streams(path: Path) -> SensorStreams:
    """Read the sensors of one file, all sampled together at the file's analog rate.

    Raises:
        RecordingError: It is damaged, holds no such channels, or says no unit that can be right.
    """
    file = the_file(path, _SUFFIXES)
    analog = read_analog(file)
    signals, units, rate_hz = analog.signals, analog.units, analog.rate_hz
    channels = _channels(units)
    sensors = list(dict.fromkeys(sensor for sensor, _, _ in channels))
    lacking = {s: _lacking(channels, s) for s in sensors}
    whole = [sensor for sensor in sensors if not lacking[sensor]]
    if not whole:
        held = f" but {', '.join(list(units)[:6])}" if units else ""
        raise UnreadableFile(
            file,
            f"no analog channels of it are an accelerometer and a gyroscope{held}",
            "export the sensors' channels as ...ACCX, ...GYROX and so on",
        )
    notes = [
        f"Not used: {sensor}, as it has no {' and no '.join(kinds)} of three axes."
        for sensor, kinds in lacking.items()
        if kinds
    ]
    streams = {}
    for sensor in whole:
        acc, gyr = (_vectors(file, signals, channels, sensor, kind) for kind in _KINDS)
        time_s = np.arange(len(acc)) / rate_hz
        streams[sensor] = SensorStream(label=sensor, time_s=time_s, acc_m_s2=acc, gyr_rad_s=gyr)
        notes.extend([*_held(sensor, acc, rate_hz), *_weak(sensor, acc)])
    return SensorStreams(
        name=file.stem, streams=streams, format_name="c3d_sensors", notes=tuple(notes)
    )


FORMAT = SessionFormat(
    title="C3D with inertial sensors as analog channels (.c3d)",
    description="a .c3d file whose analog channels are ...ACCX, ...GYROX and so on",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=(
        "Units are those of ANALOG:UNITS; volts are refused.",
        "All channels are sampled together; what a slower sensor repeats is kept, and said.",
    ),
)


def _channels(units: Mapping[str, str]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Channel and its unit, by sensor, kind and axis."""
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for label, unit in units.items():
        match = _CHANNEL.match(label)
        if match is None:
            continue
        sensor, number = match["sensor"].strip(), match["number"]
        if number and not re.search(rf"(?<!\d){number}$", sensor):
            sensor = f"{sensor} {number}".strip()
        key = (sensor or "IMU", match["kind"].lower(), match["axis"].lower())
        found.setdefault(key, (label, unit))
    return found


def _lacking(channels: Channels, sensor: str) -> list[str]:
    """What a sensor has no channels of, or not of every axis."""
    return [
        name
        for kind, name in _KINDS.items()
        if not all((sensor, kind, axis) in channels for axis in "xyz")
    ]


def _vectors(
    file: Path,
    signals: Mapping[str, Float[np.ndarray, " time"]],
    channels: Channels,
    sensor: str,
    kind: str,
) -> Float[np.ndarray, "time 3"]:
    axes = []
    for axis in "xyz":
        label, unit = channels[sensor, kind, axis]
        factor = to_si(kind, unit)
        if factor is None:
            raise UnreadableFile(
                file,
                f"the channel {label} is in '{unit}'",
                "export calibrated channels, in g or m/s^2 and deg/s or rad/s",
            )
        axes.append(signals[label] * factor)
    return np.stack(axes, axis=-1)


def _held(sensor: str, acc: Float[np.ndarray, "time 3"], rate_hz: float) -> tuple[str, ...]:
    share = float((np.diff(acc, axis=0) == 0).all(axis=-1).mean())
    if share < _HELD_SHARE:
        return ()
    own_hz = rate_hz * (1 - share)
    return (
        f"{sensor}: {share:.0%} of its samples repeat the one before; the sensor was read at about "
        f"{own_hz:.0f} Hz, not at {rate_hz:g}.",
    )


def _weak(sensor: str, acc: Float[np.ndarray, "time 3"]) -> tuple[str, ...]:
    """Vicon Nexus writes mm/s2 beside numbers of Blue Trident sensors that are in m/s2."""
    median = float(np.median(np.linalg.norm(acc, axis=-1)))
    if not 0 < median < _TOO_WEAK_M_S2:
        return ()
    return (
        f"{sensor}: the file's unit makes its accelerometer read {median:.2g} m/s2, "
        "a thousandth of what gravity would; the unit is probably wrong.",
    )
