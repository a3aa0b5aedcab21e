"""Landmarks of somebody standing -> anatomical frames of the seven segments.

All frames: x forward, y up, z to the person's right, on both sides. Right-handed, world y up.

- Pelvis, ISB (Wu et al. 2002, J. Biomech. 35:543): z from the left to the right front spine (ASIS);
  x in the plane of both front spines and the midpoint of the rear spines, square to z; origin
  midway between the hip centres. Without spines: z from the left to the right trochanter, y as
  near to the vertical as that allows, then tilted forward by a mean standing tilt, to be stated.
- Thigh, ISB: origin hip centre; y from the midpoint of the epicondyles to the hip centre; x square
  to the plane of hip centre and epicondyles.
- Shank: x square to the plane of the knee centre and both malleoli (ISB's torsional plane); y from
  the ankle to the knee centre. This is the long axis of Grood & Suntay (1983); ISB instead puts z
  exactly on the malleoli, which turns y about x by their slope, some five degrees. Origin knee
  centre. External tibial torsion therefore shows as an offset of knee rotation.
- Foot: x from heel to the second metatarsal, laid level; y the vertical while standing; so the
  ankle's angles are measured from a flat foot and neutral standing is near zero. ISB takes y from
  the shank in neutral. Without landmarks of the foot, x is where the pelvis faces. Origin ankle
  centre.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.hip_centre import hip_centres
from kinefuse.anatomy.segments import SIDES

Point = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "*batch 3"]
Frame = tuple[Float[np.ndarray, "3 3"], Point]
"""``R_world_segment`` and the origin [m]."""

_UP = np.array([0.0, 1.0, 0.0])


def standing_frames(
    landmarks: Mapping[str, Point], hip_method: str, pelvic_tilt_rad: float = 0.0
) -> dict[str, Frame]:
    """Frame of every segment of somebody standing still.

    Args:
        landmarks: By name with side (``knee_lateral_r``), plus ``psis_middle``; metres, y up.
        hip_method: A row of ``HIP_CENTRES``.
        pelvic_tilt_rad: Forward tilt to assume where no spines are known; otherwise unused.
    """
    R_pelvis = _pelvis_axes(landmarks, pelvic_tilt_rad)
    hips = hip_centres(hip_method, landmarks, R_pelvis)
    frames = {"pelvis": (R_pelvis, (hips["r"] + hips["l"]) / 2)}
    for side in SIDES:
        frames |= _leg_frames(landmarks, side, hips[side], forward=R_pelvis[:, 0])
    return frames


def axes(*, first: Points, second: Points, names: str) -> Float[np.ndarray, "*batch 3 3"]:
    """Rotation whose axis ``names[0]`` lies along ``first`` and ``names[1]`` as near ``second``.

    The third axis completes a right-handed frame; columns are x, y, z.
    """
    a, b = ("xyz".index(name) for name in names)
    sign = 1 if (b - a) % 3 == 1 else -1
    along = _unit(first)
    third = sign * _unit(np.cross(along, second))
    columns = {a: along, 3 - a - b: third, b: sign * np.cross(third, along)}
    return np.stack([columns[i] for i in range(3)], axis=-1)


def _pelvis_axes(landmarks: Mapping[str, Point], tilt_rad: float) -> Float[np.ndarray, "3 3"]:
    if "asis_r" in landmarks:
        to_right = landmarks["asis_r"] - landmarks["asis_l"]
        front = (landmarks["asis_r"] + landmarks["asis_l"]) / 2
        return axes(first=to_right, second=front - landmarks["psis_middle"], names="zx")
    to_right = landmarks["trochanter_r"] - landmarks["trochanter_l"]
    upright = axes(first=to_right, second=_UP, names="zy")
    c, s = np.cos(tilt_rad), np.sin(tilt_rad)
    return upright @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])  # forward tilt: turn by -z


def _leg_frames(
    landmarks: Mapping[str, Point], side: str, hip: Point, forward: Point
) -> dict[str, Frame]:
    outwards = +1 if side == "r" else -1
    at = {name: landmarks[f"{name}_{side}"] for name in _LEG}
    knee = (at["knee_lateral"] + at["knee_medial"]) / 2
    ankle = (at["ankle_lateral"] + at["ankle_medial"]) / 2
    knee_right = outwards * (at["knee_lateral"] - at["knee_medial"])
    ankle_right = outwards * (at["ankle_lateral"] - at["ankle_medial"])
    if f"toe_{side}" in landmarks:
        forward = landmarks[f"toe_{side}"] - landmarks[f"heel_{side}"]
    return {
        f"thigh_{side}": (axes(first=hip - knee, second=knee_right, names="yz"), hip),
        f"shank_{side}": (axes(first=knee - ankle, second=ankle_right, names="yz"), knee),
        f"foot_{side}": (axes(first=_UP, second=forward, names="yx"), ankle),
    }


_LEG = ("knee_lateral", "knee_medial", "ankle_lateral", "ankle_medial")


def _unit(v: Points) -> Points:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)
