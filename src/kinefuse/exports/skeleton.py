"""A body for files that need one: joint centres by forward kinematics from segment orientations.

Sensors know no place. The pelvis therefore stays where it is, and goes up and down so that the
lowest of heels and balls is on the ground.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SIDES
from kinefuse.estimation import Estimate
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.simulation.body import USUAL_HEIGHT_M, Body

Points = Mapping[str, Float[np.ndarray, "_time 3"]]


def body_of(estimate: Estimate) -> Body:
    """Lengths of the person, or of somebody of the usual height."""
    return Body(height_m=estimate.person.height_m or USUAL_HEIGHT_M)


def joint_centres_m(known: SegmentOrientations, body: Body) -> Points:
    """Places of pelvis and joint centres in the world (y up, the ground at zero).

    By name: ``pelvis`` (midway between the hips), then ``hip_r``, ``knee_r``, ``ankle_r``,
    ``heel_r``, ``ball_r`` and the left ones, as far as the segments above them are known.
    """
    R = known.R_world_segment
    points: dict[str, np.ndarray] = {"pelvis": np.zeros((known.samples, 3))}
    for side in SIDES:
        thigh, shank, foot = (f"{stem}_{side}" for stem in ("thigh", "shank", "foot"))
        outwards = body.hip_width_m / 2 * (1 if side == "r" else -1)
        heel_m, ball_m = body.foot_contacts_m
        for name, start, segment, step_m in (
            (f"hip_{side}", "pelvis", "pelvis", np.array([0.0, 0.0, outwards])),
            (f"knee_{side}", f"hip_{side}", thigh, np.array([0.0, -body.thigh_m, 0.0])),
            (f"ankle_{side}", f"knee_{side}", shank, np.array([0.0, -body.shank_m, 0.0])),
            (f"heel_{side}", f"ankle_{side}", foot, heel_m),
            (f"ball_{side}", f"ankle_{side}", foot, ball_m),
        ):
            if start in points and segment in R:
                points[name] = points[start] + R[segment] @ step_m
    lowest = np.min([place[:, 1] for place in points.values()], axis=0)
    up = np.zeros((known.samples, 3))
    up[:, 1] = -lowest
    return {name: place + up for name, place in points.items()}
