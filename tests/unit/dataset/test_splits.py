"""No person in two parts; every mistake in a split file is one clear sentence."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.dataset.splits import PARTS, BadSplit, Split, read_split, split_people
from kinefuse.errors import UnreadableFile

PEOPLE = ("RBDS001", "RBDS002", "RBDS011", "s12")


def written(tmp_path, words):
    file = tmp_path / "split.json"
    file.write_text(words if isinstance(words, str) else json.dumps(words))
    return file


@given(count=st.integers(3, 60), seed=st.integers(0, 1000))
def test_everybody_is_in_exactly_one_part_and_no_part_is_empty(count, seed):
    people = [f"s{i}" for i in range(count)]
    split = split_people(people, np.random.default_rng(seed))
    parts = [set(getattr(split, part)) for part in PARTS]
    assert all(parts)
    assert set.union(*parts) == set(people)
    assert sum(map(len, parts)) == count


def test_the_shares_are_80_10_10():
    split = split_people([f"s{i}" for i in range(50)], np.random.default_rng(0))
    assert [len(getattr(split, part)) for part in PARTS] == [40, 5, 5]


def test_a_seed_decides_and_the_order_of_the_people_does_not():
    people = [f"s{i}" for i in range(20)]
    first, again, other = (
        split_people(names, np.random.default_rng(seed))
        for names, seed in ((people, 1), (people[::-1], 1), (people, 2))
    )
    assert first == again
    assert first != other


def test_two_people_cannot_be_split():
    with pytest.raises(BadSplit, match="at least three people, the store has 2"):
        split_people(["a", "b"], np.random.default_rng(0))


def test_a_file_is_taken_at_its_word_and_unnamed_people_stay_out(tmp_path):
    lists = {"train": ["RBDS001"], "validation": ["s12"], "test": ["RBDS011"]}
    split = read_split(written(tmp_path, lists), PEOPLE)
    assert split == Split(train=("RBDS001",), validation=("s12",), test=("RBDS011",))


def test_an_empty_test_list_is_allowed_but_not_an_empty_training_list(tmp_path):
    lists = {"train": ["RBDS001"], "validation": ["s12"], "test": []}
    assert read_split(written(tmp_path, lists), PEOPLE).test == ()
    with pytest.raises(BadSplit, match="nobody in 'train'"):
        read_split(written(tmp_path, lists | {"train": []}), PEOPLE)


def test_a_person_on_two_lists_is_refused_by_name(tmp_path):
    lists = {"train": ["RBDS001", "s12"], "validation": ["RBDS002"], "test": ["s12"]}
    with pytest.raises(BadSplit, match="s12 more than once"):
        read_split(written(tmp_path, lists), PEOPLE)


def test_an_unknown_person_is_refused_with_the_known_names(tmp_path):
    lists = {"train": ["RBDS01"], "validation": ["s12"], "test": []}
    with pytest.raises(BadSplit, match=r"RBDS01, unknown to the store; .*RBDS001, RBDS002"):
        read_split(written(tmp_path, lists), PEOPLE)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "exactly the lists"),
        ({"train": ["s12"], "test": []}, "exactly the lists"),
        ({"train": "s12", "validation": [], "test": []}, "'train' is not a list"),
        ({"train": [12], "validation": [], "test": []}, "'train' is not a list"),
    ],
)
def test_a_file_that_is_no_split_says_what_a_split_is(tmp_path, words, complaint):
    with pytest.raises(UnreadableFile, match=complaint):
        read_split(written(tmp_path, words), PEOPLE)


def test_an_absent_or_binary_file_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match="nowhere"):
        read_split(tmp_path / "nowhere.json", PEOPLE)
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFile, match="binary"):
        read_split(binary, PEOPLE)
