"""What a check drops comes back as it was written, and is gone wherever it is asked for."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinefuse.dataset.exclusions import (
    Exclusion,
    read_exclusions,
    read_reasons,
    write_exclusions,
)
from kinefuse.dataset.splits import BadSplit, Split, people_split, split_people
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.errors import UnreadableFile
from kinefuse.training.chance import stream
from toy import puppet_trial

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
rows = st.tuples(words, words, st.lists(words, min_size=1, max_size=3).map(tuple))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(rows, max_size=4))
def test_what_is_written_comes_back(tmp_path, listed):
    written = [Exclusion(person=p, trial=t, reasons=reasons) for p, t, reasons in listed]
    file = tmp_path / "deep" / "quality.json"
    write_exclusions(file, written)
    assert read_reasons(file) == tuple(written)
    assert read_exclusions(file) == {(e.person, e.trial) for e in written}
    assert [f.name for f in file.parent.iterdir()] == ["quality.json"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("{}", "a list of trials"),
        ("[3]", "names its person, its trial and the reasons"),
        ('[{"person": "s1", "trial": "walk"}]', "names its person, its trial and the reasons"),
        ('[{"person": 1, "trial": "walk", "reasons": []}]', "names its person"),
    ],
)
def test_another_file_is_refused_with_the_way_out(tmp_path, text, complaint):
    file = tmp_path / "quality.json"
    file.write_text(text)
    with pytest.raises(UnreadableFile, match=rf"{complaint}.*kinefuse check"):
        read_exclusions(file)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match="nowhere"):
        read_exclusions(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    for person in ("p1", "p2"):
        for name in ("walk", "run"):
            write_trial(folder, puppet_trial(person, name, seconds=1))
    return folder


def test_a_store_without_a_trial_keeps_the_person_s_other_ones(folder):
    store = open_store(folder).without({("p1", "walk"), ("somebody", "else")})
    assert [(e.person, e.name) for e in store.sound] == [
        ("p1", "run"),
        ("p2", "run"),
        ("p2", "walk"),
    ]
    assert store.people == ("p1", "p2")
    assert [t.name for t in store.of(("p1",))] == ["run"]


def test_a_person_with_every_trial_excluded_is_gone(folder):
    store = open_store(folder)
    assert store.without({("p1", "walk"), ("p1", "run")}).people == ("p2",)
    assert store.without(()) == store
    assert store.people == ("p1", "p2")  # the opened one is as it was


def test_a_split_loses_people_and_says_when_nobody_is_left():
    split = Split(train=("a", "b"), validation=("c",), test=("d",))
    assert split.among({"b", "c"}) == Split(train=("b",), validation=("c",), test=())
    with pytest.raises(BadSplit, match="nobody left in 'validation' of 1 people"):
        split.among({"a", "b", "d"})


@pytest.mark.parametrize("seed", [0, 7])
def test_the_split_of_a_check_is_the_split_of_a_training(tmp_path, seed):
    people = [f"s{i}" for i in range(30)]
    drawn = people_split(people, None, seed)
    assert drawn == split_people(people, stream(seed, "split"))
    assert drawn != split_people(people, np.random.default_rng(seed))
    file = tmp_path / "split.json"
    file.write_text(json.dumps({"train": ["s1"], "validation": ["s2"], "test": []}))
    assert people_split(people, file, seed).train == ("s1",)
