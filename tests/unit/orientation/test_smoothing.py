"""The smoother against truth, its limits, a readable dense solution, and finite differences."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from kinefuse import so3
from kinefuse.errors import NotFinite, TooShort, UnequalLengths
from kinefuse.orientation.smoothing import SmoothingConfig, smooth_orientation
from kinefuse.orientation.strapdown import dead_reckoning, turns_between_samples

RATE_HZ = 200.0
turns = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def _walk(samples=1200):
    """A swinging sensor with readings at the instants of its samples, and its exact attitudes."""
    t = np.arange(samples) / RATE_HZ
    swing = np.stack([0.1 * np.sin(9 * t), 0.05 * np.cos(5 * t), 0.6 * np.sin(6 * t)], axis=-1)
    R = so3.exp(swing)
    turns = so3.log(so3.transpose(R[:-1]) @ R[1:])
    # The readings whose trapezoidal turns are the exact ones.
    gyr = np.zeros((samples, 3))
    for n, turn in enumerate(turns):
        gyr[n + 1] = 2 * RATE_HZ * turn - gyr[n]
    return gyr, R, turns


@pytest.fixture
def walk():
    gyr, R, _ = _walk()
    return gyr, R


def angle_deg(A, B):
    return np.rad2deg(np.linalg.norm(so3.log(so3.transpose(A) @ B), axis=-1))


def _jittered(R, sigma_rad, seed):
    return R @ so3.exp(np.random.default_rng(seed).normal(0, sigma_rad, (len(R), 3)))


def test_turns_are_trapezoidal_means_of_neighbouring_readings():
    gyr, _, turns = _walk(50)
    np.testing.assert_allclose(turns_between_samples(gyr, RATE_HZ), turns, atol=1e-12)


def test_exact_witnesses_are_left_alone(walk):
    gyr, R = walk
    assert angle_deg(smooth_orientation(gyr, R, RATE_HZ).R_world_sensor, R).max() < 1e-6


def test_beats_both_witnesses(walk):
    gyr, R = walk
    rng = np.random.default_rng(0)
    biased = gyr + np.deg2rad([0.5, -0.3, 0.4]) + rng.normal(0, 0.02, gyr.shape)
    jittery = _jittered(R, np.deg2rad(6), seed=1)
    drifting = jittery[0] @ dead_reckoning(biased, RATE_HZ)

    smoothed = smooth_orientation(biased, jittery, RATE_HZ)
    error = angle_deg(smoothed.R_world_sensor, R).mean()
    assert smoothed.converged
    assert error < 0.15 * angle_deg(jittery, R).mean()
    assert error < 0.15 * angle_deg(drifting, R).mean()


def test_distrusting_the_gyroscope_returns_the_network(walk):
    gyr, R = walk
    jittery = _jittered(R, 0.1, seed=1)
    deaf = SmoothingConfig(turn_sigma_rad=1e6)
    answer = smooth_orientation(0 * gyr, jittery, RATE_HZ, deaf).R_world_sensor
    np.testing.assert_allclose(answer, jittery, atol=1e-6)


def test_distrusting_the_network_is_dead_reckoning():
    gyr, R, _ = _walk(300)
    turned_away = so3.exp(np.array([0.0, 0.3, 0.0])) @ R
    blind = SmoothingConfig(attitude_sigma_rad=1e3)
    answer = smooth_orientation(gyr, turned_away, RATE_HZ, blind).R_world_sensor
    np.testing.assert_allclose(
        so3.transpose(answer[:-1]) @ answer[1:], so3.transpose(R[:-1]) @ R[1:], atol=1e-9
    )


@settings(max_examples=20)
@given(world=turns)
def test_turning_the_world_turns_the_answer(world):
    gyr, R, _ = _walk(300)
    jittery = _jittered(R, 0.1, seed=2)
    R_other_world = so3.exp(world)
    np.testing.assert_allclose(
        smooth_orientation(gyr, R_other_world @ jittery, RATE_HZ).R_world_sensor,
        R_other_world @ smooth_orientation(gyr, jittery, RATE_HZ).R_world_sensor,
        atol=1e-9,
    )


@settings(max_examples=20)
@given(mounting=turns)
def test_mounting_the_sensor_otherwise_changes_nothing_but_its_frame(mounting):
    gyr, R, _ = _walk(300)
    jittery = _jittered(R, 0.1, seed=3)
    R_sensor_other = so3.exp(mounting)
    np.testing.assert_allclose(
        smooth_orientation(gyr @ R_sensor_other, jittery @ R_sensor_other, RATE_HZ).R_world_sensor,
        smooth_orientation(gyr, jittery, RATE_HZ).R_world_sensor @ R_sensor_other,
        atol=1e-9,
    )


@pytest.mark.parametrize("samples", [2, 64, 65, 200, 1000])
def test_reversing_time_reverses_the_answer(samples):
    gyr, R, _ = _walk(samples)
    jittery = _jittered(R, 0.1, seed=4)
    exact = SmoothingConfig(tolerance_rad=1e-10)
    np.testing.assert_allclose(
        smooth_orientation(-gyr[::-1], jittery[::-1], RATE_HZ, exact).R_world_sensor[::-1],
        smooth_orientation(gyr, jittery, RATE_HZ, exact).R_world_sensor,
        atol=1e-9,
    )


def test_stops_within_a_tenth_of_its_tolerance(walk):
    gyr, R = walk
    jittery = _jittered(R, 0.2, seed=9)
    exact = smooth_orientation(gyr, jittery, RATE_HZ, SmoothingConfig(tolerance_rad=1e-12))
    usual = smooth_orientation(gyr, jittery, RATE_HZ)
    assert exact.converged
    assert usual.steps < exact.steps
    apart_deg = angle_deg(usual.R_world_sensor, exact.R_world_sensor)
    assert np.deg2rad(apart_deg.max()) < 0.1 * SmoothingConfig().tolerance_rad


def test_agrees_with_a_dense_solver_of_the_same_cost():
    gyr, R, turns = _walk(12)
    gyr = gyr + np.random.default_rng(5).normal(0, 0.5, gyr.shape)
    turns = turns_between_samples(gyr, RATE_HZ)
    jittery = _jittered(R, 0.4, seed=6)
    config = SmoothingConfig(tolerance_rad=1e-12)

    def residuals(moves):
        X = jittery @ so3.exp(moves.reshape(-1, 3))
        turn = so3.log(so3.exp(-turns) @ so3.transpose(X[:-1]) @ X[1:])
        attitude = so3.log(so3.transpose(jittery) @ X)
        return np.concatenate(
            [turn.ravel() / config.turn_sigma_rad, attitude.ravel() / config.attitude_sigma_rad]
        )

    dense = least_squares(residuals, np.zeros(36), xtol=1e-15, ftol=1e-15, gtol=1e-12)
    expected = jittery @ so3.exp(dense.x.reshape(-1, 3))
    smoothed = smooth_orientation(gyr, jittery, RATE_HZ, config)
    assert np.deg2rad(angle_deg(smoothed.R_world_sensor, expected).max()) < 1e-6


@pytest.mark.parametrize("where", [0, 63, 64, 200, 399])
def test_an_attitude_half_a_turn_away_does_not_break_it(where):
    gyr, R, _ = _walk(400)
    misled = R.copy()
    misled[where] = misled[where] @ so3.exp(np.array([0.0, np.pi - 1e-9, 0.0]))
    smoothed = smooth_orientation(gyr, misled, RATE_HZ)
    assert smoothed.converged
    assert np.median(angle_deg(smoothed.R_world_sensor, R)) < 2


def test_the_answer_does_not_depend_on_where_it_starts(walk):
    gyr, R = walk
    misled = _jittered(R, 0.1, seed=12)
    misled[128:192] = misled[128:192] @ so3.exp(np.array([0.0, np.pi - 1e-3, 0.0]))
    near, far = (
        smooth_orientation(gyr, misled, RATE_HZ, SmoothingConfig(start_window_s=window_s))
        for window_s in (0.1, 5.0)
    )
    assert angle_deg(near.R_world_sensor, far.R_world_sensor).max() < 1e-3
    assert np.median(angle_deg(far.R_world_sensor, R)) < 2


def test_a_tenth_of_all_attitudes_pointing_anywhere_does_not_break_it(walk):
    gyr, R = walk
    misled, rng = R.copy(), np.random.default_rng(11)
    lost = rng.random(len(R)) < 0.1
    misled[lost] = so3.exp(rng.normal(0, 2, (lost.sum(), 3)))
    smoothed = smooth_orientation(gyr, misled, RATE_HZ)
    assert smoothed.converged
    assert angle_deg(smoothed.R_world_sensor, R).max() < 15


def test_keeps_its_input(walk):
    gyr, R = walk
    jittery = _jittered(R, 0.1, seed=7)
    before = jittery.copy()
    smooth_orientation(gyr, jittery, RATE_HZ)
    np.testing.assert_array_equal(jittery, before)


def test_says_when_it_gave_up(walk):
    gyr, R = walk
    hasty = SmoothingConfig(max_steps=1)
    assert not smooth_orientation(gyr, _jittered(R, 0.2, seed=8), RATE_HZ, hasty).converged


def test_refuses_a_single_sample(walk):
    gyr, R = walk
    with pytest.raises(TooShort):
        smooth_orientation(gyr[:1], R[:1], RATE_HZ)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("signal", ["gyr", "network"])
def test_refuses_what_is_not_a_number_and_says_where(walk, signal, value):
    signals = dict(zip(("gyr", "network"), (a.copy() for a in walk), strict=True))
    signals[signal][7, 1] = value
    with pytest.raises(NotFinite, match="sample 7 is NaN or infinite"):
        smooth_orientation(signals["gyr"], signals["network"], RATE_HZ)


def test_refuses_unequal_lengths(walk):
    gyr, R = walk
    with pytest.raises(UnequalLengths, match="attitudes 1199"):
        inspect.unwrap(smooth_orientation)(gyr, R[:-1], RATE_HZ)  # without the tests' shape checks


def test_an_answer_is_made_of_rotations(walk):
    gyr, R = walk
    answer = smooth_orientation(gyr, _jittered(R, 0.3, seed=10), RATE_HZ).R_world_sensor
    unit = np.broadcast_to(np.eye(3), answer.shape)
    np.testing.assert_allclose(so3.transpose(answer) @ answer, unit, atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(answer), 1, atol=1e-12)
