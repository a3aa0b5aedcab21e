"""APDM (Clario) Opal recordings: one HDF5 file for all sensors of a trial.

Version 5 (Mobility Lab 2, Moveo; Opal V2): ``/Sensors/<case id>/{Time,Accelerometer,Gyroscope,
Temperature}`` and the label as attribute ``Label 0`` of ``Configuration``. Versions 2 to 4
(Motion Studio; Opal V1): ``/<case id>/{Time,Calibrated/Accelerometers,Calibrated/Gyroscopes}`` and
the labels in the root's ``MonitorLabelList``. Both: m/s2, rad/s, microseconds since 1970; the
sensors of a trial are synchronised. As the vendor's own example ``get_hdf_data.m`` and published
readers (scikit-digital-health, DAMVi) have it.
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.hdf5_files import DAMAGED, SUFFIXES, numbers, opened, text, vectors
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.stream_clock import rising
from kinefuse.sensor_streams import SensorStream, SensorStreams

_MICROSECONDS = 1e-6
_SIDES = {"right": "r", "left": "l"}
_PLACES = {"thigh": "thigh", "upper leg": "thigh", "shank": "shank", "lower leg": "shank"}
_SEGMENTS = {"pelvis": "pelvis"} | {
    f"{side} {place}": f"{stem}_{s}"
    for side, s in _SIDES.items()
    for place, stem in {**_PLACES, "foot": "foot"}.items()
}
"""'Lumbar' is none of them: whether it stands for the pelvis is for the user to say."""


def why_not(path: Path) -> str | None:
    """Why this is no Opal file, or folder with just one; None if it claims to be."""
    reason = why_not_one(path, SUFFIXES)
    if reason is not None:
        return reason
    try:
        with h5py.File(the_file(path, SUFFIXES), "r") as h5:
            known = "Sensors" in h5 or _older(h5)
    except DAMAGED:
        return "it is no HDF5 file, or damaged"
    return None if known else "it has neither a group Sensors nor <sensor>/Calibrated"


def read_streams(path: Path) -> SensorStreams:
    """Read a trial.

    Raises:
        RecordingError: It is damaged, or holds no sensor with accelerometer and gyroscope.
    """
    file = the_file(path, SUFFIXES)
    with opened(file) as h5:
        labels = _labels(h5)
        parts = ("Accelerometer", "Gyroscope", "Temperature")
        if "Sensors" not in h5:
            parts = ("Calibrated/Accelerometers", "Calibrated/Gyroscopes", "Calibrated/Temperature")
        found = [_stream(h5, group, label, parts) for group, label in labels.items()]
    streams = {stream.label: stream for stream, _ in found if stream is not None}
    if len(streams) < sum(stream is not None for stream, _ in found):
        raise UnreadableFile(file, "two sensors have one label", "label them apart in the software")
    if not streams:
        raise UnreadableFile(
            file, "no sensor in it has both accelerometer and gyroscope", "export them as well"
        )
    return SensorStreams(
        name=file.stem,
        streams=streams,
        format_name="apdm",
        notes=tuple(note for _, notes in found for note in notes),
    )


FORMAT = SessionFormat(
    title="APDM (Clario) Opal HDF5, versions 2 to 5",
    description="a .h5 file of Mobility Lab, Moveo or Motion Studio",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=(
        "Accelerometers are in m/s2 with gravity, gyroscopes in rad/s (calibrated data).",
        "Time is in microseconds since 1970; the sensors of a trial are synchronised.",
    ),
)


def _older(h5: Any) -> bool:
    return any(isinstance(h5[name], h5py.Group) and "Calibrated" in h5[name] for name in h5)


def _labels(h5: Any) -> dict[str, str]:
    """Label of every sensor, by its group."""
    if "Sensors" in h5:
        groups = [f"Sensors/{case}" for case in h5["Sensors"]]
        said = [_attribute(h5[f"{group}/Configuration"], "Label 0") for group in groups]
    else:
        groups = [n for n in h5 if isinstance(h5[n], h5py.Group) and "Calibrated" in h5[n]]
        by_case = dict(zip(_words(h5, "CaseIdList"), _words(h5, "MonitorLabelList"), strict=False))
        said = [by_case.get(group, "") for group in groups]
    labels = [word or group.rpartition("/")[2] for word, group in zip(said, groups, strict=True)]
    return {g: _SEGMENTS.get(lb.lower(), lb) for g, lb in zip(groups, labels, strict=True)}


def _words(h5: Any, name: str) -> list[str]:
    """A list that older versions keep as attribute or as array."""
    held = h5.attrs.get(name, h5[name][()] if name in h5 else ())
    return [text(word) for word in np.asarray(held).reshape(-1)]


def _attribute(group: Any, name: str) -> str:
    return text(group.attrs[name]) if name in group.attrs else ""


def _stream(
    h5: Any, group: str, label: str, parts: tuple[str, str, str]
) -> tuple[SensorStream | None, tuple[str, ...]]:
    acc, gyr, warmth = (f"{group}/{part}" for part in parts)
    lacking = [name for name in (acc, gyr) if name not in h5 or h5[name].shape[:1] == (0,)]
    if lacking:
        return None, (f"Not used: {label}, as it has no {lacking[0].rpartition('/')[2]}.",)
    time_s = numbers(h5, f"{group}/Time").reshape(-1) * _MICROSECONDS
    kept, notes = rising(time_s, label)
    temperature = numbers(h5, warmth).reshape(-1) if warmth in h5 else None
    if temperature is not None and len(temperature) != len(time_s):
        temperature = None
    stream = SensorStream(
        label=label,
        time_s=time_s[kept],
        acc_m_s2=vectors(h5, acc)[kept],
        gyr_rad_s=vectors(h5, gyr)[kept],
        temperature_c=None if temperature is None else temperature[kept],
    )
    return stream, notes
