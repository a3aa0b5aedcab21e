"""What bodies do: mean joint angles near those of people, and no joint beyond its range.

Over a few strides a joint's mean angles differ between people by some degrees; that soft prior is
what ties a heading that nothing else determines, and it lasts: the same person has the same mean
tomorrow. So the knots of a recording share one piece of that knowledge (and another one every so
often, ``Trust.posture_lasts_s``), each with a larger SD. With the true attitudes ``R = C S A``:

    r = window mean of (theta(R_p^T R_d) - usual)     and     r = theta beyond its limit

Changes of the joint angles with the unknowns: ``theta' = G omega`` (``anatomy.joint_angles``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Columns, Layout, Unknowns

Attitudes = Float[np.ndarray, "knot instant 3 3"]


@dataclass(frozen=True, kw_only=True)
class Posture:
    """One joint at a few instants around every knot."""

    joint: str
    S_proximal: Attitudes
    S_distal: Attitudes
    weights: Float[np.ndarray, "knot instant"]
    """Of each instant in the mean; they add up to one."""
    gait: Bool[np.ndarray, " knot"]
    """Where the person walks or runs; the usual posture is that of gait."""
    usual_rad: Float[np.ndarray, "3"]
    sd_rad: Float[np.ndarray, "*knot 3"]
    """Between people, of the mean angles, and of one knot's share of that knowledge."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """A row of three a knot."""
        R = attitudes_at(self.joint, self.S_proximal, self.S_distal, at)
        angles = angles_of_rotation(joint_rotation(*R), JOINTS[self.joint])
        changes = angle_changes(self.joint, *R)
        mean = np.einsum("ki,kij->kj", self.weights, angles)
        change = np.einsum("ki,kijc->kjc", self.weights, changes)
        return [
            Residuals(
                name="posture",
                values=(mean - self.usual_rad) / self.sd_rad,
                columns=angle_columns(at.layout, self.joint),
                jacobians=change / self.sd_rad[..., None],
                known=self.gait,
            )
        ]


@dataclass(frozen=True, kw_only=True)
class RangeOfMotion:
    """One joint at a few instants in every cell, which should be within its range."""

    joint: str
    S_proximal: Attitudes
    S_distal: Attitudes
    beyond_sd_rad: float
    """How far beyond its range a joint may go."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """A row a knot, zero within the range."""
        R_p, R_d = attitudes_at(self.joint, self.S_proximal, self.S_distal, at)
        angles = angles_of_rotation(joint_rotation(R_p, R_d), JOINTS[self.joint])
        low, high = np.deg2rad(np.array(JOINTS[self.joint].range_deg)).T
        beyond = np.minimum(angles - low, 0) + np.maximum(angles - high, 0)
        change = np.zeros((*beyond.shape, len(angle_columns(at.layout, self.joint))))
        out = (beyond != 0).any(axis=-1)
        change[out] = angle_changes(self.joint, R_p[out], R_d[out])
        change[beyond == 0] = 0.0
        rows = len(beyond), beyond.shape[1] * 3
        return [
            Residuals(
                name="range of motion",
                values=beyond.reshape(rows) / self.beyond_sd_rad,
                columns=angle_columns(at.layout, self.joint),
                jacobians=change.reshape(*rows, -1) / self.beyond_sd_rad,
            )
        ]


def attitudes_at(
    joint: str, S_proximal: Attitudes, S_distal: Attitudes, at: Unknowns
) -> tuple[Attitudes, Attitudes]:
    """``R_world_segment`` of a joint's segments at some instants of every knot."""
    named = JOINTS[joint]
    proximal, distal = (
        at.turn(s)[:, None] @ S @ at.alignment(s)[:, None]
        for s, S in ((named.proximal, S_proximal), (named.distal, S_distal))
    )
    return proximal, distal


def angle_columns(layout: Layout, joint: str) -> Columns:
    """Unknowns that a joint's angles depend on: both turns, both alignments."""
    pair = JOINTS[joint].proximal, JOINTS[joint].distal
    return np.concatenate([layout.turn(*pair), layout.alignment(*pair)])


def angle_changes(
    joint: str,
    R_world_proximal: Float[np.ndarray, "*batch 3 3"],
    R_world_distal: Float[np.ndarray, "*batch 3 3"],
) -> Float[np.ndarray, "*batch 3 12"]:
    """Change of a joint's angles with ``angle_columns``.

    ``C <- exp(delta) C`` turns the distal segment, seen from itself, by ``R_d^T (delta_d -
    delta_p)``, and ``A <- A exp(epsilon)`` by ``epsilon_d - R^T epsilon_p``, R from distal to
    proximal.
    """
    to_distal = so3.transpose(R_world_distal)
    to_distal_from_proximal = to_distal @ R_world_proximal
    own = np.broadcast_to(np.eye(3), to_distal.shape)
    turned = np.concatenate([-to_distal, to_distal, -to_distal_from_proximal, own], axis=-1)
    R_proximal_distal = so3.transpose(to_distal_from_proximal)
    return _angle_rates(R_proximal_distal, JOINTS[joint].signs) @ turned


def _angle_rates(R: np.ndarray, signs: tuple[int, int, int]) -> Float[np.ndarray, "*batch 3 3"]:
    """Rates of the Cardan angles z-x'-y'' for an angular velocity in distal axes.

    From omega = z' Ry^T Rx^T e_z + x' Ry^T e_x + y' e_y.
    """
    sine_x = np.clip(R[..., 2, 1], -1, 1)
    cosine_x = np.maximum(np.sqrt(1 - sine_x**2), 1e-3)  # no joint gets near gimbal lock
    y = np.arctan2(-R[..., 2, 0], R[..., 2, 2])
    s, c, o = np.sin(y), np.cos(y), np.zeros_like(y)
    rows = [
        np.stack([-s / cosine_x, o, c / cosine_x], axis=-1),
        np.stack([c, o, s], axis=-1),
        np.stack([s * sine_x / cosine_x, np.ones_like(y), -c * sine_x / cosine_x], axis=-1),
    ]
    return np.stack(rows, axis=-2) * np.array(signs)[:, None]
