"""Motion as BVH, for Blender and other programs that animate: a hierarchy of legs, in centimetres.

BVH: y up, the body faces z, x points to its left. Channels of joints are in the order x, z, y,
which are our flexion, adduction and rotation but for their signs (z-x'-y'' in our axes), so that
no knee comes near the lock of Euler angles; the hips' are y, x, z, heading first. With all
channels zero the person stands upright with all segments in line.
"""

from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SIDES
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat, known_orientations, pelvis
from kinefuse.exports.skeleton import body_of, joint_centres_m
from kinefuse.simulation.body import Body
from kinefuse.whole_files import written_whole

R_bvh_world = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
"""BVH: x left, y up, z forward; world: x forward, y up, z right."""
BONES = {"hip": "UpLeg", "knee": "Leg", "ankle": "Foot"}
"""By joint that moves them; the side stands in front (``RightUpLeg``)."""
_SIDES = {"r": "Right", "l": "Left"}
_CM = 100.0
_DECIMALS = 6  # a micro-degree, a hundredth of a micrometre

Turns = Float[np.ndarray, "time 3 3"]


def write(estimate: Estimate, path: Path) -> None:
    """Write the file; joints that were not estimated stay as they are when standing."""
    body = body_of(estimate)
    frames = _frames(estimate, body)
    words = [
        *_hierarchy(body),
        "MOTION",
        f"Frames: {len(frames)}",
        f"Frame Time: {1 / estimate.angles.rate_hz:.9f}",
    ]
    with written_whole(path) as beside, beside.open("wb") as file:
        file.write(("\n".join(words) + "\n").encode())
        pl.DataFrame(frames).write_csv(
            file, separator=" ", include_header=False, float_precision=_DECIMALS
        )


def _hierarchy(body: Body) -> list[str]:
    _, ball_m = body.foot_contacts_m
    words = [
        "HIERARCHY",
        "ROOT Hips",
        "{",
        "\tOFFSET 0.000000 0.000000 0.000000",
        "\tCHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation",
    ]
    for side in SIDES:
        outwards = body.hip_width_m / 2 * (1 if side == "r" else -1)
        offsets_m = [[0, 0, outwards], [0, -body.thigh_m, 0], [0, -body.shank_m, 0]]
        for depth, (bone, offset_m) in enumerate(zip(BONES.values(), offsets_m, strict=True), 1):
            indent = "\t" * depth
            words += [f"{indent}JOINT {_SIDES[side]}{bone}", f"{indent}{{"]
            words += [_offset(indent, offset_m)]
            words += [f"{indent}\tCHANNELS 3 Xrotation Zrotation Yrotation"]
        words += ["\t\t\t\tEnd Site", "\t\t\t\t{", _offset("\t\t\t\t", ball_m), "\t\t\t\t}"]
        words += ["\t\t\t}", "\t\t}", "\t}"]
    return [*words, "}"]


def _offset(indent: str, offset_m: object) -> str:
    numbers = _CM * R_bvh_world @ np.asarray(offset_m, dtype=np.float64)
    return f"{indent}\tOFFSET " + " ".join(f"{number:.6f}" for number in numbers)


def _frames(estimate: Estimate, body: Body) -> Float[np.ndarray, "time channel"]:
    known = known_orientations(estimate)
    place = _CM * joint_centres_m(known, body)["pelvis"] @ R_bvh_world.T
    columns = [place, _degrees(_in_bvh(known.R_world_segment["pelvis"]), "yxz")]
    still = np.broadcast_to(np.eye(3), (known.samples, 3, 3))
    for side in SIDES:
        for kind in BONES:
            joint, R = JOINTS[f"{kind}_{side}"], known.R_world_segment
            there = joint.proximal in R and joint.distal in R
            turn = so3.transpose(R[joint.proximal]) @ R[joint.distal] if there else still
            columns.append(_degrees(_in_bvh(turn), "xzy"))
    return np.concatenate(columns, axis=1)


def _in_bvh(turn: Turns) -> Turns:
    """The same turn between axes that are named BVH's way."""
    return R_bvh_world @ turn @ R_bvh_world.T


def _degrees(R: Turns, order: str) -> Float[np.ndarray, "time 3"]:
    """Angles [deg] about moving axes in this order, without jumps of a whole turn."""
    angles = Rotation.from_matrix(R).as_euler(order.upper())
    return np.rad2deg(np.unwrap(angles, axis=0))


FORMAT = ExportFormat(
    name="bvh",
    file="motion.bvh",
    what="the moving legs for Blender and others that animate, in cm",
    write=write,
    lacks=pelvis,
)
