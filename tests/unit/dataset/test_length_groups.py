"""The published choice of people by the length of their trial, and what it does to few of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.dataset.length_groups import NobodySharesALength, dropped, length_groups


def people(*lengths_s):
    return {f"s{i}": seconds for i, seconds in enumerate(lengths_s)}


def test_lengths_of_more_than_a_tenth_of_all_are_kept():
    lengths = people(*[30.0] * 17, *[25.0] * 2, 12.0)
    groups = length_groups(lengths)
    assert [(g.seconds, g.people, g.kept) for g in groups] == [
        (30.0, 17, True),
        (25.0, 2, False),  # exactly a tenth of twenty is not more than a tenth
        (12.0, 1, False),
    ]
    gone = dropped(lengths)
    assert set(gone) == {"s17", "s18", "s19"}
    assert gone["s17"].startswith("2 of 20 people have trials of 25 s")


@given(st.lists(st.sampled_from([10.0, 20.0, 30.0, 30.5]), min_size=1, max_size=40))
def test_every_person_is_judged_by_the_share_of_their_length(lengths):
    gone = dropped(people(*lengths))
    for name, seconds in people(*lengths).items():
        assert (name in gone) == (lengths.count(seconds) <= 0.10 * len(lengths))
    assert sum(group.people for group in length_groups(people(*lengths))) == len(lengths)


def test_three_people_of_three_lengths_are_all_kept_and_ten_of_ten_are_not():
    assert dropped(people(10.0, 11.0, 12.0)) == {}
    ten = people(*map(float, range(10, 20)))
    assert set(dropped(ten)) == set(ten)
    error = str(NobodySharesALength(length_groups(ten)))
    assert "10 people have 10 lengths" in error
    assert "--any-length" in error


def test_lengths_are_compared_in_seconds_to_the_millisecond():
    assert len(length_groups(people(6000 / 200, 3000 / 100, 30.0004))) == 1


@pytest.mark.parametrize(("any_length", "word"), [(True, "kept"), (False, "dropped")])
def test_a_group_is_told_in_one_line(any_length, word):
    group = length_groups(people(*[30.0] * 10, 29.9))[1]
    assert group.told(any_length) == f"29.9 s: 1 people, {word}"
