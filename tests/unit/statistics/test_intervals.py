"""Intervals hold what they should as often as they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kinefuse.statistics import of_mean, of_ratio_symmetry


def test_a_mean_has_students_interval():
    sample = np.array([1.0, 2.0, 4.0, 7.0])
    low, high = stats.t.interval(0.95, 3, loc=sample.mean(), scale=stats.sem(sample))
    found = of_mean(sample)
    assert (found.value, found.low, found.high) == pytest.approx((3.5, low, high))


def test_an_error_that_all_cases_share_does_not_average_out():
    many = np.random.default_rng(0).normal(size=100_000)
    assert of_mean(many).half_width < 0.01
    assert of_mean(many, further_sd=2.0).half_width == pytest.approx(1.96 * 2.0, rel=1e-3)


def test_nothing_is_known_of_one_case_but_its_value():
    assert of_mean(np.array([3.0])).value == 3.0
    assert of_mean(np.array([3.0, np.nan])).high == np.inf
    assert np.isnan(of_mean(np.zeros(0)).value)


def coverage(interval, true_value, rounds=600):
    rng = np.random.default_rng(1)
    return np.mean([interval(rng).holds(true_value) for _ in range(rounds)])


def test_intervals_hold_the_truth_nineteen_times_in_twenty():
    mean = coverage(lambda rng: of_mean(rng.normal(5, 2, 8)), 5.0)
    index = coverage(
        lambda rng: of_ratio_symmetry(rng.normal(60, 4, 12), rng.normal(50, 3, 9)),
        200 * (60 - 50) / (60 + 50),
    )
    assert mean == pytest.approx(0.95, abs=0.03)
    assert index == pytest.approx(0.95, abs=0.03)


@given(scale=st.floats(0.01, 100), seed=st.integers(0, 50))
@settings(max_examples=25)
def test_symmetry_has_no_unit_and_turns_with_the_sides(scale, seed):
    rng = np.random.default_rng(seed)
    right, left = rng.normal(60, 3, 10), rng.normal(55, 3, 14)
    there, back = of_ratio_symmetry(right, left), of_ratio_symmetry(left, right)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-6)
    scaled = of_ratio_symmetry(scale * right, scale * left)
    assert (scaled.low, scaled.high) == pytest.approx((there.low, there.high))
    assert there.low <= there.value <= there.high


def test_equal_sides_are_symmetric_and_hopeless_ones_unknown():
    same = np.array([10.0, 11.0, 12.0])
    assert of_ratio_symmetry(same, same).value == 0.0
    assert np.isnan(of_ratio_symmetry(same, np.array([0.0, 30.0])).high)
    assert np.isnan(of_ratio_symmetry(same, np.array([1.0])).value)
