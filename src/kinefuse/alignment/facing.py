"""A horizontal direction known in sensor and segment: from the usual stride, else from the swing.

The swing of a leg tells a line, whose sign a body's abilities decide (``signs``); the usual stride
(``stride_axes``) tells a direction, and is taken wherever the person walks or runs as people do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.alignment.flexion_axis import flexion_axis
from kinefuse.alignment.reference_posture import (
    axis_sd_deg,
    stride_axis_in_segment,
    swing_axis_in_segment,
)
from kinefuse.alignment.signs import leg_signs
from kinefuse.alignment.stride_axes import stride_axes
from kinefuse.alignment.vertical import Vertical
from kinefuse.anatomy.segments import SIDES
from kinefuse.recordings import ImuSession

# What few strides add [deg], times the strides: turns and starts weigh on the pelvis most.
# 13 walks of two to five strides: 36 deg for the pelvis, 5 for thighs, less for the others.
_FEW_STRIDES_DEG = {"pelvis": 80.0}


@dataclass(frozen=True)
class Facing:
    """One direction across the segment, known in both frames."""

    in_sensor: Float[np.ndarray, "3"]
    in_segment: Float[np.ndarray, "3"]
    method: str
    sd_deg: float
    """Of the direction, about the long axis [deg]."""
    note: str = ""
    swing_rad: float | None = None
    """Amplitude of the swing's first harmonic, where a stride was recognised."""


def facings(
    session: ImuSession,
    attitudes: Mapping[str, Float[np.ndarray, "time 3 3"]],
    ups: Mapping[str, Vertical],
    moves: Bool[np.ndarray, " time"],
    activity: str,
) -> dict[str, Facing]:
    """For every sensor that tells one; a pelvis may not."""
    axes = stride_axes(session, {s: up.in_sensor for s, up in ups.items()}, activity)
    if not axes:
        return _by_swing(session, attitudes, ups, moves, activity)
    return {
        s: Facing(
            in_sensor=axis.to_the_right,
            in_segment=stride_axis_in_segment(activity, s),
            method="usual stride",
            sd_deg=float(
                np.hypot(axis_sd_deg(activity, s), _FEW_STRIDES_DEG.get(s, 0.0) / axis.strides)
            ),
            swing_rad=axis.swing_rad,
        )
        for s, axis in axes.items()
    }


def _by_swing(session, attitudes, ups, moves, activity) -> dict[str, Facing]:
    found = {}
    for side in SIDES:
        segments = [s for s in session.sensors if s.endswith(f"_{side}")]
        if segments:
            found |= _leg_by_swing(side, segments, session, attitudes, ups, moves, activity)
    return found


def _leg_by_swing(side, segments, session, attitudes, ups, moves, activity) -> dict[str, Facing]:
    axes = {s: flexion_axis(session[s], attitudes[s], ups[s].in_sensor, moves) for s in segments}
    usual = {s: swing_axis_in_segment(activity, s) for s in segments}
    candidates = {
        s: (frame(ups[s], axes[s].axis, usual[s]), frame(ups[s], -axes[s].axis, usual[s]))
        for s in segments
    }
    signs = leg_signs(side, candidates, session, attitudes, moves)
    return {
        s: Facing(
            in_sensor=-axes[s].axis if signs.turned[s] else axes[s].axis,
            in_segment=usual[s],
            method="swing's principal direction",
            sd_deg=float(np.hypot(axes[s].sd_deg, axis_sd_deg(activity, s))),
            note="" if signs.sure else "front and back are not clearly told apart",
        )
        for s in segments
    }


def frame(
    vertical: Vertical, in_sensor: Float[np.ndarray, "3"], in_segment: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "3 3"]:
    """Sensor to segment from two directions known in both: up exactly, the other as near as may be.

    TRIAD (Black 1964, AIAA J. 2:1350).
    """
    return triad(vertical.in_segment, in_segment) @ triad(vertical.in_sensor, in_sensor).T


def triad(
    first: Float[np.ndarray, "3"], second: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "3 3"]:
    """Orthonormal columns: along ``first``, and along what of ``second`` is square to it."""
    second = second - (second @ first) * first
    second = second / np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=-1)
