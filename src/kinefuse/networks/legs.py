"""A whole body's sensors and joints seen from one leg, as a right leg and its company.

What serves one leg serves the other: a left leg is seen in the sagittal mirror (see ``limbs``), so
that the network knows only a right leg, the pelvis, and the *other* leg. Clinical angles have the
same sign on both sides and stay. What is not worn is zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.recordings import ImuSession, JointAngles

QUANTITIES = {"specific force": "m/s2", "angular velocity": "rad/s", "upwards": "none"}
"""Three vectors a sensor, in its segment's axes, and their units."""

PAIRS = tuple((SEGMENTS.index(j.proximal), SEGMENTS.index(j.distal)) for j in JOINTS.values())
"""Places of every joint's two sensors; the right leg's joints come first."""
SIGNS = tuple(j.signs for j in JOINTS.values())
"""Of the Cardan angles of every joint (``anatomy.joints``)."""
OWN = len(JOINT_KINDS)
"""So many joints are the leg's own; the others belong to the other leg."""

_OTHER = {"r": "l", "l": "r"}
_MIRROR = np.array([1.0, 1.0, -1.0])
_ARROWS = np.array([1.0, -1.0, 1.0])[:, None]  # angular velocity turns the other way in a mirror


@dataclass(frozen=True, kw_only=True)
class BodySignals:
    """Everything the network is told about a recording."""

    vectors: Float[np.ndarray, "*time 7 3 3"]
    """By segment, quantity and axis; zero where nothing is worn."""
    angles_rad: Float[np.ndarray, "*time 6 3"]
    """By joint and plane, as the optimiser found them; zero where unknown."""
    worn: Bool[np.ndarray, "*batch 7"]
    """By segment."""
    glued: Bool[np.ndarray, "*batch 1"]
    """Whether the sensors are known to sit exactly in their segments' axes."""

    @property
    def known(self) -> Bool[np.ndarray, "*batch 6"]:
        """Joints with a sensor on both sides."""
        return joints_known(self.worn)

    def seen_from(self, side: str) -> "BodySignals":
        """The same, as a right leg and its company."""
        if side == "r":
            return self
        places = [SEGMENTS.index(_across(segment)) for segment in SEGMENTS]
        joints = _joints_seen_from("l")
        return BodySignals(
            vectors=self.vectors[..., places, :, :]
            * (_ARROWS * _MIRROR).astype(self.vectors.dtype),
            angles_rad=self.angles_rad[..., joints, :],
            worn=self.worn[..., places],
            glued=self.glued,
        )


def body_signals(
    session: ImuSession,
    R_world_segment: Mapping[str, Float[np.ndarray, "_time 3 3"]],
    angles: JointAngles | None,
    condition: str = AS_WORN,
) -> BodySignals:
    """What a session and an estimate of it say, of one rate and length.

    Args:
        session: Sensors in segment axes.
        R_world_segment: Their attitudes; the world's y axis points up.
        angles: Of every joint that has two sensors; None if there is no such joint.
        condition: How the sensors are known to sit, one of ``dataset.conditions.CONDITIONS``.
    """
    vectors = np.zeros((session.samples, len(SEGMENTS), len(QUANTITIES), 3))
    found = np.zeros((session.samples, len(JOINTS), 3))
    for i, segment in enumerate(SEGMENTS):
        if segment in session.sensors:
            imu = session[segment]
            upwards = R_world_segment[segment][:, 1, :]  # the world's y axis in the segment's axes
            vectors[:, i] = np.stack([imu.acc_m_s2, imu.gyr_rad_s, upwards], axis=1)
    for i, joint in enumerate(JOINTS):
        if angles is not None and joint in angles.angles_rad:
            found[:, i] = angles.angles_rad[joint]
    worn = np.array([segment in session.sensors for segment in SEGMENTS])
    glued = np.array([condition != AS_WORN])
    return BodySignals(vectors=vectors, angles_rad=found, worn=worn, glued=glued)


def joints_known(worn: Bool[np.ndarray, "*batch 7"]) -> Bool[np.ndarray, "*batch 6"]:
    """Joints with a sensor on both sides."""
    proximal, distal = np.array(PAIRS).T
    return worn[..., proximal] & worn[..., distal]


def own_joints(side: str) -> tuple[str, ...]:
    """Names of a leg's joints, downwards."""
    return tuple(f"{kind}_{side}" for kind in JOINT_KINDS)


def own_truth(
    truth_rad: Float[np.ndarray, "*time 6 3"], side: str
) -> Float[np.ndarray, "*time 3 3"]:
    """Angles of one leg's joints out of those of both."""
    return truth_rad[..., _joints_seen_from(side)[:OWN], :]


def _joints_seen_from(side: str) -> list[int]:
    names = list(JOINTS)
    order = (side, *(s for s in SIDES if s != side))
    return [names.index(joint) for s in order for joint in own_joints(s)]


def _across(segment: str) -> str:
    stem, _, side = segment.partition("_")
    return f"{stem}_{_OTHER[side]}" if side else segment
