"""Truths: a parabola's bottom is where it is, and the busiest stretch is where it was put."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.even_samples import bottom_between, start_of_most


@given(st.floats(-0.5, 0.5), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_bottom_of_a_parabola_is_found_between_samples(offset, bend, height):
    before, here, after = (bend * (x - offset) ** 2 + height for x in (-1, 0, 1))
    assert bottom_between(before, here, after) == pytest.approx(offset, abs=1e-6)


@pytest.mark.parametrize("samples", [(1.0, 1.0, 1.0), (1.0, 2.0, 1.0), (0.0, 1.0, 2.0)])
def test_what_has_no_bottom_stays_in_the_middle(samples):
    assert bottom_between(*samples) == 0.0


@given(st.integers(0, 90))
def test_the_stretch_with_most_is_where_it_was_put(start):
    amount = np.ones(100)
    amount[start : start + 10] = 2.0
    assert start_of_most(amount, 10) == start
    assert start_of_most(amount > 1.5, 10) == start
