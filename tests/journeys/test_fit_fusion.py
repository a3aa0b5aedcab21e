"""``kinefuse fit-fusion`` as people use it."""

import json

import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.dataset.store import write_trial
from small_networks import write_model
from toy import puppet_trial


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for person in ("p1", "p2"):
        write_trial(folder, puppet_trial(person, seconds=4))
    return folder


def fit_fusion(*words):
    return CliRunner().invoke(app, ["fit-fusion", *(str(word) for word in words)])


def test_both_kinds_of_parameters_are_fitted_and_told(store, tmp_path):
    model = write_model(tmp_path / "model", "convolutional")
    ran = fit_fusion(model, store, "--parameters", "published")
    assert ran.exit_code == 0, ran.output
    assert "knee, published: std ratio" in ran.output
    ran = fit_fusion(model, store)
    assert ran.exit_code == 0, ran.output
    assert "knee, aligned: turn sigma rad" in ran.output
    joints = json.loads((model / "model.json").read_text())["joints"]["knee"]
    assert set(joints) == {"published", "aligned", "as worn"}
    assert all(0 <= weight <= 1 for weight in joints["published"]["weight"])


def test_what_is_fitted_stays_unless_force_is_said(store, tmp_path):
    model = write_model(tmp_path / "model", "convolutional")
    words = (model, store, "--parameters", "published")
    assert fit_fusion(*words).exit_code == 0
    before = (model / "model.json").read_text()
    again = fit_fusion(*words)
    assert again.exit_code == 2
    assert "say --force" in again.output
    assert (model / "model.json").read_text() == before
    assert fit_fusion(*words, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "complaint"), [(("--parameters", "secret"), "choose one of: ours, published")]
)
def test_a_wrong_wish_is_one_sentence(store, tmp_path, words, complaint):
    ran = fit_fusion(write_model(tmp_path / "model", "convolutional"), store, *words)
    assert ran.exit_code == 2
    assert complaint in ran.output
