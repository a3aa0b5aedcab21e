"""Orientations of segments as virtual sensors for OpenSim's IMU placer and IMU inverse kinematics.

OpenSim's ground and bodies have our axes (x forward, y up, z right), so that nothing is turned:
``sensor_to_opensim_rotations`` stays zero. Each virtual sensor sits exactly in its body's axes.
Two files say so: the motion, and a pose for the IMU placer in which all segments are in line, as
the models of Rajagopal 2016 and gait2392 are by default.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float

from kinefuse import so3
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat, known_orientations, orientations
from kinefuse.whole_files import written_whole

OPENSIM_BODIES = {"pelvis": "pelvis", "thigh": "femur", "shank": "tibia", "foot": "calcn"}
"""By kind of segment; a side is appended. The foot is the heel bone, which the ankle moves."""


_DECIMALS = 12  # of a quaternion: far below a micro-degree


def sensor_name(segment: str) -> str:
    """As the IMU placer wants it: body, then ``_imu`` (``femur_r_imu``)."""
    stem, *side = segment.split("_")
    return "_".join([OPENSIM_BODIES[stem], *side, "imu"])


def write(estimate: Estimate, path: Path) -> None:
    """Quaternions, scalar first, from each virtual sensor to the ground."""
    known = known_orientations(estimate)
    turns = {s: so3.continuous_quaternions(R) for s, R in known.R_world_segment.items()}
    _write(path, known.time_s, turns, known.rate_hz)


def write_placement(estimate: Estimate, path: Path) -> None:
    """The pose in which the IMU placer is to meet the model: every segment in the ground's axes."""
    known = known_orientations(estimate)
    in_line = np.tile([1.0, 0.0, 0.0, 0.0], (2, 1))
    turns = dict.fromkeys(known.R_world_segment, in_line)
    _write(path, known.time_s[:2], turns, known.rate_hz)


def _write(
    path: Path,
    time_s: Float[np.ndarray, " time"],
    turns: Mapping[str, Float[np.ndarray, "time 4"]],
    rate_hz: float,
) -> None:
    """A table as OpenSim's own ``STOFileAdapterQuaternion`` writes it; every cell four numbers."""
    table = pl.DataFrame({"time": time_s}).with_columns(
        pl.DataFrame(np.round(q, _DECIMALS)).select(
            pl.concat_str(pl.all(), separator=",").alias(sensor_name(segment))
        )[sensor_name(segment)]
        for segment, q in turns.items()
    )
    head = f"DataRate={rate_hz:.6f}\nDataType=Quaternion\nversion=3\nendheader\n"
    with written_whole(path) as beside, beside.open("wb") as file:
        file.write(head.encode())
        table.write_csv(file, separator="\t", quote_style="never")


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
