"""Windows are cut from one trial each, fairly over people, and the same for the same seed."""

import numpy as np
import pytest

from kinefuse.dataset.windows import Limb, WindowCache
from kinefuse.errors import TooShort


def limb(person, samples, start):
    """A limb whose every number is its sample's place in the whole cache."""
    at = np.arange(start, start + samples, dtype=float)
    return Limb(
        person=person,
        trial="t",
        side="r",
        signals=np.repeat(at[:, None], 12, axis=1),
        angles_rad=np.repeat(at[:, None], 3, axis=1),
        R_travel_segment=np.broadcast_to(at[:, None, None, None], (samples, 2, 3, 3)).copy(),
    )


@pytest.fixture
def cache():
    return WindowCache([limb("a", 100, 0), limb("a", 300, 100), limb("b", 50, 400)])


def test_a_window_is_consecutive_and_stays_within_one_trial(cache):
    windows = cache.draw(500, 40, np.random.default_rng(0))
    places = windows.signals[:, :, 0]
    np.testing.assert_array_equal(np.diff(places, axis=1), 1)
    trial = np.searchsorted([100, 400], places, side="right")
    np.testing.assert_array_equal(trial, trial[:, :1].repeat(40, axis=1))
    assert windows.known.all()


def test_signals_angles_and_attitudes_are_cut_alike(cache):
    windows = cache.draw(20, 30, np.random.default_rng(1))
    np.testing.assert_array_equal(windows.angles_rad[..., 0], windows.signals[..., 0])
    np.testing.assert_array_equal(windows.R_travel_segment[..., 1, 2, 2], windows.signals[..., 0])


def test_every_start_can_be_drawn_even_the_last(cache):
    starts = cache.draw(20_000, 40, np.random.default_rng(2)).signals[:, 0, 0]
    assert set(starts) == {*range(61), *range(100, 361), *range(400, 411)}


def test_people_are_equally_likely_however_much_they_recorded(cache):
    starts = cache.draw(20_000, 40, np.random.default_rng(3)).signals[:, 0, 0]
    assert np.mean(starts >= 400) == pytest.approx(0.5, abs=0.02)


def test_a_trial_shorter_than_the_window_is_whole_and_its_missing_end_is_not_known(cache):
    windows = cache.draw(400, 80, np.random.default_rng(4))
    short = windows.signals[:, 0, 0] >= 400
    assert short.any()
    np.testing.assert_array_equal(windows.known[short].sum(axis=1), 50)
    np.testing.assert_array_equal(windows.signals[short][:, 50:], 449)
    assert windows.known[~short].all()


def test_chance_is_the_generator_alone(cache):
    first, again, other = (
        cache.draw(8, 40, np.random.default_rng(seed)).signals for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_no_limbs_is_an_error():
    with pytest.raises(TooShort, match="training set"):
        WindowCache([])
