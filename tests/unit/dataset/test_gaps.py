"""What is short is bridged smoothly, what is long or torn cuts, and what jumps is noticed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.dataset import gaps

RATE = 100.0
X = np.array([1.0, 0.3, -0.2])


def turning(frames=300):
    t = np.arange(frames)[:, None] / RATE
    return so3.exp(np.sin(6 * t) * X), np.cos(5 * t) * X


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_runs_are_exactly_the_wanted_frames(wanted):
    wanted = np.array(wanted)
    rebuilt = np.zeros_like(wanted)
    found = gaps.runs(wanted)
    for start, stop in found:
        assert start < stop
        rebuilt[start:stop] = True
    np.testing.assert_array_equal(rebuilt, wanted)
    assert all(a[1] < b[0] for a, b in pairwise(found))


@pytest.mark.parametrize(("length", "allowed"), [(1, True), (20, True), (21, False)])
def test_a_fifth_of_a_second_may_be_bridged_and_no_more(length, allowed):
    known = np.ones(100, dtype=bool)
    known[40 : 40 + length] = False
    np.testing.assert_array_equal(gaps.bridgeable(known, RATE), ~known & allowed)


def test_nothing_is_bridged_beyond_the_ends():
    known = np.ones(100, dtype=bool)
    known[:3] = known[97:] = False
    assert not gaps.bridgeable(known, RATE).any()


def test_a_bridge_follows_a_smooth_motion():
    R, origin = turning()
    R_holed, origin_holed = R.copy(), origin.copy()
    R_holed[100:115], origin_holed[100:115] = np.nan, np.nan
    R_new, origin_new = gaps.bridge(R_holed, origin_holed)
    off = so3.log(so3.transpose(R_new) @ R)
    assert np.rad2deg(np.abs(off)).max() < 1
    np.testing.assert_allclose(origin_new, origin, atol=5e-3)
    np.testing.assert_allclose(np.linalg.det(R_new), 1, atol=1e-9)
    assert np.isnan(R_holed[100]).all()  # the input is left alone


def test_the_longest_stretch_is_kept():
    good = np.array([1, 1, 0, 1, 1, 1, 0, 1], dtype=bool)
    assert gaps.longest_run(good) == slice(3, 6)
    assert gaps.longest_run(np.zeros(5, dtype=bool)) == slice(0, 0)


def test_a_pose_that_flips_for_a_moment_is_stray():
    R, _ = turning()
    R[50:53] = R[50:53] @ so3.exp(np.array([0, np.pi * 0.9, 0]))
    stray, broken = gaps.jumps(R, RATE)
    assert np.flatnonzero(stray).tolist() == [50, 51, 52]
    assert not broken.any()


def test_a_pose_that_flips_for_good_breaks_the_trial():
    R, _ = turning()
    R[150:] = R[150:] @ so3.exp(np.array([0, np.pi * 0.9, 0]))
    stray, broken = gaps.jumps(R, RATE)
    assert np.flatnonzero(broken).tolist() == [150]
    assert not stray.any()


def test_a_fast_but_human_turn_is_no_jump():
    """25 rad/s is the fastest foot; 70 rad/s is beyond any gyroscope."""
    t = np.arange(300)[:, None] / RATE
    R = so3.exp(np.sin(10 * t) * np.array([0, 0, 2.5]))
    assert not np.any(gaps.jumps(R, RATE))


def test_frames_that_are_unknown_are_not_compared_as_neighbours():
    t = np.arange(300)[:, None] / RATE
    R = so3.exp(20 * t * np.array([0, 0, 1.0]))
    R[100:110] = np.nan
    assert not np.any(gaps.jumps(R, RATE))


def test_times_are_told_in_seconds():
    wanted = np.zeros(50, dtype=bool)
    wanted[10:20] = True
    assert gaps.in_seconds(wanted, RATE) == ["0.100 s to 0.200 s"]
