"""The attitude of every segment at every moment, from whatever an estimate knows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.errors import MissingSensor, UnequalLengths
from kinefuse.recordings import JointAngles

Attitudes = Mapping[str, Float[np.ndarray, "_time 3 3"]]


@dataclass(frozen=True, kw_only=True)
class BodyMotion:
    """How all seven segments turn; those nobody measured hang as their neighbour does."""

    R_world_segment: Attitudes
    """By segment, all of ``SEGMENTS``; NaN where it is not known."""
    measured: tuple[str, ...]
    """Segments that something is known of; only these are drawn."""

    def __post_init__(self) -> None:
        if not self.measured:
            raise MissingSensor(missing=["any segment"], present=())
        lengths = {segment: len(self.R_world_segment[segment]) for segment in SEGMENTS}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths("body motion", lengths)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.R_world_segment["pelvis"])

    @property
    def sides(self) -> tuple[str, ...]:
        """Legs that something is known of."""
        return tuple(side for side in SIDES if any(s.endswith(f"_{side}") for s in self.measured))


def from_attitudes(known: Attitudes) -> BodyMotion:
    """From segment attitudes; a pelvis without a sensor stands upright and faces as a leg does."""
    R = {"pelvis": known["pelvis"] if "pelvis" in known else _upright_above(known)}
    for joint in JOINTS.values():
        R[joint.distal] = known.get(joint.distal, R[joint.proximal])
    return BodyMotion(R_world_segment=R, measured=tuple(s for s in SEGMENTS if s in known))


def from_angles(
    angles: JointAngles, R_world_pelvis: Float[np.ndarray, "time 3 3"] | None = None
) -> BodyMotion:
    """From joint angles, hung on a pelvis; without one, on a pelvis that is upright and faces x."""
    upright = np.broadcast_to(np.eye(3), (angles.samples, 3, 3))
    R = {"pelvis": upright if R_world_pelvis is None else R_world_pelvis}
    measured = set()
    for name, joint in JOINTS.items():
        R[joint.distal] = R[joint.proximal]
        if name in angles.angles_rad:
            R_proximal_distal = rotation_of_angles(angles.angles_rad[name], joint)
            R[joint.distal] = R[joint.proximal] @ R_proximal_distal
            measured |= {joint.proximal, joint.distal}
    return BodyMotion(R_world_segment=R, measured=tuple(s for s in SEGMENTS if s in measured))


def _upright_above(known: Attitudes) -> Float[np.ndarray, "time 3 3"]:
    """An upright pelvis that faces as the first known segment does."""
    return so3.about_y(so3.heading(next(iter(known.values()))))
