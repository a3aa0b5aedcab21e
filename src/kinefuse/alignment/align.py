"""All sensors of a session to their segments: vertical, flexion axis, sign, pelvis."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.flexion_axis import flexion_axis
from kinefuse.alignment.pelvis import pelvis_heading
from kinefuse.alignment.reference_posture import swing_axis_in_segment, swing_axis_sd_deg
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.alignment.signs import leg_signs
from kinefuse.alignment.vertical import (
    Vertical,
    busiest_stretch,
    moving,
    standing_force,
    verticals,
)
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.recordings import ImuSession


def align(session: ImuSession, activity: str) -> dict[str, SegmentAlignment]:
    """Sensor-to-segment rotation of every sensor, from standing still and walking or running.

    The segment's long axis comes from gravity in a still standing pose (failing that, from its
    mean in gait); the flexion axis of leg segments is the principal direction of their swing, with
    the sign that a body allows; the pelvis faces where the hips' acceleration says.

    Args:
        session: Sensors in their own axes, any mounting.
        activity: 'walking' or 'running'.
    """
    at_rest = standing_force(session)
    session = busiest_stretch(session)
    moves = moving(session)
    attitudes = {s: filter_attitude(imu) for s, imu in session.sensors.items()}
    ups = verticals(at_rest, attitudes, moves, activity)
    found: dict[str, SegmentAlignment] = {}
    for side in SIDES:
        found |= _align_leg(side, session, attitudes, ups, moves, activity)
    if "pelvis" in session.sensors:
        found["pelvis"] = _align_pelvis(session, attitudes, ups["pelvis"], found, moves)
    return {s: found[s] for s in SEGMENTS if s in found}


def _align_leg(side, session, attitudes, ups, moves, activity) -> dict[str, SegmentAlignment]:
    segments = [s for s in session.sensors if s.endswith(f"_{side}")]
    if not segments:
        return {}
    axes = {s: flexion_axis(session[s], attitudes[s], ups[s].in_sensor, moves) for s in segments}
    candidates = {
        s: (
            _frame(s, ups[s], axes[s].axis, activity),
            _frame(s, ups[s], -axes[s].axis, activity),
        )
        for s in segments
    }
    signs = leg_signs(side, candidates, session, attitudes, moves)
    return {
        s: SegmentAlignment(
            segment=s,
            R_segment_sensor=candidates[s][signs.turned[s]],
            method=f"{ups[s].method}; swing's principal direction",
            tilt_sd_deg=ups[s].sd_deg,
            heading_sd_deg=float(np.hypot(axes[s].sd_deg, swing_axis_sd_deg(activity, s))),
            note="" if signs.sure else "front and back are not clearly told apart",
        )
        for s in segments
    }


def _align_pelvis(session, attitudes, up: Vertical, legs, moves) -> SegmentAlignment:
    thighs = {s: session[s].turned(legs[s].R_segment_sensor) for s in legs if "thigh" in s}
    R_level_sensor = (
        _triad(up.in_segment, np.array([0.0, 0.0, 1.0]))
        @ _triad(up.in_sensor, _any_perpendicular(up.in_sensor)).T
    )
    if not thighs:
        return SegmentAlignment(
            segment="pelvis",
            R_segment_sensor=R_level_sensor,
            method=f"{up.method}; heading unknown",
            tilt_sd_deg=up.sd_deg,
            heading_sd_deg=90.0,
            note="without a thigh sensor the pelvis sensor's heading cannot be found",
        )
    R_world_thigh = {s: attitudes[s] @ legs[s].R_segment_sensor.T for s in thighs}
    acc = session["pelvis"].acc_m_s2 @ R_level_sensor.T
    heading = pelvis_heading(
        acc, attitudes["pelvis"] @ R_level_sensor.T, thighs, R_world_thigh, moves
    )
    return SegmentAlignment(
        segment="pelvis",
        R_segment_sensor=so3.exp(heading.angle_rad * up.in_segment) @ R_level_sensor,
        method=f"{up.method}; the hips' acceleration shared with the thighs",
        tilt_sd_deg=up.sd_deg,
        heading_sd_deg=heading.sd_deg,
        note="" if heading.coherence > 0.5 else "pelvis and thighs hardly move together",
    )


def _frame(
    segment: str, vertical: Vertical, swing_axis: Float[np.ndarray, "3"], activity: str
) -> Float[np.ndarray, "3 3"]:
    """Sensor to segment from two directions known in both: up exactly, the swing as near as may be.

    TRIAD (Black 1964, AIAA J. 2:1350).
    """
    in_sensor = _triad(vertical.in_sensor, swing_axis)
    in_segment = _triad(vertical.in_segment, swing_axis_in_segment(activity, segment))
    return in_segment @ in_sensor.T


def _triad(first: Float[np.ndarray, "3"], second: Float[np.ndarray, "3"]):
    """Orthonormal columns: along ``first``, and along what of ``second`` is square to it."""
    second = second - (second @ first) * first
    second = second / np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _any_perpendicular(up):
    aside = np.eye(3)[np.argmin(np.abs(up))]
    axis = aside - (aside @ up) * up
    return axis / np.linalg.norm(axis)


def in_segment_axes(session: ImuSession, alignment: Mapping[str, SegmentAlignment]) -> ImuSession:
    """The session as sensors glued on along the segments' axes would have recorded it."""
    return ImuSession(
        name=session.name,
        sensors={
            s: imu.turned(alignment[s].R_segment_sensor) for s, imu in session.sensors.items()
        },
    )
