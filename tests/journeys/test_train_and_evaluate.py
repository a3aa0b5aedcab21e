"""``kinefuse train`` and ``kinefuse evaluate`` as people use them, a killed process included."""

import json
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.dataset.store import write_trial
from toy import puppet_trial

SMALL = ("--joint", "ankle", "--network", "convolutional", "--iterations", "30")

RESULTS = [
    "final_table.csv", "final_table.tex", "results.xlsx", "scores.csv", "scores.svg", "summary.csv",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for person in ("p1", "p2", "p3", "p4"):
        write_trial(folder, puppet_trial(person, seconds=3))
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    file = tmp_path_factory.mktemp("split") / "split.json"
    file.write_text(json.dumps({"train": ["p1", "p2"], "validation": ["p3"], "test": ["p4"]}))
    return file


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def model(store, split, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "ankle"
    result = kinefuse("train", store, "--out", out, "--split", split, *SMALL)
    assert result.exit_code == 0, result.output
    assert "2 people to train on, 1 to tune on, 1 left out." in result.output
    assert "ankle_angles: validation RMSE" in result.output
    return out


def test_a_model_is_scored_on_the_people_it_left_out(model, store, tmp_path):
    out = tmp_path / "scores"
    result = kinefuse("evaluate", model, store, "--out", out)
    assert result.exit_code == 0, result.output
    assert "sensors aligned, 1 people" in result.output
    assert sorted(f.name for f in out.iterdir()) == RESULTS
    scores = pl.read_csv(out / "scores.csv")
    assert set(scores["person"]) == {"p4"}
    assert set(scores["answer"]) == {"alpha", "beta", "theta"}
    assert kinefuse("evaluate", model, store, "--out", out).exit_code == 2  # already there
    assert kinefuse("evaluate", model, store, "--out", out, "--force").exit_code == 0


def test_without_its_libraries_training_says_how_to_get_them(store, split, tmp_path, monkeypatch):
    for name in ("torch", "roma"):
        monkeypatch.setitem(sys.modules, name, None)
    result = kinefuse("train", store, "--out", tmp_path / "ankle", "--split", split, *SMALL)
    assert result.exit_code == 2
    assert "needs torch, roma" in result.output
    assert "pip install 'kinefuse[train]'" in result.output


def test_scoring_the_people_it_was_trained_on_is_refused(model, store, tmp_path):
    file = tmp_path / "split.json"
    file.write_text(json.dumps({"train": ["p4"], "validation": ["p2"], "test": ["p1"]}))
    result = kinefuse("evaluate", model, store, "--split", file)
    assert result.exit_code == 2
    assert "trained or tuned on p1" in result.output


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--joint", "elbow"), "choose one of: hip, knee, ankle, all"),
        (("--target", "torque"), "choose one of: angles, orientation, all, correction"),
        (("--recipe", "secret"), "ours, published-cnn, published-lstm"),
        (("--network", "transformer"), "temporal, convolutional, recurrent"),
        (("--activity", "swimming"), "walking, running, any"),
        (("--activity", "running"), "no sound trial"),
        (("--split", "nowhere.json"), "cannot be read"),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing_behind(store, tmp_path, words, complaint):
    out = tmp_path / "model"
    result = kinefuse("train", store, "--out", out, *words)
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


def test_no_store_and_no_model_are_named(store, tmp_path):
    result = kinefuse("train", tmp_path, "--out", tmp_path / "model")
    assert result.exit_code == 2
    assert "this is no store" in result.output
    result = kinefuse("evaluate", tmp_path, store)
    assert result.exit_code == 2
    assert "holds no model" in result.output


def test_killed_and_repeated_the_command_ends_with_the_same_weights(model, store, split, tmp_path):
    out = tmp_path / "model"
    command = [sys.executable, "-c", "from kinefuse.cli.app import main; main()", "train"]
    command += [str(store), "--out", str(out), "--split", str(split), *SMALL]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    finished_one = tmp_path / "model.partial" / "state" / "cards" / "ankle_angles.json"
    deadline = time.monotonic() + 120
    while not finished_one.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    assert finished_one.exists()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    for file in sorted(model.rglob("weights.safetensors")):
        same = load_file(out / file.relative_to(model))
        for name, values in load_file(file).items():
            assert (values == same[name]).all(), name
