"""Markers that move together -> the pose of what carries them, by least squares.

Every function works on all frames at once; a marker that was not seen is NaN.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kinefuse import so3
from kinefuse.anatomy._rigid_fit import fit_frames

Points = Float[np.ndarray, "time marker 3"]
Template = Float[np.ndarray, "marker 3"]
"""Where the markers are in the segment's own frame, from the static trial [m]."""

SUDDEN_MISFIT_M = 0.003
"""What a misfit may have beyond twice the trial's median. Found on 41 running trials: the largest
misfit of sound clusters is two to three times their median (pelvis 21 against 10 mm, feet 6 against
2 mm), that of mistaken markers above ten times."""

FEWEST_MARKERS = 3  # two leave the turn about their line open


class Fit(NamedTuple):
    """Pose of a cluster's segment in every frame; NaN where a marker is missing."""

    R_world_segment: Float[np.ndarray, "time 3 3"]
    origin_m: Float[np.ndarray, "time 3"]
    misfit_m: Float[np.ndarray, " time"]
    """Root mean square distance between the markers and the rigid template."""


def fit(points_m: Points, local_m: Template) -> Fit:
    """Least squares over rotation and origin, from all of the template's markers.

    The rotation is the one that the singular value decomposition of the cross-covariance gives
    (Soderkvist & Wedin 1993, J. Biomech. 26:1473), found in closed form.
    """
    return Fit(*fit_frames(np.ascontiguousarray(points_m), np.ascontiguousarray(local_m)))


def place(
    R_world_segment: so3.Rotations, origin_m: Float[np.ndarray, "time 3"], local_m: Template
) -> Points:
    """Where the markers would be if the cluster were rigid."""
    return local_m @ so3.transpose(R_world_segment) + origin_m[:, None]


def fill(points_m: Points, local_m: Template) -> Points:
    """Missing markers rebuilt from the rest of their cluster wherever three or more were seen.

    A rebuilt marker keeps its place among the others: where it was seen, its position in the frame
    that those others span is known, and between such times it is interpolated linearly, so
    that leaving and coming back make no step. Frames with fewer than three markers stay NaN.
    """
    bits = 1 << np.arange(len(local_m))
    seen = np.isfinite(points_m[..., 0]) @ bits  # which markers, as one number a frame
    filled = points_m.copy()
    for number in np.unique(seen[seen != bits.sum()]):
        pattern = (number & bits) > 0
        if pattern.sum() >= FEWEST_MARKERS:
            _fill_one(filled, points_m, seen, pattern, local_m)
    return filled


def refuse(points_m: Points, local_m: Template, fitted: Fit) -> Bool[np.ndarray, "time marker"]:
    """Markers that are not where the rest of their cluster says they have to be.

    A frame is doubted if its misfit exceeds twice the trial's median by ``SUDDEN_MISFIT_M``, so
    that skin that moves all the time is left alone. With four markers or more the one without
    which the others fit is refused; if there is no such marker, the whole cluster is.
    """
    refused = np.zeros(points_m.shape[:2], dtype=bool)
    known = np.isfinite(fitted.misfit_m)
    if not known.any():
        return refused
    allowed = 2 * np.median(fitted.misfit_m[known]) + SUDDEN_MISFIT_M
    doubted = np.flatnonzero(fitted.misfit_m > allowed)
    refused[doubted] = True
    markers = np.arange(len(local_m))
    if len(doubted) == 0 or len(markers) <= FEWEST_MARKERS:
        return refused
    rests = [markers != marker for marker in markers]
    without = np.stack([fit(points_m[doubted][:, r], local_m[r]).misfit_m for r in rests])
    one = without.min(axis=0) < allowed
    refused[doubted[one]] = without.argmin(axis=0)[one, None] == markers
    return refused


def _fill_one(
    filled: Points,
    points_m: Points,
    seen: Int[np.ndarray, " time"],
    pattern: Bool[np.ndarray, " marker"],
    local_m: Template,
) -> None:
    """Rebuild, in place, the markers that this pattern of visibility lacks."""
    bits = 1 << np.arange(len(pattern))
    number = bits[pattern].sum()
    here = np.flatnonzero(seen == number)
    R, origin, _ = fit(points_m[here][:, pattern], local_m[pattern])
    for marker in np.flatnonzero(~pattern):
        together = number | bits[marker]
        known = np.flatnonzero((seen & together) == together)
        local = local_m[marker]
        if len(known):
            after = np.searchsorted(known, here)
            ends = known[np.unique(np.clip([after - 1, after], 0, len(known) - 1))]
            R_end, origin_end, _ = fit(points_m[ends][:, pattern], local_m[pattern])
            path = np.einsum("tji,tj->ti", R_end, points_m[ends, marker] - origin_end)
            local = np.stack([np.interp(here, ends, axis) for axis in path.T], axis=-1)
        filled[here, marker] = origin + (R @ np.atleast_2d(local)[..., None])[..., 0]
