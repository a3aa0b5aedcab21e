"""Rows of predictions: of one length, and only of people with both legs."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.networks.published_rows import published_rows
from kinefuse.networks.saved_model import load_model
from kinefuse.recordings import ImuSession
from small_networks import write_model
from toy import puppet_trial


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(write_model(tmp_path_factory.mktemp("models") / "small", "convolutional"))


def one_legged(trial):
    sensors = {s: imu for s, imu in trial.imus.sensors.items() if not s.endswith("_l")}
    return replace(trial, imus=ImuSession(name="one leg", sensors=sensors))


def test_rows_are_cut_to_the_shortest_and_it_is_said(model):
    trials = [puppet_trial(p, seconds=s, rate_hz=100.0) for p, s in (("a", 3.0), ("b", 2.0))]
    found, said = published_rows(model, {"test": trials}, "knee")
    shortest = trials[1].imus.samples
    assert found["test"]["l"].y_pred.shape == (2, shortest, 3)
    assert said == (f"knee, test: rows were cut to the shortest, {shortest}.",)
    alone, _ = published_rows(model, {"test": trials[:1]}, "knee")
    np.testing.assert_array_equal(found["test"]["r"].x[0], alone["test"]["r"].x[0, :shortest])


def test_a_person_with_one_leg_is_left_out_and_counted(model):
    whole = puppet_trial("a", seconds=2.0, rate_hz=100.0)
    found, said = published_rows(model, {"val": [one_legged(whole), whole]}, "knee")
    assert len(found["val"]["r"].x) == 1
    assert said == ("knee, val: 1 without both legs' knees were left out.",)


def test_a_part_without_anybody_is_not_there(model):
    found, said = published_rows(model, {"val": [], "test": []}, "knee")
    assert not found
    assert not said
