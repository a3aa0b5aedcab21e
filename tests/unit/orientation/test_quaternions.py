"""Compiled quaternions against the matrices they stand for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.orientation import _quaternions as quaternions

unit = st.floats(-1, 1)
directions = (
    st.tuples(unit, unit, unit)
    .map(np.array)
    .filter(lambda v: np.linalg.norm(v) > 0.1)
    .map(lambda v: v / np.linalg.norm(v))
)
angles = st.one_of(
    st.floats(0, math.pi - 1e-9),
    st.sampled_from([0.0, 1e-300, 1e-12, 1e-8, 1e-4, math.pi / 2, math.pi - 1e-6]),
)


def _matrix(q):
    return np.reshape(quaternions.to_matrix(*q), (3, 3))


def _of_matrix(R):
    return np.array(quaternions.of_matrix(*R.ravel()))


@given(direction=directions, angle=angles)
def test_a_turn_becomes_its_rotation(direction, angle):
    turn = angle * direction
    np.testing.assert_allclose(_matrix(quaternions.of_turn(*turn)), so3.exp(turn), atol=1e-14)


@given(direction=directions, angle=angles, sign=st.sampled_from([-1, 1]))
def test_the_rotation_vector_of_either_sign_is_the_turn(direction, angle, sign):
    turn = angle * direction
    q = sign * np.array(quaternions.of_turn(*turn))
    np.testing.assert_allclose(quaternions.rotation_vector(*q), turn, rtol=1e-12, atol=1e-13)


@given(direction=directions)
def test_half_a_turn_has_a_rotation_vector(direction):
    turn = np.array(quaternions.rotation_vector(0.0, *direction))
    assert np.linalg.norm(turn) == pytest.approx(math.pi, abs=1e-12)
    np.testing.assert_allclose(np.cross(turn, direction), 0, atol=1e-12)


@given(direction=directions, angle=angles)
def test_the_cheap_turn_never_goes_too_far(direction, angle):
    q = np.array(quaternions.normalised(*quaternions.nearly_of_turn(*(angle * direction))))
    made = np.linalg.norm(quaternions.rotation_vector(*q))
    assert made <= angle + 1e-14
    assert angle - made <= 0.03 * (angle / math.pi) ** 7 + 1e-13


@given(direction=directions, angle=st.one_of(angles, st.just(math.pi)))
def test_a_matrix_survives_the_round_trip(direction, angle):
    R = so3.exp(angle * direction)
    q = _of_matrix(R)
    assert np.linalg.norm(q) == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(_matrix(q), R, atol=1e-13)


@given(a=directions, b=directions, angle=angles)
def test_products_are_those_of_the_matrices(a, b, angle):
    p, q = quaternions.of_turn(*(angle * a)), quaternions.of_turn(*(2 * b))
    np.testing.assert_allclose(
        _matrix(quaternions.product(*p, *q)), _matrix(p) @ _matrix(q), atol=1e-14
    )


def test_the_length_of_a_quaternion_does_not_matter_to_its_matrix():
    q = np.array(quaternions.of_turn(0.3, -0.2, 0.9))
    np.testing.assert_allclose(_matrix(-7 * q), _matrix(q), atol=1e-15)


@pytest.mark.parametrize("entry", range(9))
def test_nan_in_a_matrix_is_nan_in_its_quaternion(entry):
    R = np.eye(3).ravel()
    R[entry] = np.nan
    assert np.isnan(quaternions.of_matrix(*R)).any()
