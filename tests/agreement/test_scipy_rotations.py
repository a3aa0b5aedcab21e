"""Our rotations and joint angles against SciPy's, an independent implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS

angles = st.floats(0, np.pi - 1e-6) | st.floats(0, 1e-6) | st.floats(np.pi - 1e-3, np.pi - 1e-6)
axes = st.sampled_from([*np.eye(3), *-np.eye(3), np.ones(3), np.array([1.0, -2.0, 3.0])])
MANY = Rotation.random(2000, random_state=np.random.default_rng(0))


@given(angle=angles, axis=axes)
def test_exp_agrees(angle, axis):
    tangent = angle * axis / np.linalg.norm(axis)
    np.testing.assert_allclose(
        so3.exp(tangent), Rotation.from_rotvec(tangent).as_matrix(), atol=1e-12
    )


def test_log_agrees():
    np.testing.assert_allclose(so3.log(MANY.as_matrix()), MANY.as_rotvec(), atol=1e-9)


def test_quaternions_agree():
    wxyz = MANY.as_quat(scalar_first=True)
    np.testing.assert_allclose(so3.from_quaternions(wxyz), MANY.as_matrix(), atol=1e-12)


def test_mean_agrees():
    close = Rotation.from_rotvec(0.4 * MANY.as_rotvec()) * MANY[0]
    np.testing.assert_allclose(so3.mean(close.as_matrix()), close.mean().as_matrix(), atol=1e-9)


def test_turns_about_the_vertical_agree():
    angle = np.linspace(-3.0, 3.0, 50)
    np.testing.assert_allclose(
        so3.about_y(angle), Rotation.from_rotvec(angle[:, None] * [0, 1, 0]).as_matrix(), atol=1e-12
    )


@pytest.mark.parametrize("joint", JOINTS.values(), ids=JOINTS)
def test_clinical_angles_are_the_intrinsic_zxy_sequence(joint):
    z, x, y = MANY.as_euler("ZXY").T
    np.testing.assert_allclose(
        angles_of_rotation(MANY.as_matrix(), joint),
        np.stack([z, x, y], axis=-1) * np.array(joint.signs),
        atol=1e-9,
    )


@pytest.mark.parametrize("joint", JOINTS.values(), ids=JOINTS)
def test_rotation_of_clinical_angles_is_the_intrinsic_zxy_sequence(joint):
    angles = np.random.default_rng(1).uniform(-1.4, 1.4, (500, 3))
    np.testing.assert_allclose(
        rotation_of_angles(angles, joint),
        Rotation.from_euler("ZXY", angles * np.array(joint.signs)).as_matrix(),
        atol=1e-12,
    )
