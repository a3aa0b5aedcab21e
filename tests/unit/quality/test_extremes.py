"""Few people lose nobody, many lose the published share, and nothing depends on an order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.quality.extremes import extremes

SHARE = 0.005


def of(values):
    return {f"s{i}": {"knee": float(value)} for i, value in enumerate(values)}


@pytest.mark.parametrize(
    ("people", "at_each_end"),
    [(1, 0), (3, 0), (40, 0), (199, 0), (200, 1), (399, 1), (400, 2), (600, 3), (3000, 15)],
)
def test_half_a_percent_at_either_end_is_dropped_whatever_the_number(people, at_each_end):
    rng = np.random.default_rng(people)
    values = rng.permutation(people)
    found = extremes(of(values), SHARE)
    ends = {end: {who for who, e in found.items() if e["knee"][0] == end} for end in ENDS}
    assert {len(names) for names in ends.values()} == {at_each_end}
    small = {f"s{i}" for i in np.flatnonzero(values < at_each_end)}
    large = {f"s{i}" for i in np.flatnonzero(values >= people - at_each_end)}
    assert ends == {"smallest": small, "largest": large}
    assert all(e["knee"][1] == people for e in found.values())


ENDS = ("smallest", "largest")


@given(values=st.lists(st.floats(0, 180), max_size=60), share=st.floats(0, 0.2))
def test_nobody_in_the_middle_is_dropped(values, share):
    found = extremes(of(values), share)
    count = int(share * len(values) + 1e-9)
    assert len(found) <= 2 * count
    ordered = sorted(values)
    for who, ends in found.items():
        value = values[int(who[1:])]
        end, among = ends["knee"]
        assert among == len(values)
        assert value <= ordered[count - 1] if end == "smallest" else value >= ordered[-count]


def test_every_joint_is_ranked_by_itself_and_the_unknown_is_not_ranked():
    people = {f"s{i}": {"knee": float(i), "hip": float(-i)} for i in range(10)}
    people["s0"]["knee"] = np.nan
    del people["s9"]["hip"]
    found = extremes(people, 0.12)
    assert found == {
        "s1": {"knee": ("smallest", 9)},
        "s9": {"knee": ("largest", 9)},
        "s8": {"hip": ("smallest", 9)},
        "s0": {"hip": ("largest", 9)},
    }


def test_nobody_is_an_empty_group():
    assert extremes({}, SHARE) == {}
    assert extremes({"s1": {}}, SHARE) == {}


def test_a_whole_number_is_not_rounded_down():
    assert int(0.29 * 100) == 28  # floating point has 28.999...
    assert len(extremes(of(range(100)), 0.29)) == 2 * 29
