"""Joint angles for people and for other programs; in degrees, since these are doors."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.formats.number_table import Columns, write_columns
from kinefuse.recordings import JointAngles

_DECIMALS = 6  # a micro-degree, far below what any sensor resolves

OPENSIM_COORDINATES = {
    "hip": ("hip_flexion", "hip_adduction", "hip_rotation"),
    "knee": ("knee_angle", "knee_adduction", "knee_rotation"),
    "ankle": ("ankle_angle", "subtalar_angle", "ankle_rotation"),
}
"""Coordinates of the Rajagopal et al. 2016 full-body model (IEEE Trans. Biomed. Eng. 63:2068).

Each joint's in the order of ``PLANES``; a side is appended (``knee_angle_r``). All signs are
ours: that model's knee bends positively (gait2392's does not), dorsiflexion, inversion, adduction
and internal rotation are positive on both sides. It has no coordinate of the name
``knee_adduction``, ``knee_rotation`` or ``ankle_rotation``; OpenSim leaves such columns out. Its
subtalar joint turns about an oblique axis, ours inverts about the floating axis of the ankle.
"""


SDs = Mapping[str, Float[np.ndarray, "_time 3"]]


def angle_columns(angles: JointAngles, sd_rad: SDs | None = None) -> Columns:
    """``time_s`` and an angle [deg] a column, such as ``knee_flexion_r_deg``; right leg first.

    After each angle whose standard deviation is known stands that, as ``knee_flexion_r_sd_deg``.
    """
    columns: Columns = {"time_s": angles.time_s}
    for name, degrees in _in_order(angles):
        joint = JOINTS[name]
        for i, plane in enumerate(PLANES):
            stem = f"{joint.kind}_{plane}_{joint.side}"
            columns[f"{stem}_deg"] = degrees[:, i]
            if sd_rad is not None and name in sd_rad:
                columns[f"{stem}_sd_deg"] = np.rad2deg(sd_rad[name][:, i])
    return columns


def write_angles_csv(path: Path, angles: JointAngles, sd_rad: SDs | None = None) -> None:
    """Write ``angle_columns`` as CSV; joints that were not estimated have no columns."""
    write_columns(path, angle_columns(angles, sd_rad), decimals=_DECIMALS)


def write_angles_mot(path: Path, angles: JointAngles) -> None:
    """Write an OpenSim motion with the names of ``OPENSIM_COORDINATES``, in degrees."""
    columns: Columns = {"time": angles.time_s}
    for name, degrees in _in_order(angles):
        joint = JOINTS[name]
        for i, coordinate in enumerate(OPENSIM_COORDINATES[joint.kind]):
            columns[f"{coordinate}_{joint.side}"] = degrees[:, i]
    head = (
        f"Coordinates\nversion=1\nnRows={angles.samples}\nnColumns={len(columns)}\n"
        "inDegrees=yes\n\nendheader\n"
    )
    write_columns(path, columns, decimals=_DECIMALS, head=head)


def _in_order(angles: JointAngles):
    degrees = angles.in_degrees()
    return [(name, degrees[name]) for name in JOINTS if name in degrees]
