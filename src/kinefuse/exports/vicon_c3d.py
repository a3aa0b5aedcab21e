"""Joint angles as C3D, the way Vicon's Plug-in Gait names its model outputs, and joint centres.

A point a joint (``RKneeAngles``) holds flexion, adduction and rotation in degrees as x, y, z, and
is listed in POINT:ANGLES, so that Mokka, Visual3D or MOtoNMS take it for an angle. Where the
person's height is known, joint centres are points in mm, in a laboratory with z up.
"""

from pathlib import Path

import ezc3d
import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat
from kinefuse.exports.skeleton import body_of, joint_centres_m
from kinefuse.whole_files import written_whole

R_lab_world = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Laboratory: x forward, y left, z up; world: x forward, y up, z right."""
_CENTRES = {"hip": "HJC", "knee": "KJC", "ankle": "AJC", "heel": "HEE", "ball": "TOE"}

Points = dict[str, Float[np.ndarray, "_time 3"]]


def angle_points(estimate: Estimate) -> Points:
    """By Plug-in Gait's names: flexion, adduction, rotation [deg]."""
    degrees = estimate.angles.in_degrees()
    return {
        f"{JOINTS[name].side.upper()}{JOINTS[name].kind.title()}Angles": degrees[name]
        for name in JOINTS
        if name in degrees
    }


def centre_points(estimate: Estimate) -> Points:
    """By the usual names (``RKJC``): joint centres [mm] in the laboratory; none without height."""
    known = estimate.orientations
    if not (known and "pelvis" in known.R_world_segment and estimate.person.height_m):
        return {}
    return {
        _label(name): 1000 * place_m @ R_lab_world.T
        for name, place_m in joint_centres_m(known, body_of(estimate)).items()
    }


def write(estimate: Estimate, path: Path) -> None:
    """Write the file."""
    angles, centres = angle_points(estimate), centre_points(estimate)
    points = angles | centres
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [float(estimate.angles.rate_hz)]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(points)
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file.add_parameter("POINT", "ANGLES", list(angles))
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    file.add_parameter("KINEFUSE", "METHOD", [estimate.method])
    file.add_parameter("KINEFUSE", "ACTIVITY", [estimate.activity])
    file["data"]["points"] = np.stack(list(points.values())).transpose(2, 0, 1)
    with written_whole(path) as beside:
        named = beside.with_name(f"{beside.name}.c3d")  # ezc3d adds the ending where it lacks
        try:
            file.write(str(named))
            named.replace(beside)
        finally:
            named.unlink(missing_ok=True)


def _label(name: str) -> str:
    kind, *side = name.split("_")
    return f"{side[0].upper()}{_CENTRES[kind]}" if side else "PELO"


FORMAT = ExportFormat(
    name="c3d",
    file="angles.c3d",
    what="joint angles [deg] as Plug-in Gait names them, and joint centres if the height is known",
    write=write,
)
