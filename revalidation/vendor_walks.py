"""Real walks with the vendor's own attitudes, of a filter that uses a magnetometer.

``*_Orientations.sto`` beside the signals (Al Borno et al. 2022, J. NeuroEng. Rehabil. 19:22): one
quaternion a sensor and sample, scalar first, from the sensor's axes to a world with z up. Checked:
with it the mean specific force of every sensor is (0.0, 0.0, 9.7 to 10.0) m/s2, and its turns are
those of the gyroscope, 0.5 (person 3) or 1.3 samples (person 1) earlier, the same for all sensors.

Where a quaternion came out of averaging two of opposite sign its length is not one: such samples
(a third of one thigh's) are marked unknown.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.segments import SIDES
from kinefuse.formats.opensim_trc import read
from kinefuse.recordings import ImuSession

DATA = Path(
    os.environ.get("KINEFUSE_DATA", Path(__file__).parent.parent.parent / "shared" / "data")
)
_R_ours_vendors = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # theirs: z up
_BODIES = {"pelvis": "pelvis"} | {
    f"{stem}_{side}": f"{body}_{side}"
    for stem, body in (("thigh", "femur"), ("shank", "tibia"), ("foot", "toes"))
    for side in SIDES
}
_UNIT = 1e-3  # how far a quaternion's length may be from one


@dataclass(frozen=True)
class VendorWalk:
    """Sensors in their own axes, and the vendor's attitudes of the same sensors."""

    name: str
    session: ImuSession
    R_world_sensor: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray]


def vendor_walks() -> Iterator[VendorWalk]:
    """Both people, usual walking and with a mock stiff knee."""
    for folder in sorted((DATA / "walking_imu_capsense").glob("*/*")):
        session = read(folder)
        (file,) = folder.glob("*_Orientations.sto")
        quaternions = _quaternions(file)
        R_world_sensor, known = {}, {}
        for segment in session.sensors:
            wxyz = quaternions[f"{_BODIES[segment]}_imu_offset_imu"]
            length = np.linalg.norm(wxyz, axis=1, keepdims=True)
            R_world_sensor[segment] = _R_ours_vendors @ so3.from_quaternions(wxyz / length)
            known[segment] = np.abs(length[:, 0] - 1) < _UNIT
        name = f"{folder.parent.name} {folder.name}"
        yield VendorWalk(name, session, R_world_sensor, known)


def _quaternions(file: Path) -> dict[str, np.ndarray]:
    """By column, (time, 4)."""
    lines = file.read_text().splitlines()
    head = lines.index("endheader") + 1
    names = lines[head].split()[1:]
    table = [line.split("\t")[1:] for line in lines[head + 1 :] if line.strip()]
    columns = zip(*table, strict=True)
    return {
        name: np.array([np.array(cell.split(","), dtype=float) for cell in column])
        for name, column in zip(names, columns, strict=True)
    }
