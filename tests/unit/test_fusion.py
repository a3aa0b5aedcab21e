"""Fusion takes the middle from alpha and the course from whom it can trust."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.fusion import Fusion, fit_fusion
from kinefuse.published_fusion import PublishedFusion, fit_published, rotation_vector_angles

RNG = np.random.default_rng(0)
TIME = np.arange(500) / 100
TRUTH = np.stack([np.sin(2 * np.pi * f * TIME + f) + f for f in (0.9, 1.3, 1.7)], axis=1)


def noisy(values, sigma):
    return values + RNG.normal(0, sigma, values.shape)


def test_an_exact_beta_with_a_wrong_middle_and_an_alpha_with_a_noisy_course_give_the_truth():
    alpha = noisy(TRUTH, 1e-9) + 0.5 * np.sin(2 * np.pi * 0.2 * TIME)[:, None]
    beta = TRUTH + np.array([3.0, -2.0, 1.0])
    fusion = fit_fusion([alpha], [beta], [TRUTH])
    np.testing.assert_allclose(fusion.beta_share, 1, atol=1e-6)
    np.testing.assert_allclose(fusion.combine(alpha, beta), TRUTH, atol=1e-6)


def test_each_plane_is_fitted_by_itself_and_scaled_courses_are_restored():
    alpha = np.stack([TRUTH[:, 0], noisy(0 * TRUTH[:, 1], 1), TRUTH[:, 2]], axis=1)
    beta = np.stack([noisy(0 * TRUTH[:, 0], 1), 0.5 * TRUTH[:, 1], -TRUTH[:, 2]], axis=1)
    fusion = fit_fusion([alpha], [beta], [TRUTH])
    np.testing.assert_allclose(fusion.alpha_share, [1, 0, 1], atol=0.02)
    np.testing.assert_allclose(fusion.beta_share, [0, 2, 0], atol=0.02)


@given(offset=st.floats(-3, 3), alpha=st.floats(0, 1), beta=st.floats(0, 2))
def test_the_middle_is_alphas_whatever_beta_says(offset, alpha, beta):
    fusion = Fusion(alpha_share=(alpha,) * 3, beta_share=(beta,) * 3)
    theta = fusion.combine(TRUTH, 2 * TRUTH + offset)
    np.testing.assert_allclose(theta.mean(axis=0), TRUTH.mean(axis=0), atol=1e-9)


def test_the_middle_comes_from_whoever_knew_it_on_the_trials_of_the_fit():
    off = np.array([[0.2, -0.3, 0.1], [-0.1, 0.2, -0.3]])
    trials = [TRUTH, TRUTH + 1]
    wrong = [t + o for t, o in zip(trials, off, strict=True)]
    assert fit_fusion(wrong, trials, trials).alpha_middle == pytest.approx((0, 0, 0))
    assert fit_fusion(trials, wrong, trials).alpha_middle == pytest.approx((1, 1, 1))
    between = [t - o for t, o in zip(trials, off, strict=True)]
    assert fit_fusion(wrong, between, trials).alpha_middle == pytest.approx((0.5, 0.5, 0.5))


def test_where_both_middles_agree_alphas_is_taken_and_no_share_leaves_zero_to_one():
    assert fit_fusion([TRUTH], [TRUTH], [TRUTH]).alpha_middle == (1, 1, 1)
    assert fit_fusion([TRUTH + 2], [TRUTH + 1], [TRUTH]).alpha_middle == (0, 0, 0)


def test_the_fit_is_no_worse_on_its_own_trials_than_either_witness():
    trials = [np.roll(TRUTH, 31 * i, axis=0) for i in range(3)]
    alphas, betas = [noisy(t, 0.3) for t in trials], [noisy(t, 0.2) for t in trials]
    fusion = fit_fusion(alphas, betas, trials)

    def error(answers):
        return np.mean([np.std(a - t) for a, t in zip(answers, trials, strict=True)])

    fused = [fusion.combine(a, b) for a, b in zip(alphas, betas, strict=True)]
    assert error(fused) < min(error(alphas), error(betas))


def test_parameters_survive_the_card():
    fusion = Fusion(alpha_share=(0.1, 0.2, 0.3), beta_share=(0.9, 0.8, 0.7))
    words = {"alpha_share": [0.1, 0.2, 0.3], "beta_share": [0.9, 0.8, 0.7]}
    assert Fusion.from_words(words | {"alpha_middle": [1, 1, 1]}) == fusion


@pytest.mark.parametrize("kind", JOINT_KINDS)
@pytest.mark.parametrize("side", ["r", "l"])
def test_the_published_angle_of_a_turn_about_one_axis_is_that_angle(kind, side):
    joint = JOINTS[f"{kind}_{side}"]
    for plane, axis in enumerate(((0, 0, 1), (1, 0, 0), (0, 1, 0))):
        proximal = so3.exp(np.array([[0.3, -0.2, 0.5]]))
        distal = proximal @ so3.exp(0.4 * np.array([axis], dtype=float))
        angle = rotation_vector_angles(proximal, distal, joint)[0]
        expected = np.zeros(3)
        expected[plane] = 0.4 * joint.signs[plane]
        np.testing.assert_allclose(angle, expected, atol=1e-12)


def test_the_published_fit_finds_scale_and_weight_on_its_grid():
    beta = TRUTH / np.array([2.0, 1.0, 0.5]) + 7
    fitted = fit_published([noisy(TRUTH, 0.5)], [beta], [TRUTH])
    np.testing.assert_allclose(fitted.std_ratio, [2, 1, 0.5])
    assert max(fitted.weight) < 0.05
    useless = fit_published([TRUTH], [noisy(0 * TRUTH, 1)], [TRUTH])
    assert useless.weight == (1, 1, 1)


def test_the_published_blend_is_its_formula():
    alpha, beta = noisy(TRUTH, 0.2), noisy(TRUTH, 0.2) - 4
    fusion = PublishedFusion(std_ratio=(1.1, 0.9, 1.0), weight=(0.3, 0.0, 1.0))
    theta = fusion.combine(alpha, beta)
    moved = (beta[:, 0] - beta[:, 0].mean()) * 1.1 + alpha[:, 0].mean()
    np.testing.assert_allclose(theta[:, 0], 0.3 * alpha[:, 0] + 0.7 * moved)
    np.testing.assert_allclose(theta[:, 2], alpha[:, 2])


def test_at_rest_only_the_attitudes_are_heard():
    """A network that was taught gait may say anything about somebody who stands."""
    t = np.linspace(0, 20, 2000)
    moves = (t > 10).astype(float)
    truth = np.stack([moves * np.sin(6 * t), 0 * t, 0 * t], axis=-1) + 0.2
    nonsense = (1 - moves)[:, None] * 0.7
    fusion = Fusion(alpha_share=(0.5,) * 3, beta_share=(0.5,) * 3)
    theta = fusion.combine(truth + nonsense, truth - 0.4, moves)
    np.testing.assert_allclose(theta, truth, atol=1e-9)


def test_nobody_moving_is_everybody_moving():
    curve = np.random.default_rng(0).normal(size=(100, 3))
    fusion = Fusion(alpha_share=(0.5,) * 3, beta_share=(0.5,) * 3)
    np.testing.assert_allclose(fusion.combine(curve, curve, np.zeros(100)), curve, atol=1e-12)
