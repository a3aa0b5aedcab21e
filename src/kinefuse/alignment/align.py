"""All sensors of a session to their segments: vertical, facing, pelvis."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.facing import Facing, facings, frame, triad
from kinefuse.alignment.pelvis import pelvis_heading
from kinefuse.alignment.reference_posture import up_in_gait
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.alignment.vertical import (
    Vertical,
    busiest_stretch,
    moving,
    standing_force,
    verticals,
)
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.recordings import ImuSession

_RIGHT = np.array([0.0, 0.0, 1.0])


def align(
    session: ImuSession,
    activity: str,
    known: Mapping[str, SegmentAlignment] | None = None,
) -> dict[str, SegmentAlignment]:
    """Sensor-to-segment rotation of every sensor, from standing still and walking or running.

    The segment's long axis comes from gravity, standing and in gait, each weighted by how well
    people's postures are known; the direction about it from the usual stride, else from the
    leg's swing, with the sign that a body allows; the pelvis faces where the stride and the
    hips' acceleration say.

    Args:
        session: Sensors in their own axes, any mounting.
        activity: 'walking' or 'running'.
        known: Of sensors whose mounting is known; kept as it is, and the pelvis is found with it.
    """
    known = {s: one for s, one in (known or {}).items() if s in session.sensors}
    if len(known) == len(session.sensors):
        return {s: known[s] for s in SEGMENTS if s in known}
    at_rest = standing_force(session)
    session = busiest_stretch(session)
    moves = moving(session)
    attitudes = {s: filter_attitude(imu) for s, imu in session.sensors.items()}
    in_gait, standing = verticals(at_rest, attitudes, moves, activity)
    facing = facings(session, attitudes, in_gait, moves, activity)
    found = {
        s: _alignment(s, _leaning(s, in_gait[s], facing[s], activity), standing.get(s), facing[s])
        for s in facing
        if s != "pelvis"
    }
    found |= known
    if "pelvis" in session.sensors and "pelvis" not in known:
        facing_pelvis = _pelvis_facing(
            session, attitudes, in_gait["pelvis"], found, moves, facing.get("pelvis")
        )
        found["pelvis"] = _alignment(
            "pelvis", in_gait["pelvis"], standing.get("pelvis"), facing_pelvis
        )
    return {s: found[s] for s in SEGMENTS if s in found}


def _leaning(segment: str, in_gait: Vertical, facing: Facing, activity: str) -> Vertical:
    """The vertical in gait, for a person who swings as far as this one."""
    if facing.swing_rad is None:
        return in_gait
    return replace(in_gait, in_segment=up_in_gait(activity, segment, facing.swing_rad))


def _alignment(
    segment: str, in_gait: Vertical, standing: Vertical | None, facing: Facing
) -> SegmentAlignment:
    R_segment_sensor = frame(in_gait, facing.in_sensor, facing.in_segment)
    variance = np.square([in_gait.lateral_sd_deg, in_gait.lean_sd_deg])
    method = in_gait.method
    if standing is not None:
        method = f"{standing.method} and {method}"
        R_standing = frame(standing, facing.in_sensor, facing.in_segment)
        other = np.square([standing.lateral_sd_deg, standing.lean_sd_deg])
        x, z = variance / (variance + other)
        apart = so3.log(R_standing @ R_segment_sensor.T)
        R_segment_sensor = so3.exp(np.array([x, 0.0, z]) * apart) @ R_segment_sensor
        # A build that tilts a segment sideways does so standing and walking: no gain there.
        variance = np.array([min(variance[0], other[0]), 1 / (1 / variance[1] + 1 / other[1])])
    return SegmentAlignment(
        segment=segment,
        R_segment_sensor=R_segment_sensor,
        method=f"{method}; {facing.method}",
        tilt_sd_deg=float(np.sqrt(variance.mean())),
        lateral_sd_deg=float(np.sqrt(variance[0])),
        lean_sd_deg=float(np.sqrt(variance[1])),
        heading_sd_deg=facing.sd_deg,
        note=facing.note,
    )


def _pelvis_facing(
    session: ImuSession,
    attitudes: Mapping[str, Float[np.ndarray, "time 3 3"]],
    up: Vertical,
    legs: Mapping[str, SegmentAlignment],
    moves,
    by_stride: Facing | None,
) -> Facing:
    """Of the pelvis: by the hips' acceleration shared with the thighs, and by the usual stride."""
    anyhow = _any_perpendicular(up.in_sensor) if by_stride is None else by_stride.in_sensor
    R_level_sensor = triad(up.in_segment, _RIGHT) @ triad(up.in_sensor, anyhow).T
    thighs = {s: session[s].turned(legs[s].R_segment_sensor) for s in legs if "thigh" in s}
    if not thighs:
        return by_stride or Facing(
            in_sensor=anyhow,
            in_segment=_RIGHT,
            method="heading unknown",
            sd_deg=90.0,
            note="without a thigh sensor the pelvis sensor's heading cannot be found",
        )
    R_world_thigh = {s: attitudes[s] @ legs[s].R_segment_sensor.T for s in thighs}
    acc = session["pelvis"].acc_m_s2 @ R_level_sensor.T
    heading = pelvis_heading(
        acc, attitudes["pelvis"] @ R_level_sensor.T, thighs, R_world_thigh, moves
    )
    R_shared = so3.exp(heading.angle_rad * up.in_segment) @ R_level_sensor
    angle, variance = 0.0, heading.sd_deg**2
    method = "the hips' acceleration shared with the thighs"
    if by_stride is not None:
        R_stride = frame(up, by_stride.in_sensor, by_stride.in_segment)
        apart = float(so3.log(R_stride @ R_shared.T) @ up.in_segment)
        angle = apart * variance / (variance + by_stride.sd_deg**2)
        variance = 1 / (1 / variance + 1 / by_stride.sd_deg**2)
        method = f"{by_stride.method} and {method}"
    R_segment_sensor = so3.exp(angle * up.in_segment) @ R_shared
    return Facing(
        in_sensor=R_segment_sensor.T @ _RIGHT,
        in_segment=_RIGHT,
        method=method,
        sd_deg=float(np.sqrt(variance)),
        note="" if heading.coherence > 0.5 else "pelvis and thighs hardly move together",
    )


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
