"""People's numbers, and what is known of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.formats.published_lab import R_WORLD_LAB, About, published_names
from published_people import people


def test_the_laboratorys_axes_are_right_up_and_backward():
    forward, up, right = np.eye(3)
    np.testing.assert_array_equal(R_WORLD_LAB @ [1, 0, 0], right)
    np.testing.assert_array_equal(R_WORLD_LAB @ [0, 1, 0], up)
    np.testing.assert_array_equal(R_WORLD_LAB @ [0, 0, 1], -forward)
    assert np.linalg.det(R_WORLD_LAB) == pytest.approx(1)


@given(about=people)
def test_a_row_and_words_say_the_same(about):
    assert About.from_row(about.row()).words() == pytest.approx(about.words())
    assert About.from_words(about.words()).words() == about.words()


def test_unknown_is_nan_in_the_row_and_absent_from_words():
    assert np.isnan(About().row()).all()
    assert About().words() == {}
    assert About.from_words({"sex": "unsaid", "height_m": "tall"}).words() == {}


@given(names=st.lists(st.from_regex(r"(s?\d{1,3}|P\d|RBDS\d{2})", fullmatch=True), unique=True))
def test_everybody_gets_a_number_of_their_own(names):
    found = published_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(name[0] == "s" and name[1:].isdigit() for name in found.values())


def test_who_has_a_number_keeps_it():
    assert published_names(["RBDS2", "s1", "7"]) == {"RBDS2": "s2", "s1": "s1", "7": "s7"}
