"""Counters that start again at zero go on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.formats.counters import turns_to_first, unwrapped


@given(
    start=st.integers(0, 65_535),
    steps=st.lists(st.integers(1, 30_000), min_size=1, max_size=30),
    missing=st.sets(st.integers(0, 30), max_size=5),
)
def test_gaps_and_wraps_do_not_change_what_was_counted(start, steps, missing):
    true = start + np.concatenate([[0], np.cumsum(steps)]).astype(float)
    counted = true % 65_536
    for i in missing & set(range(1, len(true))):
        counted[i] = np.nan
    known = np.isfinite(counted)
    # Where a stamp is missing, two steps are one, which has to be less than half a turn.
    if np.diff(true[known]).max(initial=0) <= 32_768:
        found = unwrapped(counted, 65_536)
        np.testing.assert_array_equal(found[known], true[known] - (start - start % 65_536))
        assert np.isnan(found[~known]).all()


def test_a_late_packet_is_a_small_step_back():
    np.testing.assert_array_equal(
        unwrapped(np.array([65_534.0, 65_535, 1, 0, 2]), 65_536),
        [65_534, 65_535, 65_537, 65_536, 65_538],
    )


def test_without_a_modulus_nothing_changes():
    count = np.array([5.0, 3.0, 9.0])
    np.testing.assert_array_equal(unwrapped(count, 0), count)


def test_sensors_on_either_side_of_the_wrap_start_together():
    assert turns_to_first([65_530.0, 4.0, 65_535.0], 65_536) == [0, 1, 0]
    assert turns_to_first([4.0, 65_530.0], 65_536) == [0, -1]
