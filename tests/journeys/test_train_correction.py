"""``kinefuse train --target correction``: the default method's network, on one's own trials."""

import json

import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.correction import load_correction
from kinefuse.dataset.store import write_trial
from kinefuse.training import correction
from toy import puppet_trial
from worn_legs import TINY, reckoned


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for person in ("p1", "p2", "p3", "p4"):
        write_trial(folder, puppet_trial(person, seconds=3, rate_hz=200.0))
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    file = tmp_path_factory.mktemp("split") / "split.json"
    file.write_text(json.dumps({"train": ["p1", "p2"], "validation": ["p3"], "test": ["p4"]}))
    return file


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_correction_is_trained_and_scored_on_who_was_left_out(
    store, split, tmp_path, monkeypatch
):
    monkeypatch.setattr("kinefuse.cli.requests.CorrectionConfig", lambda **_: TINY)
    monkeypatch.setattr(correction.train_correction, "__defaults__", (reckoned,))
    out = tmp_path / "mine"
    words = ("--target", "correction", "--activity", "walking", "--split", split)
    ran = kinefuse("train", store, "--out", out, *words)
    assert ran.exit_code == 0, ran.output
    assert "2 people to train on, 1 to tune on, 1 left out." in ran.output
    assert [folder.name for folder in tmp_path.iterdir()] == ["mine"]
    assert load_correction(out).card.people["test"] == ("p4",)
    scored = kinefuse("evaluate", out, store, "--out", tmp_path / "scores")
    assert scored.exit_code == 0, scored.output
    assert "theta" in (tmp_path / "scores" / "summary.csv").read_text()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--activity", "any"), "choose one of: walking, running"),
        (("--activity", "walking", "--joint", "knee"), "one network of all joints"),
        (("--activity", "walking", "--recipe", "published"), "one network of all joints"),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing(store, tmp_path, words, complaint):
    out = tmp_path / "mine"
    ran = kinefuse("train", store, "--out", out, "--target", "correction", *words)
    assert ran.exit_code == 2
    assert complaint in " ".join(ran.output.split())
    assert list(tmp_path.iterdir()) == []
