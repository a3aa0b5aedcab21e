"""Measures against closed forms, and what they do with gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import metrics
from kinefuse.errors import UnequalLengths

PHASE = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
SINE = np.sin(PHASE)
offsets = st.floats(-30, 30)
MEASURES = {
    "rmse": metrics.rmse,
    "rmse_mean_removed": metrics.rmse_mean_removed,
    "bias": metrics.bias,
    "range_of_motion_error": metrics.range_of_motion_error,
    "correlation": metrics.correlation,
    "cmc": metrics.cmc,
    "bland_altman": lambda e, t: metrics.bland_altman(e, t)[1],
}


@given(offset=offsets)
def test_a_constant_offset_is_all_of_rmse_and_nothing_of_the_mean_removed(offset):
    assert metrics.rmse(SINE + offset, SINE) == pytest.approx(abs(offset))
    assert metrics.bias(SINE + offset, SINE) == pytest.approx(offset)
    assert metrics.rmse_mean_removed(SINE + offset, SINE) == pytest.approx(0, abs=1e-9)
    assert metrics.range_of_motion_error(SINE + offset, SINE) == pytest.approx(0, abs=1e-9)
    assert metrics.correlation(SINE + offset, SINE) == pytest.approx(1)


@given(gain=st.floats(0.1, 5), offset=offsets)
def test_error_splits_into_offset_and_shape(gain, offset):
    estimate = gain * SINE + offset
    total = metrics.rmse(estimate, SINE) ** 2
    parts = metrics.bias(estimate, SINE) ** 2 + metrics.rmse_mean_removed(estimate, SINE) ** 2
    assert total == pytest.approx(parts, abs=1e-9)
    assert metrics.rmse_mean_removed(estimate, SINE) == pytest.approx(abs(gain - 1) / np.sqrt(2))
    assert metrics.range_of_motion_error(estimate, SINE) == pytest.approx(2 * (gain - 1), abs=1e-3)


def test_rmse_is_no_mean_absolute_error():
    estimate, truth = np.array([0.0, 0.0, 0.0, 2.0]), np.zeros(4)
    assert metrics.rmse(estimate, truth) == 1.0  # the mean absolute error is 0.5


def test_the_sign_is_estimate_minus_truth():
    assert metrics.bias(SINE + 1, SINE) == pytest.approx(1)
    assert metrics.range_of_motion_error(2 * SINE, SINE) > 0


@pytest.mark.parametrize("lag_deg", [0.0, 30.0, 90.0, 180.0])
def test_a_lagging_sine_correlates_with_the_cosine_of_the_lag(lag_deg):
    lag = np.deg2rad(lag_deg)
    assert metrics.correlation(np.sin(PHASE - lag), SINE) == pytest.approx(np.cos(lag), abs=1e-9)


def test_a_constant_curve_has_no_correlation():
    assert np.isnan(metrics.correlation(np.ones(10), np.arange(10.0)))
    assert np.isnan(metrics.correlation(np.arange(10.0), np.ones(10)))


def test_cmc_is_one_for_equal_curves_and_falls_with_an_offset():
    assert metrics.cmc(SINE, SINE) == pytest.approx(1)
    assert metrics.cmc(SINE + 0.2, SINE) < metrics.cmc(SINE + 0.1, SINE) < 1


def test_cmc_has_the_closed_form_of_an_offset_sine():
    """Within: offset^2 / 2; about the grand mean: F (1 + offset^2 / 2) / (2 F - 1)."""
    frames, offset = len(PHASE), 0.5
    within = offset**2 / 2
    total = frames * (1 + offset**2 / 2) / (2 * frames - 1)
    assert metrics.cmc(SINE + offset, SINE) == pytest.approx(np.sqrt(1 - within / total))


def test_cmc_is_undefined_where_the_published_expression_is_imaginary():
    assert np.isnan(metrics.cmc(SINE + 10, SINE))


def test_bland_altman_limits_hold_95_percent_of_normal_differences():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=20000)
    difference = rng.normal(2.0, 3.0, 20000)
    middle, lower, upper = metrics.bland_altman(truth + difference, truth)
    assert middle == pytest.approx(difference.mean())
    assert upper - middle == pytest.approx(1.96 * difference.std(ddof=1))
    inside = (difference > lower) & (difference < upper)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize("name", MEASURES)
def test_gaps_on_either_side_are_left_out(name):
    rng = np.random.default_rng(1)
    truth = rng.normal(size=50)
    estimate = truth + 0.1 * rng.normal(size=50)
    known = np.ones(50, bool)
    known[[3, 4, 20]] = False
    gappy_estimate, gappy_truth = estimate.copy(), truth.copy()
    gappy_estimate[[3, 20]], gappy_truth[[4, 20]] = np.nan, np.inf
    np.testing.assert_allclose(
        MEASURES[name](gappy_estimate, gappy_truth), MEASURES[name](estimate[known], truth[known])
    )


@pytest.mark.parametrize("name", MEASURES)
def test_fewer_than_two_common_samples_give_nan(name):
    truth = np.arange(5.0)
    estimate = np.full(5, np.nan)
    assert np.isnan(MEASURES[name](estimate, truth))
    estimate[2] = 2.0
    assert np.isnan(MEASURES[name](estimate, truth))


@pytest.mark.parametrize("name", MEASURES)
def test_planes_are_scored_one_by_one(name):
    rng = np.random.default_rng(2)
    truth = rng.normal(size=(60, 2, 3))
    estimate = truth + 0.2 * rng.normal(size=truth.shape)
    scores = MEASURES[name](estimate, truth)
    assert scores.shape == (2, 3)
    np.testing.assert_allclose(scores[1, 2], MEASURES[name](estimate[:, 1, 2], truth[:, 1, 2]))


@pytest.mark.parametrize("name", MEASURES)
def test_inputs_are_kept(name):
    estimate, truth = SINE.copy(), SINE + 1
    MEASURES[name](estimate, truth)
    np.testing.assert_array_equal(estimate, SINE)


def test_curves_of_unequal_length_are_refused():
    with pytest.raises(UnequalLengths, match="estimate 4, truth 5"):
        metrics.rmse(np.zeros(4), np.zeros(5))
