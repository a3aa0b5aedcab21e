"""``kinefuse check`` as a user meets it, up to the training that leaves out whom it dropped."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.dataset.store import write_trial
from toy import puppet_trial


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def jumping(trial):
    """Every knee jumps by 30 deg in mid-trial."""
    half = trial.angles.samples // 2
    angles = {j: a.copy() for j, a in trial.angles.angles_rad.items()}
    for joint in ("knee_r", "knee_l"):
        angles[joint][half:, 0] += np.deg2rad(30)
    return replace(trial, angles=replace(trial.angles, angles_rad=angles))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Four people walk, p5 jumps, p6 was kept out when prepared."""
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for i in range(1, 5):
        write_trial(folder, puppet_trial(f"p{i}", seconds=3))
    write_trial(folder, jumping(puppet_trial("p5", seconds=3)))
    write_trial(folder, replace(puppet_trial("p6", seconds=3), faults=("swapped feet",)))
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    file = tmp_path_factory.mktemp("split") / "split.json"
    lists = {"train": ["p1", "p2", "p5"], "validation": ["p3"], "test": ["p4"]}
    file.write_text(json.dumps(lists))
    return file


def test_who_fails_what_is_a_table_and_a_list(store, split, tmp_path):
    out = tmp_path / "quality.json"
    result = kinefuse("check", store, "--limits", "published", "--split", split, "--out", out)
    assert result.exit_code == 0, result.output
    assert "5 sound trials held to the limits 'published'" in result.output
    assert "1 of 5: p5" in result.output
    assert "Kept out since it was prepared: p6 walk\n    swapped feet" in result.output
    assert "Dropped: p5 walk\n    flexion change: knee_" in result.output
    assert "Of fewer than 200 trials this share is nobody." in result.output
    assert "4 trials of 4 people pass, 1 trials are dropped" in result.output
    (row,) = json.loads(out.read_text())
    assert (row["person"], row["trial"]) == ("p5", "walk")
    assert row["reasons"][0].startswith("flexion change: knee_")
    assert out.parent.joinpath("quality.json").exists()
    assert kinefuse("check", store, "--out", out).exit_code == 2
    again = kinefuse("check", store, "--limits", "ours", "--out", out, "--force")
    assert again.exit_code == 0, again.output
    told = {r for row in json.loads(out.read_text()) for r in row["reasons"]}
    assert all(reason.startswith("swapped sides: ") for reason in told)  # puppets are narrow


def test_whom_the_check_dropped_no_training_sees(store, split, tmp_path):
    out = tmp_path / "quality.json"
    kinefuse("check", store, "--limits", "published", "--split", split, "--out", out)
    words = ("--joint", "ankle", "--target", "angles", "--network", "convolutional")
    model = tmp_path / "model"
    result = kinefuse(
        "train", store, "--out", model, "--split", split, "--without", out, *words,
        "--iterations", "3",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "2 people to train on, 1 to tune on, 1 left out." in result.output
    card = json.loads((model / "model.json").read_text())
    assert card["people"]["train"] == ["p1", "p2"]


def test_a_training_without_anybody_left_says_the_way_out(store, split, tmp_path):
    rows = [{"person": p, "trial": "walk", "reasons": ["no"]} for p in ("p1", "p2", "p5")]
    file = tmp_path / "quality.json"
    file.write_text(json.dumps(rows))
    result = kinefuse("train", store, "--out", tmp_path / "m", "--split", split, "--without", file)
    assert result.exit_code == 2
    assert "nobody left in 'train' of 3 people; exclude fewer" in result.output
    assert not (tmp_path / "m").exists()


def test_a_limit_that_most_fail_is_doubted_and_can_be_skipped(tmp_path):
    for i in range(3):
        write_trial(tmp_path, jumping(puppet_trial(f"p{i}", seconds=3)))
    result = kinefuse("check", tmp_path, "--limits", "published")
    assert "More than half of all trials fail 'flexion change'" in result.output
    assert "Ranges of motion were not compared: nobody is left of the 1 training" in result.output
    assert "nothing is left of 3 people: p0, p1, p2." in result.output
    result = kinefuse("check", tmp_path, "--limits", "published", "--skip", "flexion change")
    assert "3 trials of 3 people pass, 0 trials are dropped." in result.output


def test_two_people_cannot_be_split_but_are_checked(tmp_path):
    for i in range(2):
        write_trial(tmp_path, puppet_trial(f"p{i}", seconds=3))
    result = kinefuse("check", tmp_path, "--limits", "published")
    assert result.exit_code == 0, result.output
    assert "nobody is left of the 2 people, who are too few to be split" in result.output


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nowhere",), "nowhere: there is no such file or directory"),
        (("{store}", "--limits", "mine"), "choose one of: ours, published"),
        (("{store}", "--skip", "knee"), "unknown check 'knee'"),
        (("{store}", "--split", "nowhere.json"), "cannot be read"),
        (("{store}", "--fix"), "{store} is a store of trials, and --fix can only be said of a"),
        (("{store}", "--json", "x", "--map", "y"), "and --json and --map can only be said of a"),
    ],
)
def test_a_wrong_wish_is_one_sentence(store, words, complaint):
    result = kinefuse("check", *(word.format(store=store) for word in words))
    assert result.exit_code == 2
    assert complaint.format(store=store) in " ".join(result.output.split())
    assert result.output.strip().count("\n") == 0
