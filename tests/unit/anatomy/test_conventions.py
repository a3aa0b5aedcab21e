"""Angles go to every other convention and back, and each row says what its source says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.conventions import CONVENTIONS, convention, from_ours, to_ours
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.errors import UnknownChoice

ANGLES = st.tuples(st.floats(-0.5, 2.2), st.floats(-0.6, 0.6), st.floats(-0.9, 0.9))
FLEXED = {"hip": -1, "knee": +1, "ankle": -1}  # Calgary's sign of flexion


@given(
    angles=ANGLES, name=st.sampled_from(sorted(CONVENTIONS)), joint=st.sampled_from(sorted(JOINTS))
)
def test_there_and_back_is_where_one_was(angles, name, joint):
    ours = np.array([angles])
    np.testing.assert_allclose(to_ours(from_ours(ours, joint, name), joint, name), ours, atol=1e-9)


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("name", CONVENTIONS)
def test_small_angles_differ_by_sign_order_and_unit_only(name, joint):
    """Rotations of a thousandth of a radian commute, so the sequence of axes cannot matter."""
    row = convention(name)
    theirs = from_ours(1e-3 * np.eye(3), joint, name)
    scale = 1e-3 if row.unit == "rad" else np.rad2deg(1e-3)
    for i, plane in enumerate(("flexion", "adduction", "rotation")):
        expected = np.zeros(3)
        expected[row.order.index(plane)] = scale * row.signs[joint][i]
        np.testing.assert_allclose(theirs[i], expected, atol=1e-9)


@given(angles=ANGLES, joint=st.sampled_from(sorted(JOINTS)))
def test_calgary_angles_are_those_of_its_own_matrix(angles, joint):
    """The clinic's expression: row y of the matrix is (-Sz Cx, Cz Cx, Sx), column z -(Sy Cx)."""
    ours = np.array(angles)
    R = rotation_of_angles(ours, JOINTS[joint])
    about_x = np.arcsin(R[1, 2])
    about_y = np.arctan2(-R[0, 2], R[2, 2])
    about_z = np.arctan2(-R[1, 0], R[1, 1])
    theirs = from_ours(ours, joint, "calgary")
    np.testing.assert_allclose(theirs, np.rad2deg([about_x, about_y, about_z]), atol=1e-6)


@pytest.mark.parametrize("joint", JOINTS)
def test_the_clinics_flexion_is_negative_at_hip_and_ankle(joint):
    theirs = from_ours(np.deg2rad([30.0, 0, 0]), joint, "calgary")
    np.testing.assert_allclose(theirs, [0, 0, 30 * FLEXED[JOINTS[joint].kind]], atol=1e-9)


@settings(max_examples=30)
@given(angles=ANGLES)
def test_the_published_files_negate_the_left_legs_adduction_and_rotation(angles):
    for joint in ("hip_l", "knee_l", "ankle_l"):
        add, rot, flex = from_ours(np.array(angles), joint, "calgary")
        np.testing.assert_allclose(
            from_ours(np.array(angles), joint, "published"), [flex, -add, -rot], atol=1e-9
        )


@settings(max_examples=20)
@given(angles=ANGLES)
def test_both_sides_read_alike_where_the_convention_says_so(angles):
    for name in ("isb", "published", "plug-in-gait", "rajagopal2016", "gait2392"):
        for kind in ("hip", "knee", "ankle"):
            right, left = (from_ours(np.array(angles), f"{kind}_{s}", name) for s in "rl")
            np.testing.assert_allclose(right, left, atol=1e-9, err_msg=f"{name} {kind}")


def test_a_bent_and_rotated_knee_looks_adducted_to_the_clinic():
    """Why signs alone do not convert: 20 deg of rotation at 90 deg of flexion."""
    add, rot, flex = from_ours(np.deg2rad([90.0, 0.0, -20.0]), "knee_r", "calgary")
    assert flex == pytest.approx(90)
    assert abs(add) == pytest.approx(20)
    assert rot == pytest.approx(0, abs=1e-9)


def test_gait2392_bends_its_knee_negatively_and_rajagopal_positively():
    bent = np.deg2rad([60.0, 0, 0])
    assert from_ours(bent, "knee_l", "gait2392")[0] == pytest.approx(-60)
    assert from_ours(bent, "knee_l", "rajagopal2016")[0] == pytest.approx(60)


def test_every_row_names_its_source_and_the_rotation_survives():
    for row in CONVENTIONS.values():
        assert len(row.source) > 30
        assert set(row.signs) == set(JOINTS)
    R = rotation_of_angles(np.array([1.4, 0.2, -0.3]), JOINTS["knee_r"])
    back = to_ours(from_ours(np.array([1.4, 0.2, -0.3]), "knee_r", "calgary"), "knee_r", "calgary")
    turn = so3.log(R.T @ rotation_of_angles(back, JOINTS["knee_r"]))
    assert np.linalg.norm(turn) < 1e-9


def test_an_unknown_convention_lists_the_known_ones():
    with pytest.raises(UnknownChoice, match=r"martian.*plug-in-gait"):
        convention("martian")
