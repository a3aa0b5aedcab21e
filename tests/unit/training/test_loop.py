"""A training learns, repeats itself bit for bit, and goes on after a stop as if there were none."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.training.config import Stage, TrainingConfig
from kinefuse.training.data import limbs_of
from kinefuse.training.loop import Training
from kinefuse.training.schedules import learning_rate
from toy import puppet_trial

SMALL = TrainingConfig(
    settings={"width": 12, "dilations": [1, 2, 4], "dropout": 0.1},
    stages=(
        Stage(window_s=1.0, batch=4, iterations=6),
        Stage(window_s=2.0, batch=3, iterations=5),
    ),
    validate_every=4,
    checkpoint_every=3,
)


@pytest.fixture(scope="module")
def limbs():
    trials = [puppet_trial(person, seconds=4) for person in ("p1", "p2")]
    return limbs_of(trials, ["knee"], 100.0)["knee"]


def training(limbs, folder, config=SMALL, target="angles"):
    return Training(target, limbs, limbs, config, folder / "state.safetensors")


def weights(trained):
    return {name: value.clone() for name, value in trained.estimator.state_dict().items()}


def assert_identical(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert torch.equal(first[name], second[name]), name


@pytest.mark.parametrize("target", ["angles", "orientation"])
def test_stopped_anywhere_it_ends_bit_for_bit_where_it_would_have(limbs, tmp_path, target):
    whole = training(limbs, tmp_path / "whole", target=target)
    list(whole.run())
    for stop in (1, 4, 8):  # between checkpoints, after a score, in the second stage
        folder = tmp_path / f"stopped{stop}"
        list(islice(training(limbs, folder, target=target).run(), stop))
        resumed = training(limbs, folder, target=target)
        assert resumed.step == stop // 3 * 3
        list(resumed.run())
        assert_identical(weights(whole), weights(resumed))
        assert whole.history == resumed.history


def test_one_seed_repeats_and_another_does_not(limbs, tmp_path):
    first, again = training(limbs, tmp_path / "a"), training(limbs, tmp_path / "b")
    other = training(limbs, tmp_path / "c", replace(SMALL, seed=1))
    for run in (first, again, other):
        list(run.run())
    assert_identical(weights(first), weights(again))
    assert not torch.equal(first.estimator.body.stem.weight, other.estimator.body.stem.weight)


def test_the_state_of_global_chance_is_left_alone(limbs, tmp_path):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    list(training(limbs, tmp_path).run())
    assert torch.equal(torch.get_rng_state(), before)


def test_a_finished_training_does_nothing_more(limbs, tmp_path):
    list(training(limbs, tmp_path).run())
    assert list(training(limbs, tmp_path).run()) == []


@pytest.mark.parametrize("network", ["temporal", "convolutional", "recurrent"])
def test_a_network_learns_its_own_training_people(limbs, tmp_path, network):
    config = TrainingConfig(
        network=network,
        settings={"dropout": 0.0},
        stages=(Stage(window_s=1.0, batch=6, iterations=60),),
        learning_rate=0.01,
        augmentation=replace(SMALL.augmentation, misalignment_deg=0.5, noise_fraction=0.01),
    )
    run = training(limbs, tmp_path, config)
    list(run.run())
    spread_deg = np.rad2deg(np.concatenate([limb.angles_rad for limb in limbs]).std(axis=0)).mean()
    assert run.history[-1]["mean_deg"] < 0.4 * spread_deg


def test_an_orientation_network_learns_its_own_training_people(limbs, tmp_path):
    config = TrainingConfig(
        settings={"width": 32},
        stages=(Stage(window_s=1.0, batch=6, iterations=80),),
        learning_rate=0.01,
        augmentation=replace(SMALL.augmentation, misalignment_deg=0.5, noise_fraction=0.01),
    )
    run = training(limbs, tmp_path, config, "orientation")
    list(run.run())
    assert run.history[-1]["mean_deg"] < 8  # the thigh alone swings through 50 deg


def test_progress_counts_and_scores_in_degrees(limbs, tmp_path):
    steps = list(training(limbs, tmp_path).run())
    assert [step.done for step in steps] == list(range(1, 12))
    assert {step.total for step in steps} == {11}
    assert np.isnan(steps[2].validation_rmse_deg)
    assert 1 < steps[3].validation_rmse_deg < 200


def test_a_damaged_checkpoint_is_named(limbs, tmp_path):
    file = tmp_path / "state.safetensors"
    file.write_bytes(b"\x00" * 100)
    with pytest.raises(UnreadableFile, match="this checkpoint is damaged"):
        training(limbs, tmp_path)


def test_rates_rise_and_fall_as_said():
    cosine = [learning_rate(SMALL.lasting(1000), step) for step in (0, 100, 999)]
    assert cosine[0] < 0.05 * cosine[1]
    assert cosine[2] < 1e-3 * cosine[1]
    exponential = replace(SMALL, schedule="exponential", decay=0.99)
    ratio = learning_rate(exponential, 11) / learning_rate(exponential, 10)
    assert ratio == pytest.approx(0.99)
    with pytest.raises(UnknownChoice, match="cosine, exponential"):
        learning_rate(replace(SMALL, schedule="steps"), 0)


def test_stages_follow_each_other_and_scale_together():
    assert SMALL.stage_at(5).window_s == 1.0
    assert SMALL.stage_at(6).window_s == 2.0
    longer = SMALL.lasting(1100)
    assert [stage.iterations for stage in longer.stages] == [600, 500]
