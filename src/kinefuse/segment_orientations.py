"""How every segment was turned over time, in agreement with the joint angles reported beside it.

Sensors say of each segment by itself how it is turned; joint angles say how segments are turned
against each other, and a network may have corrected them. Whoever draws a body or hands
orientations on needs both to be one: the angles make a chain, and the chain is laid over what the
sensors say of its segments.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, NotRotations, UnequalLengths, UnknownChoice
from kinefuse.recordings import JointAngles

_ROUNDING = 1e-6  # of rotations stored in single precision

Attitudes = Mapping[str, Float[np.ndarray, "_time 3 3"]]


@dataclass(frozen=True, kw_only=True)
class SegmentOrientations:
    """Attitude of every segment in one world whose y axis points up and whose north is arbitrary.

    Segments: x forward, y up, z right. Without a magnetometer nobody knows where north is: turning
    all segments together about y changes nothing. Segments that no joint connects (both legs of
    somebody without a sensor on the pelvis) share that north only as well as their sensors do.
    """

    rate_hz: float
    R_world_segment: Attitudes
    """By segment, one of ``SEGMENTS``; from the segment's axes to the world's."""
    sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] = field(default_factory=dict)
    """By segment, one sigma of a small turn about the world's x, y and z axis; a segment of which
    it is unknown is missing. About y it is the uncertainty against the arbitrary north."""

    def __post_init__(self) -> None:
        if not self.R_world_segment:
            raise MissingSensor(missing=SEGMENTS, present=())
        for segment in (*self.R_world_segment, *self.sd_rad):
            if segment not in SEGMENTS:
                raise UnknownChoice("segment", segment, known=SEGMENTS)
        lengths = {s: len(R) for s, R in self.R_world_segment.items()}
        lengths |= {f"{s} standard deviation": len(sd) for s, sd in self.sd_rad.items()}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths("segment orientations", lengths)
        for segment, R in self.R_world_segment.items():
            _check_rotations(segment, R)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(next(iter(self.R_world_segment.values())))

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Time of every sample since the first."""
        return np.arange(self.samples) / self.rate_hz

    def joint_angles(self) -> JointAngles:
        """Angles of every joint both of whose segments are known.

        Raises:
            MissingSensor: No two neighbouring segments are.
        """
        R = self.R_world_segment
        return JointAngles(
            rate_hz=self.rate_hz,
            angles_rad={
                name: angles_of_rotation(joint_rotation(R[joint.proximal], R[joint.distal]), joint)
                for name, joint in JOINTS.items()
                if joint.proximal in R and joint.distal in R
            },
        )


def laid_over(angles: JointAngles, R_world_segment: Attitudes) -> SegmentOrientations:
    """The chain that the angles make, turned sample by sample until it fits the attitudes best.

    Angles between the result are the given ones exactly; the misfit, where angles were corrected
    and attitudes were not, is shared by all segments of a chain alike (least squares: the chordal
    mean, Moakher 2002, SIAM J. Matrix Anal. 24:1). Attitudes that agree with the angles stay.

    Args:
        angles: As reported.
        R_world_segment: What sensors say, of at least one segment of each chain and of equal
            length; segments of no joint with angles are left out.

    Raises:
        MissingSensor: Nothing is known of any segment of a chain.
    """
    turned: dict[str, np.ndarray] = {}
    for R_root_segment in _chains(angles):
        known = [s for s in R_root_segment if s in R_world_segment]
        if not known:
            raise MissingSensor(missing=R_root_segment, present=R_world_segment)
        R_world_root = so3.nearest(
            sum(
                (R_world_segment[s] @ so3.transpose(R_root_segment[s]) for s in known[1:]),
                start=R_world_segment[known[0]] @ so3.transpose(R_root_segment[known[0]]),
            )
        )
        turned |= {s: R_world_root @ R for s, R in R_root_segment.items()}
    return SegmentOrientations(
        rate_hz=angles.rate_hz,
        R_world_segment={s: turned[s] for s in SEGMENTS if s in turned},
    )


def _chains(angles: JointAngles) -> Iterator[dict[str, np.ndarray]]:
    """Every group of segments that joints connect: ``R_root_segment``, by segment."""
    joints = [JOINTS[name] for name in JOINTS if name in angles.angles_rad]
    for root in _roots((joint.proximal, joint.distal) for joint in joints):
        chain = {root: np.broadcast_to(np.eye(3), (angles.samples, 3, 3))}
        for joint in joints:  # from the hip downwards
            if joint.proximal in chain:
                turn = rotation_of_angles(angles.angles_rad[joint.name], joint)
                chain[joint.distal] = chain[joint.proximal] @ turn
        yield chain


def _roots(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Segments that are the distal one of no joint, in order."""
    proximal, distal = (set(side) for side in zip(*pairs, strict=True))
    return [s for s in SEGMENTS if s in proximal - distal]


def _check_rotations(segment: str, R: Float[np.ndarray, "time 3 3"]) -> None:
    off = np.abs(so3.transpose(R) @ R - np.eye(3)).max(axis=(1, 2), initial=0.0)
    forward, up, right = np.moveaxis(R, -1, 0)
    mirrored = np.sum(np.cross(forward, up) * right, axis=-1) < 0
    wrong = ~(off < _ROUNDING) | mirrored
    if wrong.any():
        raise NotRotations(segment, first_sample=int(np.argmax(wrong)), count=int(wrong.sum()))
