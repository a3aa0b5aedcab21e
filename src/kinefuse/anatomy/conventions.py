"""How others write joint angles, one row a convention; inside, only ours exists.

Two things differ: signs, order and unit of the three numbers; and, for the Calgary clinic, which
axes they are taken about. Ours and most others flex about the proximal segment's z axis and rotate
about the distal one's y axis (z-x'-y''). The clinic takes the angles of the inverse rotation,
which amounts to y-x'-z'': flexion about the distal, rotation about the proximal segment's axis. In
a knee bent by 90 deg the two disagree by as much as the whole rotation angle (some 20 deg of
"adduction" in swing), so that signs alone do not convert one into the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS, PLANES, joint
from kinefuse.errors import UnknownChoice

Columns = Float[np.ndarray, "*time 3"]


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One way of writing hip, knee and ankle angles."""

    name: str
    order: tuple[str, str, str]
    """Planes of the three columns."""
    unit: str
    """'deg' or 'rad'."""
    signs: Mapping[str, tuple[int, int, int]]
    """By joint: turns its flexion, adduction and rotation into ours, before any change of axes."""
    sequence: str = "zxy"
    """Axes of the Cardan angles, from the proximal to the distal segment."""
    source: str


def _signs(hip: int, knee: int, ankle: int, right: int, left: int) -> dict:
    """Signs of flexion a joint, and of adduction and rotation a side."""
    flexion = {"hip": hip, "knee": knee, "ankle": ankle}
    side = {"r": right, "l": left}
    return {name: (flexion[j.kind], side[j.side], side[j.side]) for name, j in JOINTS.items()}


_SAME = _signs(+1, +1, +1, right=+1, left=+1)

CONVENTIONS: Mapping[str, Convention] = {
    row.name: row
    for row in (
        Convention(
            name="isb",
            order=("flexion", "adduction", "rotation"),
            unit="rad",
            signs=_SAME,
            source="Wu et al. 2002, J. Biomech. 35:543; Grood & Suntay 1983, J. Biomech. Eng. "
            "105:136. Flexion (dorsiflexion), adduction (inversion), internal rotation positive",
        ),
        Convention(
            name="calgary",
            order=("adduction", "rotation", "flexion"),
            unit="deg",
            signs=_signs(-1, +1, -1, right=-1, left=+1),
            sequence="yxz",
            source="Running Injury Clinic's gait_kinematics: angles of the inverse rotation about "
            "x, y, z, the same axes on both sides; as in '*_meta.h5'. Confirmed by published "
            "mean cycles of running, which this row reproduces from marker files",
        ),
        Convention(
            name="published",
            order=("flexion", "adduction", "rotation"),
            unit="deg",
            signs=_signs(-1, +1, -1, right=-1, left=-1),
            sequence="yxz",
            source="Rapp et al. 2021, J. Biomech. 116:110229, '*_data.h5': the clinic's angles in "
            "another order, adduction and rotation negated on the left",
        ),
        Convention(
            name="plug-in-gait",
            order=("flexion", "adduction", "rotation"),
            unit="deg",
            signs=_SAME,
            source="Kadaba et al. 1990, J. Orthop. Res. 8:383; Vicon Plug-in Gait reference guide: "
            "flexion, adduction (varus) and internal rotation positive. Its foot has two markers "
            "and borrows its lateral axis from the shank: inversion is not measured",
        ),
        Convention(
            name="rajagopal2016",
            order=("flexion", "adduction", "rotation"),
            unit="deg",
            signs=_SAME,
            source="Rajagopal et al. 2016, IEEE Trans. Biomed. Eng. 63:2068: hip_flexion, "
            "hip_adduction, hip_rotation, knee_angle, ankle_angle, subtalar_angle (an oblique "
            "hinge, only nearly inversion)",
        ),
        Convention(
            name="gait2392",
            order=("flexion", "adduction", "rotation"),
            unit="deg",
            signs=_signs(+1, -1, +1, right=+1, left=+1),
            source="Delp et al. 1990, IEEE Trans. Biomed. Eng. 37:757, as OpenSim's gait2392: "
            "knee_angle is negative in flexion, all else as in rajagopal2016",
        ),
    )
}


def convention(name: str) -> Convention:
    """The convention of that name.

    Raises:
        UnknownChoice: The name is not one of ``CONVENTIONS``.
    """
    if name not in CONVENTIONS:
        raise UnknownChoice("angle convention", name, known=CONVENTIONS)
    return CONVENTIONS[name]


def to_ours(columns: Columns, joint_name: str, convention_name: str) -> Columns:
    """Angles of one joint in ours [rad], from the columns of another convention."""
    theirs, of = convention(convention_name), joint(joint_name)
    angles = columns[..., [theirs.order.index(plane) for plane in PLANES]]
    angles = angles * np.array(theirs.signs[of.name])
    if theirs.unit == "deg":
        angles = np.deg2rad(angles)
    if theirs.sequence == "zxy":
        return angles
    # y-x'-z'' by (y, x, z) is the inverse of z-x'-y'' by (-z, -x, -y).
    return angles_of_rotation(so3.transpose(rotation_of_angles(-angles, of)), of)


def from_ours(angles_rad: Columns, joint_name: str, convention_name: str) -> Columns:
    """Columns of another convention, from angles of one joint in ours [rad]."""
    theirs, of = convention(convention_name), joint(joint_name)
    angles = angles_rad
    if theirs.sequence != "zxy":
        angles = -angles_of_rotation(so3.transpose(rotation_of_angles(angles, of)), of)
    if theirs.unit == "deg":
        angles = np.rad2deg(angles)
    angles = angles * np.array(theirs.signs[of.name])
    return angles[..., [PLANES.index(plane) for plane in theirs.order]]
