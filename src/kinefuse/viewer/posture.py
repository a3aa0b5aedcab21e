"""Where joints and soles are, and how the body stands and travels on its feet.

The page computes the same from the same attitudes (``viewer/src/skeleton.ts``), a moment at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kinefuse.anatomy.segments import SIDES
from kinefuse.simulation.body import Body
from kinefuse.viewer.body_motion import Attitudes

Points = Float[np.ndarray, "_time 3"]

SOLE_M = 0.008
"""How soft the change from heel to ball is: about the give of a shoe's sole."""


@dataclass(frozen=True, kw_only=True)
class Posture:
    """Points of a body, seen from the midpoint between its hips, in the world's axes."""

    joints_m: Mapping[str, Points]
    """By joint name: hip, knee and ankle of both sides."""
    soles_m: Mapping[str, Float[np.ndarray, "_time 2 3"]]
    """Heel and ball of the foot, by side."""


def posture(R_world_segment: Attitudes, body: Body) -> Posture:
    """Forward kinematics: from the attitudes of all seven segments to points."""
    joints, soles = {}, {}
    for side in SIDES:
        thigh, shank, foot = (R_world_segment[f"{s}_{side}"] for s in ("thigh", "shank", "foot"))
        outwards = body.hip_width_m / 2 * (1 if side == "r" else -1)
        hip = outwards * R_world_segment["pelvis"][:, :, 2]
        knee = hip - body.thigh_m * thigh[:, :, 1]
        ankle = knee - body.shank_m * shank[:, :, 1]
        joints |= {f"hip_{side}": hip, f"knee_{side}": knee, f"ankle_{side}": ankle}
        soles[side] = ankle[:, None] + np.einsum("tij,pj->tpi", foot, body.foot_contacts_m)
    return Posture(joints_m=joints, soles_m=soles)


def travelled_m(
    found: Posture, sides: Sequence[str], rate_hz: float
) -> Float[np.ndarray, "time 2"]:
    """Way of the hips over the floor (x and z), while the lowest points of the feet stay put.

    As in ``kinefuse.simulation.ground``: the velocity is that of the contact points, each weighted
    by how low it is, so that the weight passes smoothly from heel to ball and from foot to foot.
    """
    contacts = _contacts(found, sides)
    height = contacts[:, :, 1]
    weight = np.exp(-(height - height.min(axis=1, keepdims=True)) / SOLE_M)
    weight = weight / weight.sum(axis=1, keepdims=True)
    velocity = -rate_hz * np.gradient(contacts[:, :, [0, 2]], axis=0)
    carried = np.einsum("tp,tpi->ti", weight, velocity)
    return cumulative_trapezoid(carried, dx=1 / rate_hz, axis=0, initial=0.0)


def _contacts(found: Posture, sides: Sequence[str]) -> Float[np.ndarray, "time point 3"]:
    return np.concatenate([found.soles_m[side] for side in sides or SIDES], axis=1)
