"""Laws of the rotation group; the agreement with SciPy is under ``agreement``."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3

angles = st.floats(0, np.pi - 1e-6) | st.floats(0, 1e-6) | st.floats(np.pi - 1e-3, np.pi - 1e-6)
axes = st.sampled_from([*np.eye(3), *-np.eye(3), np.ones(3), np.array([1.0, -2.0, 3.0])])
tangents = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)
X, Y, Z = np.eye(3)


@given(angle=angles, axis=axes)
def test_log_undoes_exp(angle, axis):
    tangent = angle * axis / np.linalg.norm(axis)
    np.testing.assert_allclose(so3.log(so3.exp(tangent)), tangent, atol=1e-12)


@given(axis=axes)
def test_half_turns_survive_the_logarithm(axis):
    axis = axis / np.linalg.norm(axis)
    half_turn = 2 * np.outer(axis, axis) - np.eye(3)
    np.testing.assert_allclose(so3.exp(so3.log(half_turn)), half_turn, atol=1e-12)


@given(tangent=tangents)
def test_exp_is_a_rotation_that_keeps_its_axis(tangent):
    R = so3.exp(tangent)
    np.testing.assert_allclose(R @ so3.transpose(R), np.eye(3), atol=1e-12)
    assert np.linalg.det(R) == pytest.approx(1)
    np.testing.assert_allclose(R @ tangent, tangent, atol=1e-12)


def test_continuous_quaternions_do_not_change_sign_on_the_way():
    turns = so3.exp(np.linspace(0, 12, 200)[:, None] * np.array([0.0, 0.6, 0.8]))
    wxyz = so3.continuous_quaternions(turns)
    assert np.abs(np.diff(wxyz, axis=0)).max() < 0.05
    assert wxyz[0, 0] > 0
    np.testing.assert_allclose(so3.from_quaternions(wxyz), turns, atol=1e-12)


@pytest.mark.parametrize(("axis", "start", "end"), [(X, Y, Z), (Y, Z, X), (Z, X, Y)])
def test_a_positive_quarter_turn_is_right_handed(axis, start, end):
    np.testing.assert_allclose(so3.exp(np.pi / 2 * axis) @ start, end, atol=1e-15)


@given(tangent=tangents, v=tangents)
def test_skew_is_the_cross_product(tangent, v):
    np.testing.assert_allclose(so3.skew(tangent) @ v, np.cross(tangent, v), atol=1e-12)


@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-5, 1e-3, 0.5, 2.5])
def test_jacobian_is_the_finite_difference(angle):
    tangent = angle * np.array([2.0, -1.0, 2.0]) / 3
    R, step = so3.exp(tangent), 1e-6
    ahead, behind = (
        np.stack([so3.log(R @ so3.exp(sign * step * e)) for e in np.eye(3)], axis=-1)
        for sign in (+1, -1)
    )
    np.testing.assert_allclose(
        so3.inverse_right_jacobian(tangent), (ahead - behind) / (2 * step), atol=1e-7
    )


def test_batch_axes_are_independent():
    tangents = np.random.default_rng(0).normal(size=(4, 5, 3))
    R = so3.exp(tangents)
    np.testing.assert_array_equal(R, np.array([[so3.exp(t) for t in row] for row in tangents]))
    for function in (so3.log, so3.nearest, so3.heading):
        np.testing.assert_allclose(
            function(R), np.array([[function(one) for one in row] for row in R]), atol=1e-12
        )


@given(tangent=tangents)
def test_nearest_leaves_rotations_alone_and_turns_mirrors_into_rotations(tangent):
    R = so3.exp(tangent)
    np.testing.assert_allclose(so3.nearest(R), R, atol=1e-12)
    assert np.linalg.det(so3.nearest(R @ np.diag([1.0, 1.0, -0.9]))) == pytest.approx(1)


@given(tangent=tangents, wrong=tangents, shape=st.sampled_from([(1, 1, 1), (1.2, 0.8, -0.1)]))
def test_nothing_else_is_nearer_than_nearest(tangent, wrong, shape):
    M = so3.exp(tangent) @ np.diag(shape) + 0.1 * np.sin(np.arange(9.0)).reshape(3, 3)
    best = np.linalg.norm(M - so3.nearest(M))
    assert best <= np.linalg.norm(M - so3.nearest(M) @ so3.exp(0.1 * wrong)) + 1e-12


@given(tangent=tangents, spread=st.floats(0, 1.0))
def test_the_mean_of_rotations_on_either_side_is_the_middle(tangent, spread):
    middle = so3.exp(tangent)
    sides = middle @ so3.exp(spread * np.array([Z, -Z, X, -X]))
    np.testing.assert_allclose(so3.mean(sides), middle, atol=1e-9)


def test_quaternions_are_scalar_first():
    half = np.sqrt(0.5)
    np.testing.assert_allclose(
        so3.from_quaternions(np.array([half, 0.0, 0.0, half])) @ X, Y, atol=1e-15
    )


@given(angle=st.floats(-3.1, 3.1))
def test_heading_undoes_about_y(angle):
    R = so3.about_y(np.array([angle]))
    assert so3.heading(R)[0] == pytest.approx(angle)


def test_a_turn_about_the_vertical_is_positive_to_the_left():
    left = -Z  # z points right
    np.testing.assert_allclose(so3.about_y(np.array([np.pi / 2]))[0] @ X, left, atol=1e-15)


@given(heading=st.floats(-3.1, 3.1), swing=st.floats(-1.4, 1.4))
def test_swinging_about_the_right_axis_leaves_the_heading(heading, swing):
    R = so3.about_y(np.array([heading])) @ so3.exp(swing * Z)
    assert so3.heading(R)[0] == pytest.approx(heading)


@given(seed=st.integers(0, 1000))
def test_polishing_makes_single_precision_double(seed):
    R = so3.exp(np.random.default_rng(seed).normal(size=(5, 3)))
    rough = R.astype(np.float32).astype(np.float64)
    np.testing.assert_allclose(so3.polished(rough), so3.nearest(rough), atol=1e-13)
