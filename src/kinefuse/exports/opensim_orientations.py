"""Orientations of segments as virtual sensors for OpenSim's IMU placer and IMU inverse kinematics.

OpenSim's ground and bodies have our axes (x forward, y up, z right), so that nothing is turned:
``sensor_to_opensim_rotations`` stays zero. Each virtual sensor sits exactly in its body's axes.
Two files say so: the motion, and a pose for the IMU placer in which all segments are in line, as
the models of Rajagopal 2016 and gait2392 are by default.
"""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat, known_orientations, orientations
from kinefuse.exports.quaternions import continuous
from kinefuse.whole_files import write_text

OPENSIM_BODIES = {"pelvis": "pelvis", "thigh": "femur", "shank": "tibia", "foot": "calcn"}
"""By kind of segment; a side is appended. The foot is the heel bone, which the ankle moves."""


def sensor_name(segment: str) -> str:
    """As the IMU placer wants it: body, then ``_imu`` (``femur_r_imu``)."""
    stem, *side = segment.split("_")
    return "_".join([OPENSIM_BODIES[stem], *side, "imu"])


def write(estimate: Estimate, path: Path) -> None:
    """Quaternions, scalar first, from each virtual sensor to the ground."""
    known = known_orientations(estimate)
    table = {s: continuous(R) for s, R in known.R_world_segment.items()}
    write_text(path, _text(known.time_s, table, known.rate_hz))


def write_placement(estimate: Estimate, path: Path) -> None:
    """The pose in which the IMU placer is to meet the model: every segment in the ground's axes."""
    known = known_orientations(estimate)
    in_line = np.tile([1.0, 0.0, 0.0, 0.0], (2, 1))
    table = dict.fromkeys(known.R_world_segment, in_line)
    write_text(path, _text(known.time_s[:2], table, known.rate_hz))


def _text(
    time_s: Float[np.ndarray, " time"],
    table: dict[str, Float[np.ndarray, "time 4"]],
    rate_hz: float,
) -> str:
    """A table as OpenSim's own ``STOFileAdapterQuaternion`` writes it."""
    head = f"DataRate={rate_hz:.6f}\nDataType=Quaternion\nversion=3\nendheader\n"
    names = "\t".join(["time", *map(sensor_name, table)])
    cells = [[f"{t:.9g}" for t in time_s]]
    cells += [[",".join(f"{part:.12g}" for part in q) for q in turned] for turned in table.values()]
    rows = ("\t".join(row) for row in zip(*cells, strict=True))
    return head + names + "\n" + "\n".join(rows) + "\n"


FORMATS = (
    ExportFormat(
        name="sto-orientations",
        file="orientations.sto",
        what="segments as virtual IMUs for OpenSim's IMU inverse kinematics (OpenSense)",
        write=write,
        lacks=orientations,
    ),
    ExportFormat(
        name="sto-placement",
        file="orientations_placement.sto",
        what="the pose for OpenSim's IMU placer that goes with it",
        write=write_placement,
        lacks=orientations,
    ),
)
