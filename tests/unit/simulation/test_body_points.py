"""Bones keep their lengths and directions, whichever way their segments are turned."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.simulation.body import Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from kinefuse.simulation.chain import pose

BODY = Body(height_m=1.7)


@pytest.fixture(scope="module")
def turned():
    """Every segment turned anyhow, for five samples."""
    rng = np.random.default_rng(0)
    return {segment: so3.exp(rng.normal(size=(5, 3))) for segment in SEGMENTS}


@pytest.fixture(scope="module")
def points(turned):
    return points_from_pelvis_m(turned, BODY)


def seen_from(R_world_segment, way):
    return np.einsum("tji,tj->ti", R_world_segment, way)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("end", "start", "stem", "bone_m"),
    [
        ("knee", "hip", "thigh", [0, -BODY.thigh_m, 0]),
        ("ankle", "knee", "shank", [0, -BODY.shank_m, 0]),
        ("heel", "ankle", "foot", BODY.foot_contacts_m[0]),
        ("ball", "ankle", "foot", BODY.foot_contacts_m[1]),
    ],
)
def test_a_bone_lies_still_in_its_segment(side, end, start, stem, bone_m, turned, points):
    way = points[f"{end}_{side}"] - points[f"{start}_{side}"]
    seen = seen_from(turned[f"{stem}_{side}"], way)
    np.testing.assert_allclose(seen, np.tile(bone_m, (5, 1)), atol=1e-12)


def test_hips_are_on_the_pelvis_the_right_one_to_its_right(turned, points):
    np.testing.assert_array_equal(points["pelvis"], 0)
    across = seen_from(turned["pelvis"], points["hip_r"] - points["hip_l"])
    np.testing.assert_allclose(across, np.tile([0, 0, BODY.hip_width_m], (5, 1)), atol=1e-12)
    np.testing.assert_allclose(points["hip_r"] + points["hip_l"], 0, atol=1e-12)


def test_below_a_segment_that_is_not_known_there_is_nothing(turned):
    known = {s: turned[s] for s in ("pelvis", "thigh_l", "shank_r", "foot_l")}
    assert set(points_from_pelvis_m(known, BODY)) == {"pelvis", "hip_r", "hip_l", "knee_l"}
    only = points_from_pelvis_m({"foot_r": turned["foot_r"]}, BODY)
    assert set(only) == {"pelvis"}


def test_a_simulated_body_has_each_segment_at_its_proximal_joint():
    rng = np.random.default_rng(1)
    angles = {name: rng.uniform(-0.5, 0.5, (5, 3)) for name in JOINTS}
    made = pose(rng.uniform(-0.2, 0.2, (5, 3)), angles, BODY)
    points = points_from_pelvis_m(made.R_world_segment, BODY)
    for side in SIDES:
        for joint, segment in (("hip", "thigh"), ("knee", "shank"), ("ankle", "foot")):
            origin = made.from_pelvis_m[f"{segment}_{side}"]
            np.testing.assert_array_equal(origin, points[f"{joint}_{side}"])
        heel, ball = made.contacts_m[side].swapaxes(0, 1)
        np.testing.assert_array_equal(heel, points[f"heel_{side}"])
        np.testing.assert_array_equal(ball, points[f"ball_{side}"])
