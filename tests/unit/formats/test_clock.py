"""Time stamps become a rate, or a sentence about what is wrong with them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.errors import InconsistentClock, TooShort
from kinefuse.formats.clock import rate_of

FILE = Path("walk.csv")
rates = st.sampled_from([1.0, 25.0, 60.0, 100.0, 148.148148, 200.0, 286.0, 1000.0])


@given(rate=rates, samples=st.integers(50, 2000), start=st.floats(-10, 1e4))
def test_even_stamps_give_their_rate(rate, samples, start):
    assert rate_of(start + np.arange(samples) / rate, FILE) == pytest.approx(rate, rel=2e-3)


@given(rate=st.sampled_from([60.0, 100.0, 128.0, 200.0, 400.0]), samples=st.integers(200, 3000))
def test_stamps_rounded_to_milliseconds_still_give_the_whole_rate(rate, samples):
    assert rate_of(np.round(np.arange(samples) / rate, 3), FILE) == rate


def test_a_rate_between_whole_numbers_is_kept_once_the_recording_can_tell():
    assert rate_of(np.arange(6000) / 148.148, FILE) == pytest.approx(148.148, rel=1e-9)


@given(lost=st.integers(1, 498))
def test_one_lost_sample_is_found_where_it_is(lost):
    time_s = np.delete(np.arange(500) / 100, lost)
    with pytest.raises(InconsistentClock, match=f"from sample {lost - 1} to"):
        rate_of(time_s, FILE)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: np.where(np.arange(len(t)) > 250, 2 * t - t[250], t),  # half the rate from here
        lambda t: np.where(np.arange(len(t)) == 9, t[8], t),  # a sample written twice
        lambda t: np.where(np.arange(len(t)) > 250, t - 1.0, t),  # the clock was set back
    ],
)
def test_uneven_stamps_are_refused(spoil):
    with pytest.raises(InconsistentClock, match="uneven"):
        rate_of(spoil(np.arange(500) / 100), FILE)


@pytest.mark.parametrize("declared", [50.0, 98.0, 102.0, 200.0])
def test_a_declared_rate_has_to_agree(declared):
    with pytest.raises(InconsistentClock, match=f"{declared:g} Hz but .* 100 Hz"):
        rate_of(np.arange(500) / 100, FILE, declared)


def test_of_two_rates_that_nearly_agree_the_stamps_win():
    assert rate_of(np.arange(500) / 100, FILE, 100.4) == 100.0


@pytest.mark.parametrize(
    ("time_s", "said"),
    [
        (np.zeros(5), "do not increase"),
        (np.arange(5.0)[::-1], "do not increase"),
        (np.array([0.0, np.nan, 0.2]), "sample 1 is missing"),
        (np.arange(500) * 10.0, "in seconds"),  # milliseconds
    ],
)
def test_what_is_no_clock_is_refused(time_s, said):
    with pytest.raises(InconsistentClock, match=said):
        rate_of(time_s, FILE)


def test_one_stamp_is_too_few():
    with pytest.raises(TooShort):
        rate_of(np.zeros(1), FILE)
