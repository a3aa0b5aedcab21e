"""All that the page's script needs of an estimate, as plain values for JSON.

Field by field it is the ``Packed`` of ``viewer/src/packed.ts``.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import side_of
from kinefuse.estimation import Estimate
from kinefuse.packing import MISSING, STEP_DEG, packed_degrees
from kinefuse.recordings import JointAngles
from kinefuse.simulation.body import USUAL_HEIGHT_M, Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from kinefuse.simulation.placement import PLACEMENT
from kinefuse.viewer.body_motion import BodyMotion, from_angles, from_attitudes
from kinefuse.viewer.packing import packed_metres, packed_rotations
from kinefuse.viewer.travel import travelled_m

MOST_VALUES = 8_500_000
"""Of 16 bits in a page: 23 MB of base64, an hour at 50 Hz or 7 minutes at 200 Hz with truth."""
DEVIATIONS_HZ = 10.0  # standard deviations hardly change within a stride
VALUES_A_SAMPLE = {"attitudes": 7 * 4, "travel": 2 * 2, "angles": 3}


def recording_data(
    estimate: Estimate, truth: JointAngles | None = None, height_m: float | None = None
) -> dict[str, object]:
    """What moves, how, and what is said beside it.

    Args:
        estimate: What was found.
        truth: Known angles at the same rate and of the same length; they become a ghost.
        height_m: Of the person, for the lengths of the bones.
    """
    motion = motion_of(estimate)
    body = Body(height_m=height_m or USUAL_HEIGHT_M)
    rate_hz = estimate.angles.rate_hz
    factor = thinning(estimate.angles, truth)
    points_m = points_from_pelvis_m(motion.R_world_segment, body)
    return {
        "name": estimate.session_name,
        "activity": estimate.activity,
        "method": estimate.method,
        "samples": motion.samples // factor,
        "rate_hz": rate_hz / factor,
        "first_s": (factor - 1) / 2 / rate_hz,
        "recorded_hz": rate_hz,
        "duration_s": motion.samples / rate_hz,
        "upright_pelvis": _pelvis_is_assumed(estimate),
        "height_m": body.height_m,
        "height_known": height_m is not None,
        "body": _lengths(body),
        "measured": motion.measured,
        "sides": motion.sides,
        "quaternions": _packed_motion(motion, factor),
        "travel_m": packed_metres(travelled_m(points_m, motion.sides, rate_hz), factor),
        "truth": _ghost(motion, truth, factor) if truth else None,
        "sensors": _sensors(estimate, body),
        "curves": _curves(estimate.angles, factor),
        "deviations": _curves_sd(estimate, factor),
        "truth_curves": _curves(truth, factor) if truth else {},
        "deviations_every": _sd_thinning(rate_hz / factor),
        "step_deg": STEP_DEG,
        "missing": MISSING,
        "contacts_s": {s: np.round(t, 3).tolist() for s, t in estimate.contacts_s.items()},
    }


def motion_of(estimate: Estimate) -> BodyMotion:
    """From the estimate's orientations; from its joint angles where it has none."""
    if estimate.orientations is None:
        return from_angles(estimate.angles)
    return from_attitudes(estimate.orientations.R_world_segment)


def thinning(angles: JointAngles, truth: JointAngles | None) -> int:
    """Of how many samples the page keeps one, so that it stays below ``MOST_VALUES``."""
    a_sample = VALUES_A_SAMPLE["attitudes"] + VALUES_A_SAMPLE["travel"]
    a_sample += VALUES_A_SAMPLE["angles"] * len(angles.angles_rad)
    if truth:
        a_sample += VALUES_A_SAMPLE["attitudes"]
        a_sample += VALUES_A_SAMPLE["angles"] * len(truth.angles_rad)
    return max(1, -(-a_sample * angles.samples // MOST_VALUES))


def _pelvis_is_assumed(estimate: Estimate) -> bool:
    known = estimate.orientations
    return known is None or "pelvis" not in known.R_world_segment


def _lengths(body: Body) -> dict[str, object]:
    heel, ball = body.foot_contacts_m.tolist()
    return {
        "hip_width_m": body.hip_width_m,
        "thigh_m": body.thigh_m,
        "shank_m": body.shank_m,
        "heel_m": heel,
        "ball_m": ball,
    }


def _packed_motion(motion: BodyMotion, factor: int) -> dict[str, str]:
    return {s: packed_rotations(R, factor) for s, R in motion.R_world_segment.items()}


def _ghost(motion: BodyMotion, truth: JointAngles, factor: int) -> dict[str, object]:
    """True angles hung on the estimated pelvis: the two differ by the joints alone."""
    true = from_angles(truth, motion.R_world_segment["pelvis"])
    moved = [segment for segment in true.measured if segment != "pelvis"]
    return {"measured": moved, "quaternions": _packed_motion(true, factor)}


def _sensors(estimate: Estimate, body: Body) -> dict[str, dict[str, list]]:
    """How each box is turned on its segment, and the usual place of such a box."""
    lengths = {"pelvis": 0.0, "thigh": body.thigh_m, "shank": body.shank_m, "foot": 0.0}
    return {
        segment: {
            "R_segment_sensor": found.R_segment_sensor.ravel().tolist(),
            "at_m": PLACEMENT[segment]
            .position_m(side_of(segment), lengths[segment.split("_")[0]])
            .tolist(),
        }
        for segment, found in estimate.alignment.items()
    }


def _curves(angles: JointAngles, factor: int) -> dict[str, list[str]]:
    """Flexion, adduction and rotation of each joint."""
    return {name: _planes(values, factor) for name, values in angles.angles_rad.items()}


def _curves_sd(estimate: Estimate, factor: int) -> dict[str, list[str]]:
    sd_factor = factor * _sd_thinning(estimate.angles.rate_hz / factor)
    sds: Mapping = estimate.angles_sd_rad or {}
    return {name: _planes(_filled(sd, sd_factor), sd_factor) for name, sd in sds.items()}


def _filled(values: Float[np.ndarray, "time 3"], factor: int) -> Float[np.ndarray, "more 3"]:
    """The last value repeated until the last block is whole."""
    return np.pad(values, ((0, -len(values) % factor), (0, 0)), mode="edge")


def _sd_thinning(page_hz: float) -> int:
    return max(1, round(page_hz / DEVIATIONS_HZ))


def _planes(values_rad: Float[np.ndarray, "time 3"], factor: int) -> list[str]:
    return [packed_degrees(plane, factor) for plane in np.rad2deg(values_rad).T]
