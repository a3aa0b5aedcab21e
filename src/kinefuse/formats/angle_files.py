"""Joint angles for people and for other programs; in degrees, since these are doors."""

from pathlib import Path

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


def angle_columns(angles: JointAngles) -> Columns:
    """``time_s`` and an angle [deg] a column, such as ``knee_flexion_r_deg``; right leg first."""
    columns: Columns = {"time_s": angles.time_s}
    for name, degrees in _in_order(angles):
        joint = JOINTS[name]
        for i, plane in enumerate(PLANES):
            columns[f"{joint.kind}_{plane}_{joint.side}_deg"] = degrees[:, i]
    return columns


def write_angles_csv(path: Path, angles: JointAngles) -> None:
    """Write ``angle_columns`` as CSV; joints that were not estimated have no columns."""
    write_columns(path, angle_columns(angles), decimals=_DECIMALS)


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
