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
from kinefuse.simulation.body_points import points_from_pelvis_m

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
    for side in SIDES:
        for kind in ("hip", "knee", "ankle"):
            joint = JOINTS[f"{kind}_{side}"]
            R_joint = rotation_of_angles(joints_rad[joint.name], joint)
            R[joint.distal] = R[joint.proximal] @ R_joint
    points = points_from_pelvis_m(R, body)
    at = {"pelvis": points["pelvis"]}
    at |= {joint.distal: points[name] for name, joint in JOINTS.items()}
    soles = {s: np.stack([points[f"heel_{s}"], points[f"ball_{s}"]], axis=1) for s in SIDES}
    return Skeleton(R_world_segment=R, from_pelvis_m=at, contacts_m=soles)


def _turn(angle_rad: Float[np.ndarray, " time"], axis: Float[np.ndarray, "3"]) -> np.ndarray:
    return so3.exp(angle_rad[:, None] * axis)
