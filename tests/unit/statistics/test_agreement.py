"""Bland-Altman and intraclass correlations against pingouin, and what must hold of them."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse.errors import TooShort, UnequalLengths
from kinefuse.statistics import bland_altman, intraclass_correlations

SHROUT_FLEISS = np.array([[9, 2], [6, 1], [8, 4], [7, 1], [10, 5], [6, 2]], dtype=float)
"""Shrout & Fleiss 1979, Psychol. Bull. 86:420, table 2: the first two judges."""


def drawn(seed, n=20, offset=1.0, noise=0.5):
    rng = np.random.default_rng(seed)
    truth = rng.normal(10, 3, n)
    return truth + noise * rng.normal(size=n), truth + offset + noise * rng.normal(size=n)


def by_pingouin(a, b):
    """Its correlations with intervals, by name without punctuation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        import pingouin

        columns = {
            "case": np.tile(np.arange(len(a)), 2),
            "rater": np.repeat(["a", "b"], len(a)),
            "value": np.concatenate([a, b]),
        }
        found = pingouin.intraclass_corr(
            pd.DataFrame(columns), targets="case", raters="rater", ratings="value"
        )
    interval = next(name for name in found.columns if name.startswith("CI95"))
    return {
        "".join(c for c in row["Type"] if c.isalnum()): (row["ICC"], *row[interval])
        for row in found.to_dict(orient="records")
    }


def like(theirs, *names):
    return next(theirs[name] for name in names if name in theirs)


@pytest.mark.parametrize(
    ("a", "b"), [drawn(0, offset=0.0), drawn(1), drawn(2, offset=6.0), tuple(SHROUT_FLEISS.T)]
)
def test_correlations_and_their_intervals_are_pingouins(a, b):
    found, theirs = intraclass_correlations(a, b), by_pingouin(a, b)
    pairs = (
        (found.agreement, like(theirs, "ICC2", "ICCA1")),
        (found.consistency, like(theirs, "ICC3", "ICCC1")),
    )
    for ours, (value, low, high) in pairs:
        assert ours.value == pytest.approx(value, abs=1e-9)
        assert (ours.low, ours.high) == pytest.approx((low, high), abs=6e-3)  # theirs are rounded


def test_bland_altman_is_as_published():
    a, b = drawn(3)
    found = bland_altman(a, b)
    difference = a - b
    sd = difference.std(ddof=1)
    assert found.bias.value == pytest.approx(difference.mean())
    assert found.upper.value == pytest.approx(difference.mean() + 1.959964 * sd)
    assert found.lower.value == pytest.approx(difference.mean() - 1.959964 * sd)
    # Bland & Altman 1986, Lancet 327:307: 95 % of t on 19 degrees is 2.093
    assert found.bias.half_width == pytest.approx(2.093024 * sd / np.sqrt(20), rel=1e-5)
    assert found.upper.half_width == pytest.approx(2.093024 * sd * np.sqrt(3 / 20), rel=1e-5)


def test_bland_altman_is_what_pingouin_draws():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    a, b = drawn(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

        axes = pingouin.plot_blandaltman(a, b)
    drawn_at = {round(float(line.get_ydata()[0]), 6) for line in axes.lines}
    found = bland_altman(a, b)
    theirs = sorted(drawn_at)
    assert any(found.bias.value == pytest.approx(y, abs=1e-5) for y in theirs)
    assert any(found.upper.value == pytest.approx(y, abs=5e-3) for y in theirs)
    assert any(found.lower.value == pytest.approx(y, abs=5e-3) for y in theirs)


def test_the_limits_hold_nineteen_of_twenty_differences():
    a, b = drawn(4, n=20_000)
    found = bland_altman(a, b)
    inside = (a - b > found.lower.value) & (a - b < found.upper.value)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


@given(offset=st.floats(-5, 5), seed=st.integers(0, 50))
@settings(max_examples=20)
def test_consistency_forgives_an_offset_and_agreement_does_not(offset, seed):
    a, b = drawn(seed, offset=0.0)
    plain, moved = intraclass_correlations(a, b), intraclass_correlations(a, b + offset)
    assert moved.consistency.value == pytest.approx(plain.consistency.value, abs=1e-9)
    if abs(offset) > 2:
        assert moved.agreement.value < plain.agreement.value


@given(scale=st.floats(0.01, 100), seed=st.integers(0, 50))
@settings(max_examples=20)
def test_units_matter_to_limits_and_not_to_correlations(scale, seed):
    a, b = drawn(seed)
    plain, scaled = intraclass_correlations(a, b), intraclass_correlations(scale * a, scale * b)
    assert scaled.agreement.value == pytest.approx(plain.agreement.value)
    assert scaled.agreement.low == pytest.approx(plain.agreement.low)
    ours, theirs = bland_altman(scale * a, scale * b), bland_altman(a, b)
    assert ours.bias.value == pytest.approx(scale * theirs.bias.value)


def test_exchanging_the_two_turns_the_bias_and_keeps_the_correlations():
    a, b = drawn(5)
    there, back = bland_altman(a, b), bland_altman(b, a)
    assert there.bias.value == pytest.approx(-back.bias.value)
    assert there.upper.value == pytest.approx(-back.lower.value)
    first, second = intraclass_correlations(a, b), intraclass_correlations(b, a)
    assert first.agreement.value == pytest.approx(second.agreement.value)


def test_perfect_agreement_is_one_and_no_spread_is_unknown():
    a = np.arange(5.0)
    perfect = intraclass_correlations(a, a)
    assert perfect.agreement.value == perfect.consistency.value == 1.0
    assert np.isnan(intraclass_correlations(np.ones(5), np.ones(5)).agreement.value)
    shifted = intraclass_correlations(a, a + 1)
    assert shifted.consistency.value == pytest.approx(1.0)
    assert shifted.agreement.value < 1


def test_what_differs_by_rounding_agrees_perfectly():
    a = np.array([10.0, 12.0, 15.0, 11.0])
    found = intraclass_correlations(a, a + 1e-14 * np.array([1, -1, 1, 1]))
    for interval in (found.agreement, found.consistency):
        assert (interval.low, interval.value, interval.high) == (1.0, 1.0, 1.0)


def test_cases_without_both_values_are_left_out():
    a, b = drawn(6)
    holed = a.copy()
    holed[3] = np.nan
    kept = np.arange(len(a)) != 3
    assert bland_altman(holed, b) == bland_altman(a[kept], b[kept])


def test_too_few_and_unequal_are_refused():
    with pytest.raises(TooShort, match="3"):
        bland_altman(np.ones(2), np.ones(2))
    with pytest.raises(UnequalLengths):
        intraclass_correlations(np.ones(4), np.ones(5))
