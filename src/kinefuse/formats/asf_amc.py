"""Skeletons (.asf) and their motion (.amc), as of the CMU motion capture library.

A bone's own axes are turned against the world's by its ``axis`` in the pose of zero angles, and
its angles turn it about those (Acclaim format; Lander 1998, Game Developer 5:1). Turns are about
x first, then y, then z. That pose stands upright, faces +z and spreads the legs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import UnreadableFile
from kinefuse.recordings import SegmentPoses

CMU_RATE_HZ = 120.0
CMU_LENGTH_M = 0.0254 / 0.45
"""The library's lengths are in inches over 0.45 (its frequently asked questions)."""
STANDING_TILT_DEG = 11.3
"""Forward tilt of a pelvis whose skeleton stands upright: mean of Schwartz et al. 2008."""

_R_OURS_FILE = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])  # faces +z there
_BONES = {"thigh": "femur", "shank": "tibia", "foot": "foot"}
_AXES = ("rx", "ry", "rz")


@dataclass(frozen=True, kw_only=True)
class Bone:
    """One rigid piece of the skeleton in the pose of zero angles."""

    direction: Float[np.ndarray, "3"]
    """Unit vector from its near to its far end, in the world."""
    length: float
    R_world_bone: Float[np.ndarray, "3 3"]
    dof: tuple[str, ...]


def read_asf_amc(skeleton: Path, motion: Path, rate_hz: float = CMU_RATE_HZ) -> SegmentPoses:
    """Poses of pelvis, thighs, shanks and feet; the person faces +x where the file faces +z.

    Raises:
        UnreadableFile: A file is missing, truncated or lacks a bone of the legs.
    """
    bones = read_skeleton(skeleton)
    angles = _read_motion(motion)
    root = _columns(angles, "root", 6, motion)
    R_root = _R_OURS_FILE @ _turns(root[:, 3:], ("rx", "ry", "rz"))
    origin = CMU_LENGTH_M * root[:, :3] @ _R_OURS_FILE.T
    R = {"pelvis": R_root @ _R_OURS_FILE.T @ _about_right(-STANDING_TILT_DEG)}
    at = {}
    for side in SIDES:
        above, near = R_root, origin + R_root @ _reach(_bone(bones, f"{side}hipjoint", skeleton))
        for stem, suffix in _BONES.items():
            bone = _bone(bones, f"{side}{suffix}", skeleton)
            turn = _turns(_columns(angles, f"{side}{suffix}", len(bone.dof), motion), bone.dof)
            above = above @ bone.R_world_bone @ turn @ bone.R_world_bone.T
            leg = _bone(bones, f"{side}tibia", skeleton) if stem == "foot" else bone
            R[f"{stem}_{side}"] = above @ _upright(-leg.direction)
            at[f"{stem}_{side}"] = near
            near = near + above @ _reach(bone)
    at["pelvis"] = (at["thigh_r"] + at["thigh_l"]) / 2
    return SegmentPoses(rate_hz=rate_hz, R_world_segment=R, origin_m=at)


def read_skeleton(file: Path) -> dict[str, Bone]:
    """Bones by name.

    Raises:
        UnreadableFile: The file is missing or no skeleton.
    """
    text = _text(file)
    if ":bonedata" not in text:
        raise UnreadableFile(file, "it holds no ':bonedata'", "give an Acclaim skeleton (.asf)")
    data = text.split(":bonedata")[1].split(":hierarchy")[0]
    try:
        return dict(_read_bone(block) for block in data.split("begin")[1:])
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableFile(file, f"a bone is damaged ({error})", "get the file again") from error


def _read_bone(block: str) -> tuple[str, Bone]:
    rows = {words[0]: words[1:] for words in map(str.split, block.splitlines()) if words}
    axis = np.array([float(x) for x in rows["axis"][:3]])
    direction = np.array([float(x) for x in rows["direction"][:3]])
    return rows["name"][0], Bone(
        direction=direction / np.linalg.norm(direction),
        length=float(rows["length"][0]),
        R_world_bone=_turns(axis[None], _AXES)[0],
        dof=tuple(rows.get("dof", ())),
    )


def _read_motion(file: Path) -> Mapping[str, list[list[float]]]:
    """Rows of numbers by bone, one a frame."""
    text = _text(file)
    if ":DEGREES" not in text:
        raise UnreadableFile(file, "it is not in degrees", "give an Acclaim motion (.amc)")
    rows: dict[str, list[list[float]]] = {}
    try:
        for line in text.split(":DEGREES")[1].splitlines():
            name, *numbers = line.split() or [""]
            if numbers:
                rows.setdefault(name, []).append([float(x) for x in numbers])
    except ValueError as error:
        raise UnreadableFile(file, f"a line is damaged ({error})", "get it again") from error
    return rows


def _columns(
    angles: Mapping[str, list[list[float]]], bone: str, count: int, file: Path
) -> Float[np.ndarray, "time column"]:
    rows = angles.get(bone, [])
    if not rows or len(rows) != len(angles["root"]) or any(len(row) != count for row in rows):
        raise UnreadableFile(
            file, f"'{bone}' does not have {count} numbers in every frame", "get the file again"
        )
    return np.array(rows)


def _bone(bones: Mapping[str, Bone], name: str, file: Path) -> Bone:
    if name not in bones:
        raise UnreadableFile(file, f"it has no bone '{name}'", "give a skeleton with both legs")
    return bones[name]


def _turns(
    angles_deg: Float[np.ndarray, "time dof"], dof: tuple[str, ...]
) -> Float[np.ndarray, "time 3 3"]:
    """Rotations about x, then y, then z of the bone; a missing axis does not turn."""
    by_axis = dict(zip(dof, angles_deg.T, strict=True))
    R = np.broadcast_to(np.eye(3), (len(angles_deg), 3, 3))
    for axis, unit in zip(_AXES, np.eye(3), strict=True):
        if axis in by_axis:
            R = so3.exp(np.deg2rad(by_axis[axis])[:, None] * unit) @ R
    return R


def _upright(up: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3 3"]:
    """Segment axes in the file's world: y along the bone, x as far forward (+z) as that allows."""
    right = np.cross(np.array([0.0, 0.0, 1.0]), up)
    right = right / np.linalg.norm(right)
    return np.stack([np.cross(up, right), up, right], axis=-1)


def _reach(bone: Bone) -> Float[np.ndarray, "3"]:
    """From its near to its far end [m]."""
    return CMU_LENGTH_M * bone.length * bone.direction


def _about_right(angle_deg: float) -> Float[np.ndarray, "3 3"]:
    return so3.exp(np.deg2rad(angle_deg) * np.array([0.0, 0.0, 1.0]))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="latin-1")
    except OSError as error:
        raise UnreadableFile(file, "it cannot be read", "check the path") from error
