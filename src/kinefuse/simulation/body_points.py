"""Where joints and soles are when it is known how the segments are turned: forward kinematics."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SIDES
from kinefuse.simulation.body import Body

Attitudes = Mapping[str, Float[np.ndarray, "_time 3 3"]]


def points_from_pelvis_m(
    R_world_segment: Attitudes, body: Body
) -> dict[str, Float[np.ndarray, "_time 3"]]:
    """Places in the world's axes, seen from ``pelvis``, the midpoint between the hip centres.

    By name: ``pelvis``, then ``hip_r``, ``knee_r``, ``ankle_r``, ``heel_r``, ``ball_r`` and the
    left ones, as far as the segments above them are known (at least one is).
    """
    samples = len(next(iter(R_world_segment.values())))
    points = {"pelvis": np.zeros((samples, 3))}
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
            if start in points and segment in R_world_segment:
                step = np.einsum("tij,j->ti", R_world_segment[segment], step_m)
                points[name] = points[start] + step
    return points
