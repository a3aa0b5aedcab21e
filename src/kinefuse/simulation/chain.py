"""From pelvis and joint angles to the attitude and place of every segment."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SIDES
from kinefuse.simulation.body import Body

Angles = Float[np.ndarray, "time 3"]
Points = Float[np.ndarray, "time 3"]


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """Every segment, seen from the pelvis' origin, in the world's axes."""

    R_world_segment: Mapping[str, Float[np.ndarray, "time 3 3"]]
    from_pelvis_m: Mapping[str, Points]
    """Segment origins: hip centre, knee centre, ankle centre."""
    contacts_m: Mapping[str, Float[np.ndarray, "time point 3"]]
    """Heel and ball of each side's foot."""


def pose(pelvis_rad: Angles, joints_rad: Mapping[str, Angles], body: Body) -> Skeleton:
    """The chain from the pelvis down.

    Args:
        pelvis_rad: Forward tilt, right side up, right side forward; in the sequence rotation,
            obliquity, tilt (Baker 2001, Hum. Mov. Sci. 20:221).
        joints_rad: Clinical angles by joint name.
        body: Lengths.
    """
    tilt, obliquity, rotation = pelvis_rad.T
    x, y, z = np.eye(3)
    R = {"pelvis": _turn(rotation, y) @ _turn(-obliquity, x) @ _turn(-tilt, z)}
    at = {"pelvis": np.zeros_like(pelvis_rad)}
    contacts = {}
    for side in SIDES:
        for kind in ("hip", "knee", "ankle"):
            joint = JOINTS[f"{kind}_{side}"]
            R_joint = rotation_of_angles(joints_rad[joint.name], joint)
            R[joint.distal] = R[joint.proximal] @ R_joint
        thigh, shank, foot = (f"{stem}_{side}" for stem in ("thigh", "shank", "foot"))
        outwards = body.hip_width_m / 2 * (1 if side == "r" else -1)
        at[thigh] = outwards * R["pelvis"][:, :, 2]
        at[shank] = at[thigh] - body.thigh_m * R[thigh][:, :, 1]
        at[foot] = at[shank] - body.shank_m * R[shank][:, :, 1]
        points = np.einsum("tij,pj->tpi", R[foot], body.foot_contacts_m)
        contacts[side] = at[foot][:, None] + points
    return Skeleton(R_world_segment=R, from_pelvis_m=at, contacts_m=contacts)


def _turn(angle_rad: Float[np.ndarray, " time"], axis: Float[np.ndarray, "3"]) -> np.ndarray:
    return so3.exp(angle_rad[:, None] * axis)
