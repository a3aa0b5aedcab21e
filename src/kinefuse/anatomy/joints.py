"""What a joint is: two segments, the signs that make its angles clinical, and a plausible range."""

from collections.abc import Iterable
from dataclasses import dataclass

from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import UnknownChoice

PLANES = ("flexion", "adduction", "rotation")
"""Last axis of every angle array. Ankle: dorsiflexion, inversion, internal rotation."""
PerPlane = tuple[float, float, float]
"""A number for each of ``PLANES``."""


@dataclass(frozen=True)
class Joint:
    """Two neighbouring segments of one leg."""

    kind: str
    side: str
    proximal: str
    distal: str
    signs: tuple[int, int, int]
    """Turns the Cardan angles about z, x, y into flexion, adduction and internal rotation."""
    range_deg: tuple[tuple[float, float], ...]
    """What a healthy joint can reach in gait, a plane: limits of plausibility, not of normality."""

    @property
    def name(self) -> str:
        """For instance ``knee_r``."""
        return f"{self.kind}_{self.side}"


# Bending the knee turns the shank backwards, which is negative about z (right); hip flexion and
# dorsiflexion are positive about it. On the left leg, adduction and internal rotation have the
# opposite sense about the same axes (x forward, y up).
_FLEXION_SIGN = {"hip": +1, "knee": -1, "ankle": +1}
_SIDE_SIGN = {"r": +1, "l": -1}
# Passive ranges of motion, AAOS (1965), widened by 15 deg for axis conventions.
_RANGE_DEG = {
    "hip": ((-45.0, 135.0), (-60.0, 45.0), (-60.0, 60.0)),
    "knee": ((-25.0, 165.0), (-30.0, 30.0), (-55.0, 55.0)),
    "ankle": ((-65.0, 50.0), (-45.0, 50.0), (-60.0, 60.0)),
}
_SEGMENTS = {"hip": ("pelvis", "thigh"), "knee": ("thigh", "shank"), "ankle": ("shank", "foot")}


def _segment(stem: str, side: str) -> str:
    return stem if stem == "pelvis" else f"{stem}_{side}"


def _joint(kind: str, side: str) -> Joint:
    proximal, distal = (_segment(stem, side) for stem in _SEGMENTS[kind])
    s = _SIDE_SIGN[side]
    return Joint(kind, side, proximal, distal, (_FLEXION_SIGN[kind], s, s), _RANGE_DEG[kind])


JOINT_KINDS = tuple(_SEGMENTS)
JOINTS = {f"{kind}_{side}": _joint(kind, side) for side in SIDES for kind in JOINT_KINDS}


def joint(name: str) -> Joint:
    """The joint of that name.

    Raises:
        UnknownChoice: The name is not one of ``JOINTS``.
    """
    if name not in JOINTS:
        raise UnknownChoice("joint", name, known=JOINTS)
    return JOINTS[name]


def per_plane(values: Iterable[float]) -> PerPlane:
    """Three values, one a plane, as plain numbers."""
    flexion, adduction, rotation = (float(value) for value in values)
    return flexion, adduction, rotation
