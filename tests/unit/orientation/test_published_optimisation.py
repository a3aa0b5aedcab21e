"""The published optimisation is dead reckoning; its literal search finds just that."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.orientation import published_optimisation
from kinefuse.orientation.published_optimisation import (
    literal_turns,
    published_path,
    published_turns,
)

RATE_HZ = 200.0


def gyroscope(samples, seed=0):
    return np.random.default_rng(seed).normal(0, 3, (samples, 3))


@given(st.lists(st.floats(-15, 15), min_size=3, max_size=3).map(np.array))
def test_a_constant_rotation_is_followed_exactly(omega_rad_s):
    R = published_path(np.tile(omega_rad_s, (40, 1)), RATE_HZ)
    np.testing.assert_allclose(
        R, so3.exp(np.arange(40)[:, None] / RATE_HZ * omega_rad_s), atol=1e-12
    )


def test_readings_made_of_successive_attitudes_give_the_attitudes_back():
    """As the published simulation makes them: each reading leads to the next attitude."""
    R = so3.exp(np.cumsum(gyroscope(60), axis=0) / RATE_HZ)
    between = so3.log(so3.transpose(R[:-1]) @ R[1:]) * RATE_HZ
    gyr = np.concatenate([between, between[-1:]])
    np.testing.assert_allclose(R[0] @ published_path(gyr, RATE_HZ), R, atol=1e-12)


def test_every_turn_is_the_reading_before_it():
    gyr = gyroscope(5)
    np.testing.assert_allclose(published_turns(gyr, RATE_HZ), gyr[:4] / RATE_HZ)


def test_the_literal_search_ends_where_the_closed_form_is():
    """Of the published code, 3e-4 deg after 200 frames was measured."""
    gyr = gyroscope(6)
    *_, turns = literal_turns(gyr, RATE_HZ)
    assert turns.shape == (5, 3)
    literal = published_optimisation.added_up(turns)[-1]
    apart = so3.log(literal.T @ published_path(gyr, RATE_HZ)[-1])
    assert np.rad2deg(np.linalg.norm(apart)) < 3e-4


def test_the_literal_search_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(published_optimisation, "FRAMES_A_STEP", 2)
    gyr = gyroscope(5)
    steps = list(literal_turns(gyr, RATE_HZ))
    assert [len(turns) for turns in steps] == [2, 4, 4]
    searched = []
    inner = published_optimisation._searched
    monkeypatch.setattr(
        published_optimisation, "_searched", lambda *a: searched.append(1) or inner(*a)
    )
    *_, resumed = literal_turns(gyr, RATE_HZ, steps[0])
    assert len(searched) == 2
    np.testing.assert_array_equal(resumed, steps[-1])
