"""Signs that a clinician would bet on, and the laws of the Cardan sequence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS, PLANES, joint
from kinefuse.anatomy.segments import SEGMENTS, SIDES, side_of
from kinefuse.errors import UnknownChoice

FORWARD, UP, RIGHT = np.eye(3)
DOWN, BACKWARD, LEFT = -UP, -FORWARD, -RIGHT
MIDLINE = {"r": LEFT, "l": RIGHT}
SMALL = 0.2
names = st.sampled_from(list(JOINTS))
clinical = st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3).map(np.array)
tangents = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def towards(start, end):
    """The rotation by ``SMALL`` that moves the direction ``start`` towards ``end``."""
    return so3.exp(SMALL * np.cross(start, end))


def assert_only(plane, angles, value):
    expected = np.zeros(3)
    expected[PLANES.index(plane)] = value
    np.testing.assert_allclose(angles, expected, atol=1e-12)


# What the lower end of a hanging segment, or the toes, do when an angle is positive.
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("kind", "plane", "start", "end"),
    [
        ("hip", "flexion", "down", "forward"),
        ("knee", "flexion", "down", "backward"),
        ("ankle", "flexion", "forward", "up"),
        ("hip", "adduction", "down", "midline"),
        ("knee", "adduction", "down", "midline"),
        ("ankle", "adduction", "down", "midline"),  # the sole faces the other foot: inversion
        ("hip", "rotation", "forward", "midline"),
        ("knee", "rotation", "forward", "midline"),
        ("ankle", "rotation", "forward", "midline"),
    ],
)
def test_a_positive_angle_moves_the_distal_segment_that_way(kind, side, plane, start, end):
    directions = {
        "down": DOWN, "forward": FORWARD, "backward": BACKWARD, "up": UP, "midline": MIDLINE[side],
    }  # fmt: skip
    R_proximal_distal = towards(directions[start], directions[end])
    assert_only(plane, angles_of_rotation(R_proximal_distal, joint(f"{kind}_{side}")), SMALL)
    back = towards(directions[start], -directions[end])
    assert_only(plane, angles_of_rotation(back, joint(f"{kind}_{side}")), -SMALL)


@given(name=names, angles=clinical)
def test_angles_survive_the_way_through_a_rotation(name, angles):
    R = rotation_of_angles(angles, joint(name))
    np.testing.assert_allclose(angles_of_rotation(R, joint(name)), angles, atol=1e-9)


@given(name=names, tangent=tangents)
def test_rotations_survive_the_way_through_angles(name, tangent):
    R = so3.exp(tangent)
    back = rotation_of_angles(angles_of_rotation(R, joint(name)), joint(name))
    np.testing.assert_allclose(back, R, atol=1e-6)


@given(kind=st.sampled_from(JOINT_KINDS), angles=clinical)
def test_a_mirrored_posture_has_the_same_angles_on_the_other_side(kind, angles):
    mirror = np.diag([1.0, 1.0, -1.0])
    right = rotation_of_angles(angles, joint(f"{kind}_r"))
    left = mirror @ right @ mirror
    np.testing.assert_allclose(angles_of_rotation(left, joint(f"{kind}_l")), angles, atol=1e-9)


@given(world=tangents, proximal=tangents, distal=tangents)
def test_a_joint_does_not_know_the_world(world, proximal, distal):
    R_other_world, R_world_proximal, R_world_distal = map(so3.exp, (world, proximal, distal))
    np.testing.assert_allclose(
        joint_rotation(R_other_world @ R_world_proximal, R_other_world @ R_world_distal),
        joint_rotation(R_world_proximal, R_world_distal),
        atol=1e-12,
    )


@given(proximal=tangents, turn=tangents)
def test_the_joint_rotation_carries_the_proximal_onto_the_distal_segment(proximal, turn):
    R_world_proximal, R_proximal_distal = so3.exp(proximal), so3.exp(turn)
    found = joint_rotation(R_world_proximal, R_world_proximal @ R_proximal_distal)
    np.testing.assert_allclose(found, R_proximal_distal, atol=1e-12)


@pytest.mark.parametrize("name", JOINTS)
def test_flexion_is_about_the_proximal_and_rotation_about_the_distal_segment(name):
    """Grood and Suntay: the same posture, built from turns about the axes they name."""
    flexion, adduction, rotation = 0.7, 0.2, -0.3
    signs = np.array(joint(name).signs)
    R = rotation_of_angles(np.array([flexion, adduction, rotation]), joint(name))
    about_proximal_z = so3.exp(0.1 * signs[0] * RIGHT)
    about_distal_y = so3.exp(0.1 * signs[2] * UP)
    more_flexed = angles_of_rotation(about_proximal_z @ R, joint(name))
    more_rotated = angles_of_rotation(R @ about_distal_y, joint(name))
    np.testing.assert_allclose(more_flexed, [flexion + 0.1, adduction, rotation], atol=1e-12)
    np.testing.assert_allclose(more_rotated, [flexion, adduction, rotation + 0.1], atol=1e-12)


def test_time_and_further_axes_stay_in_front():
    R = so3.exp(np.random.default_rng(0).normal(size=(4, 5, 3)))
    assert angles_of_rotation(R, joint("hip_l")).shape == (4, 5, 3)


def test_joints_join_neighbouring_segments_of_one_side():
    for name, row in JOINTS.items():
        assert row.name == name
        assert {row.proximal, row.distal} <= set(SEGMENTS)
        assert side_of(row.distal) == row.side
        assert side_of(row.proximal) in (row.side, None)
    assert [JOINTS[f"{kind}_r"].distal for kind in JOINT_KINDS] == ["thigh_r", "shank_r", "foot_r"]
    assert JOINTS["hip_l"].proximal == "pelvis"
    assert JOINTS["ankle_l"].proximal == "shank_l"


def test_plausible_ranges_hold_the_extremes_of_gait():
    """Perry & Burnfield 2010, Gait Analysis: hip -20..35, knee 0..130 (running), ankle -20..15."""
    extremes = {"hip": (-20, 35), "knee": (0, 130), "ankle": (-20, 15)}
    for row in JOINTS.values():
        (low, high), *others = row.range_deg
        assert low < extremes[row.kind][0] < extremes[row.kind][1] < high
        assert all(below < 0 < above for below, above in others)


def test_an_unknown_joint_lists_the_known_ones():
    with pytest.raises(UnknownChoice, match=r"elbow_r.*hip_r.*ankle_l"):
        joint("elbow_r")


def test_the_pelvis_has_no_side():
    assert [side_of(segment) for segment in SEGMENTS] == [None, *"rrrlll"]
