"""Where the hip joint centres are, from landmarks one can touch; each method with its source.

Every method takes landmarks by name (metres, y up) and gives the two centres in the same axes.
"""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnknownChoice

Point = Float[np.ndarray, "3"]
Landmarks = Mapping[str, Point]
HipCentres = dict[str, Point]
"""By side, 'r' and 'l'."""


def harrington(landmarks: Landmarks, R_world_pelvis: Float[np.ndarray, "3 3"]) -> HipCentres:
    """Regression on the pelvis' width and depth (Harrington et al. 2007, J. Biomech. 40:595).

    The equations of their table for all people, without leg length: 0.24 depth + 9.9 mm behind,
    0.30 width + 10.9 mm below and 0.33 width + 7.3 mm beside the midpoint of the front spines, in
    the pelvis' axes. Markers are taken to be the spines themselves: no marker radius is removed.
    """
    front = (landmarks["asis_r"] + landmarks["asis_l"]) / 2
    width = np.linalg.norm(landmarks["asis_r"] - landmarks["asis_l"])
    depth = np.linalg.norm(front - landmarks["psis_middle"])
    behind, below, beside = 0.24 * depth + 0.0099, 0.30 * width + 0.0109, 0.33 * width + 0.0073
    return {
        side: front + R_world_pelvis @ np.array([-behind, -below, sign * beside])
        for side, sign in (("r", +1), ("l", -1))
    }


def trochanters(landmarks: Landmarks, R_world_pelvis: Float[np.ndarray, "3 3"]) -> HipCentres:  # noqa: ARG001
    """A quarter of the way from one greater trochanter to the other.

    Weinhandl & O'Connor (2010), J. Biomech. 43:2633.
    """
    right, left = landmarks["trochanter_r"], landmarks["trochanter_l"]
    return {"r": right + (left - right) / 4, "l": left + (right - left) / 4}


HIP_CENTRES: Mapping[str, Callable[[Landmarks, np.ndarray], HipCentres]] = {
    "harrington": harrington,
    "trochanters": trochanters,
}


def hip_centres(
    method: str, landmarks: Landmarks, R_world_pelvis: Float[np.ndarray, "3 3"]
) -> HipCentres:
    """Both hip joint centres by the method of that name.

    Raises:
        UnknownChoice: The method is not one of ``HIP_CENTRES``.
    """
    if method not in HIP_CENTRES:
        raise UnknownChoice("hip centre method", method, known=HIP_CENTRES)
    return HIP_CENTRES[method](landmarks, R_world_pelvis)
