"""From a store to a correction that can be used: learns, repeats itself, goes on after a kill."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from kinefuse import so3
from kinefuse.correction import correct, load_correction
from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.errors import WouldOverwrite
from kinefuse.networks.legs import body_signals
from kinefuse.training.correction import CorrectionPlan, train_correction
from kinefuse.training.correction_loop import CorrectionTraining, predicted
from kinefuse.training.correction_scores import scores
from kinefuse.training.data import NothingToLearnFrom
from kinefuse.training.leg_windows import LegWindowCache
from kinefuse.training.run_folder import OtherRun
from kinefuse.training.wearings import Wearing, estimated
from toy import puppet_trial
from worn_legs import TINY, as_estimate, reckoned

SPLIT = Split(train=("p1", "p2"), validation=("p3",), test=("p4",))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    for person in ("p1", "p2", "p3", "p4"):
        write_trial(folder, puppet_trial(person, seconds=3, rate_hz=200.0))
    return open_store(folder)


def plan(store, **changes):
    wanted = {"stores": (store,), "split": SPLIT, "activity": "walking", "config": TINY}
    return CorrectionPlan(**(wanted | changes))


@pytest.fixture(scope="module")
def trained(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    steps = list(train_correction(plan(store), folder / "work", folder / "walking", reckoned))
    return folder, steps


def test_the_folder_is_a_correction_and_nothing_else(trained):
    folder, _ = trained
    names = ["correction.json", "head.onnx", "trunk.onnx", "weights.safetensors"]
    assert sorted(f.name for f in (folder / "walking").iterdir()) == names
    assert sorted(f.name for f in folder.iterdir()) == ["walking", "work"]
    assert [f.name for f in (folder / "work").iterdir()] == ["worn"]


def test_the_card_says_who_what_and_how_well(trained):
    card = load_correction(trained[0] / "walking").card
    assert card.sources == ("puppets, CC0",)
    assert card.people == {"train": ("p1", "p2"), "validation": ("p3",), "test": ("p4",)}
    assert card.scores["validation"]["by condition"]["as worn"]["mean_deg"] > 0
    assert card.shares["as worn"]["knee"].sd_factor != (1.0, 1.0, 1.0)
    assert set(card.shares) == {"aligned", "as worn"}


def test_it_corrects_a_new_person(trained):
    trial = puppet_trial("p9", seconds=3)
    found = correct(trial.imus, reckoned(trial.imus), load_correction(trained[0] / "walking"))
    assert all(np.isfinite(a).all() for a in found.angles.angles_rad.values())


@pytest.mark.parametrize("stop", [5, 12])
def test_a_killed_training_repeated_gives_the_same_network(trained, store, tmp_path, stop):
    whole, count = trained[0] / "walking", len(trained[1])
    list(
        islice(train_correction(plan(store), tmp_path / "w", tmp_path / "walking", reckoned), stop)
    )
    rest = list(train_correction(plan(store), tmp_path / "w", tmp_path / "walking", reckoned))
    assert len(rest) <= count
    expected, got = (load_file(f / "weights.safetensors") for f in (whole, tmp_path / "walking"))
    for name, values in expected.items():
        np.testing.assert_array_equal(got[name], values)
    cards = [json.loads((f / "correction.json").read_text()) for f in (whole, tmp_path / "walking")]
    assert cards[0] == cards[1]


def test_an_existing_network_is_never_overwritten(trained, store, tmp_path):
    with pytest.raises(WouldOverwrite, match="already exists"):
        list(train_correction(plan(store), tmp_path, trained[0] / "walking", reckoned))


def test_another_training_is_not_mixed_in(store, tmp_path):
    list(islice(train_correction(plan(store), tmp_path / "w", tmp_path / "x", reckoned), 2))
    other = plan(store, config=replace(TINY, seed=1))
    with pytest.raises(OtherRun, match="another config"):
        list(train_correction(other, tmp_path / "w", tmp_path / "x", reckoned))


def test_nobody_to_learn_from_is_said(store, tmp_path):
    with pytest.raises(NothingToLearnFrom, match="running"):
        list(train_correction(plan(store, activity="running"), tmp_path, tmp_path / "x", reckoned))


def test_test_people_are_never_worn(trained):
    people = {file.name.split("__")[0] for file in (trained[0] / "work" / "worn").iterdir()}
    assert people == {"p1", "p2", "p3"}


def askew(trial, seed):
    """Perfect attitudes of sensors that sit askew: exactly what alignment leaves."""
    wearing = Wearing(person=trial.person, trial=trial.name, condition="as worn", seed=seed)
    rng = np.random.default_rng([seed, *trial.person.encode()])
    turns = {s: so3.exp(rng.normal(0, 0.14, 3)) for s in trial.imus.sensors}
    R = {s: R @ turns[s] for s, R in trial.poses.R_world_segment.items()}
    sensors = {s: imu.turned(turns[s].T) for s, imu in trial.imus.sensors.items()}
    session = replace(trial.imus, sensors=sensors)
    body = estimated(trial, wearing, 100.0, lambda *_: as_estimate(R, 100.0))
    return replace(body, signals=body_signals(session, R, as_estimate(R, 100.0).angles))


@pytest.mark.slow
def test_it_learns_to_see_that_sensors_sit_askew(tmp_path):
    """On people it knows, worn anew, most of the error goes, raw and with the mean removed."""
    trials = [puppet_trial(person, seconds=6) for person in ("p1", "p2")]
    bodies = [askew(trial, seed) for trial in trials for seed in range(8)]
    anew = [askew(trial, seed) for trial in trials for seed in (100, 101)]
    config = replace(
        TINY,
        settings={"width": 24, "trunk": [1, 2, 4], "head": [1]},
        window_s=2.0,
        batch=8,
        iterations=150,
        learning_rate=0.01,
        validate_every=150,
        missing=0.0,
    )
    run = CorrectionTraining(
        LegWindowCache(bodies, {"as worn": 1.0}),
        anew,
        config,
        tmp_path / "state.safetensors",
        torch.device("cpu"),
    )
    list(run.run())
    after = scores([predicted(run.network, body) for body in anew])["by condition"]["as worn"]
    before = np.rad2deg(np.mean(run.cache.scales().error_rad))
    assert after["mean_deg"] < 0.6 * before
    assert after["coverage"] > 0.6
