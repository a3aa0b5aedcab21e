"""What workers map is, to the bit, what a training would have gathered itself."""

import os
from dataclasses import replace

import numpy as np
import pytest

from kinefuse.dataset.store import read_trial
from kinefuse.dataset.windows import WindowCache
from kinefuse.errors import UnreadableFile
from kinefuse.search.growing_array import GrowingArray
from kinefuse.search.learning_set import read_learning_set, write_learning_set
from kinefuse.training.data import NothingToLearnFrom, limbs_of
from kinefuse.training.loop import scales_of
from small_searches import PEOPLE, SPLIT, puppet_store, small_plan


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return puppet_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def folder(store, tmp_path_factory):
    place = tmp_path_factory.mktemp("data") / "windows"
    steps = list(write_learning_set(place, small_plan(store).wanted))
    assert [step.done for step in steps] == [1, 2, 3, 4]
    assert steps[0].total == len(PEOPLE)
    return place


def gathered(store, people):
    trials = [read_trial(e.file) for e in store.entries if e.person in people]
    return limbs_of(trials, ["knee"], 200.0, np.float32)["knee"]


def test_mapped_windows_are_those_of_the_cache(store, folder):
    ours, plain = read_learning_set(folder).train, WindowCache(gathered(store, SPLIT.train))
    np.testing.assert_array_equal(ours.signals, plain.signals)
    np.testing.assert_array_equal(ours.angles_rad, plain.angles_rad)
    np.testing.assert_array_equal(ours.offsets, plain.offsets)
    np.testing.assert_array_equal(ours.spread, plain.spread)
    assert ours.people == plain.people
    drawn = [cache.draw(5, 300, np.random.default_rng(3)) for cache in (ours, plain)]
    np.testing.assert_array_equal(drawn[0].signals, drawn[1].signals)
    np.testing.assert_array_equal(drawn[0].known, drawn[1].known)


def test_scales_are_those_of_the_training_people(store, folder):
    ours, plain = read_learning_set(folder).scales, WindowCache(gathered(store, SPLIT.train))
    for mine, theirs in zip(vars(ours).values(), vars(scales_of(plain)).values(), strict=True):
        np.testing.assert_array_equal(mine.mean, theirs.mean)
        np.testing.assert_array_equal(mine.spread, theirs.spread)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_scored_legs_are_those_of_their_people(store, folder, part):
    ours, plain = getattr(read_learning_set(folder), part), gathered(store, getattr(SPLIT, part))
    assert [(x.person, x.trial, x.side) for x in ours] == [
        (x.person, x.trial, x.side) for x in plain
    ]
    for mine, theirs in zip(ours, plain, strict=True):
        np.testing.assert_array_equal(mine.signals, theirs.signals)
        np.testing.assert_array_equal(mine.angles_rad, theirs.angles_rad)


def test_nothing_is_copied_into_memory(folder):
    signals = read_learning_set(folder).train.signals
    assert isinstance(signals.base, np.memmap)
    assert not signals.flags.writeable
    assert read_learning_set(folder) is read_learning_set(folder)  # once a worker


def test_what_is_there_is_not_written_again(store, folder):
    before = os.stat(folder / "train" / "signals.npy").st_mtime_ns
    assert list(write_learning_set(folder, small_plan(store).wanted)) == []
    assert os.stat(folder / "train" / "signals.npy").st_mtime_ns == before


def test_another_store_is_another_name(store, tmp_path):
    plan = small_plan(store)
    assert plan.data_digest() == small_plan(store, seed=9).data_digest()
    assert plan.data_digest() != small_plan(store, joint="hip").data_digest()
    moved = replace(SPLIT, test=("p3",), validation=("p4",))
    assert plan.data_digest() != small_plan(store, split=moved).data_digest()
    assert plan.data_digest() != small_plan(puppet_store(tmp_path)).data_digest()


def test_nobody_to_learn_from_is_said_and_leaves_nothing(store, tmp_path):
    with pytest.raises(NothingToLearnFrom, match="train people"):
        small_plan(store, activity="running")
    wanted = replace(small_plan(store).wanted, entries={"train": (), "validation": (), "test": ()})
    with pytest.raises(NothingToLearnFrom, match="knee of the train people"):
        list(write_learning_set(tmp_path / "x", wanted))
    assert list(tmp_path.iterdir()) == []


def test_people_left_out_may_be_nobody(store, tmp_path):
    plan = small_plan(store, split=replace(SPLIT, test=()))
    list(write_learning_set(tmp_path / "x", plan.wanted))
    assert read_learning_set(tmp_path / "x").test == ()


def test_damaged_windows_are_named(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_learning_set(tmp_path)


@pytest.mark.parametrize("lengths", [[], [3], [1, 0, 5, 7]])
def test_a_growing_array_is_what_was_put_in(tmp_path, lengths):
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(n, 4)).astype(np.float32) for n in lengths]
    array = GrowingArray(tmp_path / "a.npy", 4)
    for part in parts:
        array.append(part)
    array.close()
    np.testing.assert_array_equal(
        np.load(tmp_path / "a.npy"), np.concatenate([np.zeros((0, 4), np.float32), *parts])
    )
