"""Which tick a stamp stands for, whatever was done to the stamp."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.errors import InconsistentClock
from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions.sampling import sampling_of


def stream(time_s):
    still = np.tile([0.0, 9.81, 0.0], (len(time_s), 1))
    return SensorStream(label="A1", time_s=time_s, acc_m_s2=still, gyr_rad_s=0 * still)


rates = st.sampled_from([25.0, 60.0, 100.0, 128.0, 148.148, 200.0, 1125.0])


@given(rate=rates, start=st.floats(-1e3, 2e9), samples=st.integers(200, 3000))
def test_even_stamps_are_their_own_ticks(rate, start, samples):
    found = sampling_of(stream(start + np.arange(samples) / rate))
    np.testing.assert_array_equal(found.tick, np.arange(samples))
    assert found.lost == 0
    assert abs(found.rate_hz - rate) * samples / rate <= 0.5
    assert found.start_s == pytest.approx(start, abs=0.3 / rate)


@given(rate=rates, seed=st.integers(0, 999), lost=st.integers(1, 40))
def test_lost_samples_are_counted_where_they_were_lost(rate, seed, lost):
    rng = np.random.default_rng(seed)
    kept = np.ones(2000, bool)
    kept[rng.integers(1, 1999, lost)] = False
    tick = np.flatnonzero(kept)
    stamps = np.round(tick / rate, 4) + rng.uniform(-0.1, 0.1, len(tick)) / rate
    found = sampling_of(stream(stamps))
    np.testing.assert_array_equal(found.tick, tick)
    assert found.lost == (~kept).sum()


@given(seed=st.integers(0, 999))
def test_stamps_of_arrival_that_jump_by_more_than_half_a_step_are_no_losses(seed):
    rng = np.random.default_rng(seed)
    true = np.arange(3000) / 100
    stamps = np.maximum.accumulate(true + rng.uniform(-0.006, 0.006, 3000)) + np.arange(3000) * 1e-9
    found = sampling_of(stream(stamps))
    assert found.lost == 0
    assert found.jitter_s == pytest.approx(0.006 / np.sqrt(3), rel=0.2)
    np.testing.assert_allclose(found.times_s(stamps), true, atol=1e-3)


def test_one_lost_sample_in_the_middle_of_an_hour_is_found():
    tick = np.delete(np.arange(100 * 600), 30_000)
    assert sampling_of(stream(tick / 100)).lost == 1


def test_a_rate_is_whole_where_that_fits_its_stamps_and_not_elsewhere():
    assert sampling_of(stream(np.arange(1000) / 99.99)).rate_hz == 100
    assert sampling_of(stream(np.arange(60_000) / 99.99)).rate_hz == pytest.approx(99.99)


def test_stamps_on_no_grid_are_taken_as_they_are():
    rng = np.random.default_rng(0)
    stamps = np.cumsum(rng.uniform(0.002, 0.018, 2000))
    found = sampling_of(stream(stamps))
    assert found.tick is None
    np.testing.assert_array_equal(found.times_s(stamps), stamps)


def test_stamps_in_milliseconds_are_refused():
    with pytest.raises(InconsistentClock, match="in seconds"):
        sampling_of(stream(np.arange(100) * 10.0))
