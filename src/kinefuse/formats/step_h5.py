"""Steps with sensors, markers and forces in one array, as published with knee moments by IMUs.

The layout of Tan et al. (2023, IEEE Trans. Ind. Inform. 19:1445; KAM_and_KFM_Estimation on GitHub):
a dataset a person (step, sample, column), 100 Hz, padded with zeros, and the columns' names as JSON
in the attribute ``columns``: ``AccelX_R_SHANK`` in m/s2, ``GyroX_R_SHANK`` in deg/s.
"""

import json
import re
from pathlib import Path

import h5py
import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.hdf5_files import DAMAGED, SUFFIXES, numbers, opened
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStream, SensorStreams

RATE_HZ = 100.0
PAUSE_S = 1.0
"""Put between two steps, whose distance in time the file does not tell."""
_COLUMN = re.compile(r"(?P<kind>Accel|Gyro)(?P<axis>[XYZ])_(?P<place>\w+)")
_SEGMENTS = {"WAIST": "pelvis"} | {
    f"{side}_{place}": f"{place.lower()}_{side.lower()}"
    for side in "RL"
    for place in ("THIGH", "SHANK", "FOOT")
}


def why_not(path: Path) -> str | None:
    """Why this is no such file; None if it claims to be."""
    reason = why_not_one(path, SUFFIXES)
    if reason is not None:
        return reason
    try:
        with h5py.File(the_file(path, SUFFIXES), "r") as file:
            known = "AccelX_" in str(file.attrs.get("columns", ""))
    except DAMAGED:
        return "it is no HDF5 file, or damaged"
    return None if known else "it has no attribute 'columns' that names AccelX_..."


def read_streams(path: Path, person: int = 0) -> SensorStreams:
    """Read the steps of one person, one after the other with a pause of ``PAUSE_S`` between.

    Args:
        path: The file.
        person: Which one, counted from zero in the order of the file.

    Raises:
        UnreadableFile: It is damaged, or holds no such person.
    """
    path = the_file(path, SUFFIXES)
    with opened(path) as file:
        people = list(file)
        if not 0 <= person < len(people):
            raise UnreadableFile(
                path, f"there is no person {person} among {len(people)}", "count from zero"
            )
        names = [str(name) for name in json.loads(str(file.attrs["columns"]))]
        steps = numbers(file, people[person])
        if steps.ndim != 3 or steps.shape[2] != len(names):
            raise ValueError(people[person])
    time_s, rows = _rows(steps)
    notes = [
        f"Person {person + 1} of {len(people)} in the file.",
        f"{len(steps)} steps, with a pause of {PAUSE_S:g} s between them that is made up.",
        "Gyroscopes were in deg/s.",
    ]
    return SensorStreams(
        name=f"{path.stem} {people[person]}",
        streams=_streams(names, time_s, rows, path),
        format_name="step_h5",
        notes=tuple(notes),
    )


FORMAT = SessionFormat(
    title="Steps with IMUs and forces (.h5 with attribute 'columns')",
    description="a .h5 file with arrays (step, sample, column) and the columns' names",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=(
        "Accelerometers are in m/s2 with gravity, gyroscopes in deg/s, 100 Hz, zero padded.",
        "WAIST stands for the pelvis.",
    ),
)


def _rows(
    steps: Float[np.ndarray, "step sample column"],
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, "time column"]]:
    """Samples that are not padding, and when they were, the steps one after the other."""
    times, rows, start_s = [], [], 0.0
    for step in steps:
        filled = np.flatnonzero((step != 0).any(axis=-1))
        used = step[: filled[-1] + 1] if len(filled) else step[:0]
        times.append(start_s + np.arange(len(used)) / RATE_HZ)
        rows.append(used)
        start_s += len(used) / RATE_HZ + PAUSE_S
    return np.concatenate(times), np.concatenate(rows)


def _streams(
    names: list[str],
    time_s: Float[np.ndarray, " time"],
    rows: Float[np.ndarray, "time column"],
    path: Path,
) -> dict[str, SensorStream]:
    found = {name: _COLUMN.fullmatch(name) for name in names}
    places = dict.fromkeys(match["place"] for match in found.values() if match)
    needed = [f"{k}{a}_{place}" for place in places for k in ("Accel", "Gyro") for a in "XYZ"]
    lacking = [name for name in needed if name not in names] if places else ["AccelX_..."]
    if lacking:
        raise UnreadableFile(path, f"it has no column {lacking[0]}", "name the columns so")

    def signal(kind: str, place: str) -> Float[np.ndarray, "time 3"]:
        return np.stack([rows[:, names.index(f"{kind}{axis}_{place}")] for axis in "XYZ"], axis=-1)

    streams = [
        SensorStream(
            label=_SEGMENTS.get(place, place),
            time_s=time_s,
            acc_m_s2=signal("Accel", place),
            gyr_rad_s=np.deg2rad(signal("Gyro", place)),
        )
        for place in places
    ]
    order = [*_SEGMENTS.values()]
    ranks = {label: i for i, label in enumerate(order)}
    streams.sort(key=lambda stream: ranks.get(stream.label, len(ranks)))
    return {stream.label: stream for stream in streams}
