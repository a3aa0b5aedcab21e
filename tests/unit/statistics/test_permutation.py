"""Permutation bands: exact where they can be, silent on noise, blind to what does not matter."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kinefuse.errors import TooShort, UnequalLengths
from kinefuse.statistics import compare_curves, compare_paired_curves
from kinefuse.statistics.permutation import ALPHA, MOST_PERMUTATIONS


def smooth_noise(rng, cases, points=40):
    noise = rng.normal(size=(cases, points + 10))
    return np.stack([np.convolve(one, np.ones(11) / 11, mode="valid") for one in noise])


def compared(compare, first, second, seed=0):
    return compare(first, second, np.random.default_rng(seed))


def test_the_statistic_is_welchs_and_students():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(6, 7)), 2 * rng.normal(size=(9, 7)) + 1
    welch = stats.ttest_ind(a, b, equal_var=False).statistic
    np.testing.assert_allclose(compared(compare_curves, a, b).t, welch, rtol=1e-9)
    paired = stats.ttest_rel(a, b[:6]).statistic
    np.testing.assert_allclose(compared(compare_paired_curves, a, b[:6]).t, paired, rtol=1e-9)


def test_a_small_unpaired_sample_is_enumerated():
    rng = np.random.default_rng(2)
    a, b = smooth_noise(rng, 4), smooth_noise(rng, 5) + 0.3
    found = compared(compare_curves, a, b)
    both = np.concatenate([a, b])

    def largest(chosen):
        rest = [i for i in range(9) if i not in chosen]
        t = stats.ttest_ind(both[list(chosen)], both[rest], equal_var=False).statistic
        return np.abs(t).max()

    null = np.array([largest(chosen) for chosen in combinations(range(9), 4)])
    assert found.exact
    assert found.rearrangements == len(null) == 126
    assert found.p == pytest.approx(np.mean(null >= largest(range(4)) - 1e-9))
    assert np.mean(null > found.threshold) <= ALPHA
    assert np.mean(null >= found.threshold * (1 - 1e-6)) > ALPHA  # and no smaller one would do


def test_a_small_paired_sample_is_enumerated():
    rng = np.random.default_rng(3)
    a, b = smooth_noise(rng, 7), smooth_noise(rng, 7) + 0.2
    found = compared(compare_paired_curves, a, b)
    null = np.array(
        [
            np.abs(stats.ttest_1samp((a - b) * np.array(signs)[:, None], 0).statistic).max()
            for signs in product([1, -1], repeat=7)
        ]
    )
    assert found.exact
    assert found.rearrangements == 128
    assert found.p == pytest.approx(np.mean(null >= null[0] - 1e-9))


@pytest.mark.parametrize("sizes", [(5, 5), (9, 12)])
def test_noise_is_called_different_one_time_in_twenty(sizes):
    rng = np.random.default_rng(4)
    rounds = 400 if sizes == (5, 5) else 120
    hits = [
        compared(compare_curves, *(smooth_noise(rng, n) for n in sizes)).differs.any()
        for _ in range(rounds)
    ]
    assert stats.binomtest(sum(hits), rounds, ALPHA).pvalue > 0.001


def test_noise_in_pairs_is_called_different_one_time_in_twenty():
    rng = np.random.default_rng(5)
    hits = [
        compared(compare_paired_curves, smooth_noise(rng, 8), smooth_noise(rng, 8)).differs.any()
        for _ in range(400)
    ]
    assert stats.binomtest(sum(hits), 400, ALPHA).pvalue > 0.001


def test_a_bump_is_found_where_it_is():
    rng = np.random.default_rng(5)
    a, b = smooth_noise(rng, 12), smooth_noise(rng, 12)
    a[:, 10:20] += 1.5
    found = compared(compare_curves, a, b)
    assert found.differs[12:18].all()
    assert not found.differs[26:].any()
    assert found.p == pytest.approx(1 / found.rearrangements)
    assert (found.difference[12:18] > 1).all()


@given(offset=st.floats(-100, 100), scale=st.floats(0.01, 100), seed=st.integers(0, 100))
@settings(max_examples=15)
def test_units_and_a_common_curve_do_not_matter(offset, scale, seed):
    rng = np.random.default_rng(seed)
    a, b, common = smooth_noise(rng, 4), smooth_noise(rng, 4), rng.normal(size=40)
    plain = compared(compare_curves, a, b)
    other = compared(compare_curves, scale * (a + common) + offset, scale * (b + common) + offset)
    np.testing.assert_allclose(other.t, plain.t, rtol=1e-5, atol=1e-7)
    assert other.p == pytest.approx(plain.p)
    np.testing.assert_array_equal(other.differs, plain.differs)


@given(seed=st.integers(0, 100))
@settings(max_examples=10)
def test_exchanging_both_only_changes_the_sign(seed):
    rng = np.random.default_rng(seed)
    a, b = smooth_noise(rng, 5), smooth_noise(rng, 4) + 0.5
    for compare in (compare_curves, compare_paired_curves):
        there, back = compared(compare, a[:4], b), compared(compare, b, a[:4])
        np.testing.assert_allclose(there.t, -back.t)
        assert there.p == pytest.approx(back.p)


def test_the_order_of_cases_does_not_matter():
    rng = np.random.default_rng(6)
    a, b = smooth_noise(rng, 5), smooth_noise(rng, 5)
    assert compared(compare_curves, a[::-1], b).p == compared(compare_curves, a, b).p


def test_large_samples_are_drawn_and_reproducible():
    rng = np.random.default_rng(7)
    a, b = smooth_noise(rng, 15), smooth_noise(rng, 15) + 0.2
    one, again = compared(compare_curves, a, b), compared(compare_curves, a, b)
    assert not one.exact
    assert one.rearrangements == MOST_PERMUTATIONS + 1
    assert (one.p, one.threshold) == (again.p, again.threshold)
    assert one.p >= 1 / (MOST_PERMUTATIONS + 1)


@pytest.mark.parametrize(("cases", "enough"), [(3, False), (4, True)])
def test_too_few_cases_can_never_differ_and_say_so(cases, enough):
    a = np.arange(cases)[:, None] * 1e-3 + np.zeros(5)
    found = compared(compare_curves, a + 1, a)
    assert found.can_tell is enough
    assert found.differs.any() == enough
    assert found.p == pytest.approx(found.smallest_p)


def test_identical_curves_do_not_differ():
    a = np.ones((4, 6))
    for compare in (compare_curves, compare_paired_curves):
        found = compared(compare, a, a)
        assert found.p == 1.0
        assert not found.differs.any()


def test_what_cannot_be_compared_is_refused():
    a = np.zeros((4, 6))
    with pytest.raises(UnequalLengths, match="points"):
        compared(compare_curves, a, np.zeros((4, 7)))
    with pytest.raises(UnequalLengths, match="pairs"):
        compared(compare_paired_curves, a, np.zeros((5, 6)))
    with pytest.raises(TooShort, match="needed"):
        compared(compare_curves, a, a[:1])
