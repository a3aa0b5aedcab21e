"""From a store to a model folder: whole or absent, resumable, nobody in two parts."""

import json
import shutil
from itertools import islice

import numpy as np
import pytest
from safetensors.numpy import load_file

from kinefuse.dataset.conditions import CONDITIONS
from kinefuse.dataset.resampling import resampled_session
from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.errors import UnknownChoice, UnreadableFile, WouldOverwrite
from kinefuse.formats.estimated_trials import read_estimated_trial
from kinefuse.networks.limbs import mirror_rotations, pair_signals
from kinefuse.networks.saved_model import load_model
from kinefuse.pair_estimation import estimate_pair
from kinefuse.progress import result_of
from kinefuse.training.config import RECIPES, Stage, TrainingConfig, recipe
from kinefuse.training.data import NothingToLearnFrom, limbs_of, trials_of
from kinefuse.training.fit_fusion import AlreadyFitted, check_free, refit
from kinefuse.training.predictions import prediction_file
from kinefuse.training.run_folder import OtherRun
from kinefuse.training.train_model import MixedRates, TrainingPlan, train_model
from toy import puppet_trial

PEOPLE = ("p1", "p2", "p3", "p4")
TINY = TrainingConfig(
    settings={"width": 8, "dilations": [1, 2]},
    stages=(Stage(window_s=1.0, batch=4, iterations=6),),
    checkpoint_every=2,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    for person in PEOPLE:
        write_trial(folder, puppet_trial(person, seconds=3, rate_hz=200.0))
    return open_store(folder)


def plan(store, recipe_name="ours", **changes):
    wanted = {
        "stores": (store,),
        "split": Split(train=("p1", "p2"), validation=("p3",), test=("p4",)),
        "configs": {"angles": TINY, "orientation": TINY},
        "recipe": recipe_name,
        "kinds": ("knee", "ankle"),
    }
    return TrainingPlan(**(wanted | changes))


@pytest.fixture(scope="module")
def trained(store, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "model"
    steps = list(train_model(plan(store), out))
    return out, steps


def test_the_folder_is_a_model_and_nothing_else(trained):
    out, steps = trained
    assert sorted(f.name for f in out.iterdir()) == ["model.json", "networks"]
    assert list(out.parent.iterdir()) == [out]
    names = ["knee_angles", "knee_orientation", "ankle_angles", "ankle_orientation"]
    assert list(dict.fromkeys(step.network for step in steps)) == names
    for name in names:
        files = sorted(f.name for f in (out / "networks" / name).iterdir())
        assert files == ["network.onnx", "weights.safetensors"]


def test_the_card_says_who_what_and_how_well(trained):
    card = load_model(trained[0]).card
    assert card.sources == ("puppets, CC0",)
    assert card.people == {"train": ("p1", "p2"), "validation": ("p3",), "test": ("p4",)}
    assert card.rate_hz == 100.0
    assert card.networks["knee_angles"].scores["validation"]["flexion_deg"] > 0
    assert set(card.joints) == {"knee", "ankle"}
    assert set(card.joints["knee"]) == set(CONDITIONS)
    assert set(card.joints["knee"]["aligned"]) == {"smoothing", "fusion"}


def test_a_pair_of_a_new_person_gets_all_three_answers(trained):
    model = load_model(trained[0])
    trial = puppet_trial("p9", seconds=3)
    estimate = estimate_pair(model, pair_signals(trial.imus, "knee_l"), "knee")
    for answer in (estimate.alpha_rad, estimate.beta_rad, estimate.theta_rad):
        assert answer.shape == (300, 3)
        assert np.isfinite(answer).all()


def everything(folder):
    numbers = {f: load_file(f) for f in sorted(folder.rglob("*.safetensors"))}
    words = json.loads((folder / "model.json").read_text())
    return {f.parent.name: n for f, n in numbers.items()}, words | {"name": ""}


@pytest.mark.parametrize("stop", [3, 9])
def test_a_killed_training_repeated_gives_the_same_model(trained, store, tmp_path, stop):
    out = tmp_path / "model"
    list(islice(train_model(plan(store), out), stop))
    assert not out.exists()
    rest = list(train_model(plan(store), out))
    assert len(rest) < len(trained[1])
    (weights, words), (same, same_words) = everything(trained[0]), everything(out)
    assert words == same_words
    for network in weights:
        for name, values in weights[network].items():
            np.testing.assert_array_equal(values, same[network][name])


def test_an_existing_model_is_never_overwritten(trained, store):
    with pytest.raises(WouldOverwrite, match="already exists"):
        list(train_model(plan(store), trained[0]))


def test_an_unfinished_training_of_another_kind_is_not_mixed_in(store, tmp_path):
    out = tmp_path / "model"
    list(islice(train_model(plan(store), out), 2))
    with pytest.raises(OtherRun, match="another joints"):
        list(train_model(plan(store, kinds=("knee",)), out))


def test_a_damaged_unfinished_training_is_named(store, tmp_path):
    out = tmp_path / "model"
    list(islice(train_model(plan(store), out), 2))
    (tmp_path / "model.partial" / "state" / "run.json").write_text("{")
    with pytest.raises(UnreadableFile, match=r"run\.json"):
        list(train_model(plan(store), out))


def test_the_published_recipe_keeps_its_own_fusion(store, tmp_path):
    out = tmp_path / "model"
    list(train_model(plan(store, "published-cnn", kinds=("knee",)), out))
    fitted = load_model(out).card.joints["knee"]["published"]
    assert set(fitted) == {"std_ratio", "weight"}


def test_one_target_alone_is_a_model_without_fusion(store, tmp_path):
    out = tmp_path / "model"
    list(train_model(plan(store, configs={"angles": TINY}, kinds=("knee",)), out))
    estimate = estimate_pair(load_model(out), np.ones((50, 12)), "knee")
    assert estimate.beta_rad is estimate.theta_rad is None


def test_nobody_is_in_two_parts(store):
    split = plan(store).split
    seen = {
        part: {limb.person for limb in limbs_of(trials, ["knee"], 100.0)["knee"]}
        for part in ("train", "validation", "test")
        for trials in [trials_of((store,), getattr(split, part))]
    }
    assert seen == {"train": {"p1", "p2"}, "validation": {"p3"}, "test": {"p4"}}


def test_both_legs_become_limbs_at_the_models_rate(store):
    limbs = limbs_of(trials_of((store,), ("p1",)), ["hip", "ankle"], 100.0)
    assert [(limb.side, limb.samples) for limb in limbs["hip"]] == [("r", 300), ("l", 300)]


def test_an_activity_nobody_did_is_an_error_before_any_training(store, tmp_path):
    with pytest.raises(NothingToLearnFrom, match="running"):
        list(train_model(plan(store, activity="running"), tmp_path / "model"))


def test_fitting_again_changes_nothing_but_the_fit(trained, store, tmp_path):
    copy = shutil.copytree(trained[0], tmp_path / "copy")
    (weights, words), _ = everything(copy), result_of(refit(copy, (store,)))
    again, same = everything(copy)
    assert words == same
    assert weights.keys() == again.keys()
    card = json.loads((copy / "model.json").read_text())
    card["people"]["validation"] = ["nobody"]
    (copy / "model.json").write_text(json.dumps(card))
    with pytest.raises(NothingToLearnFrom, match="validation people"):
        result_of(refit(copy, (store,)))


def test_published_parameters_are_fitted_beside_ours_and_replace_nothing(trained, store, tmp_path):
    copy = shutil.copytree(trained[0], tmp_path / "copy")
    before = load_model(copy).card.joints
    steps = list(refit(copy, (store,), "published"))
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]
    after = load_model(copy).card.joints
    for kind in ("knee", "ankle"):
        assert {way: after[kind][way] for way in before[kind]} == before[kind]
        assert set(after[kind]["published"]) == {"std_ratio", "weight"}


def test_published_parameters_come_from_true_orientations_and_ours_do_not(trained, store, tmp_path):
    """Networks whose orientations are worthless change ours, not the published parameters."""
    copy = shutil.copytree(trained[0], tmp_path / "copy")
    result_of(refit(copy, (store,), "published"))
    before = load_model(copy).card.joints["knee"]
    for file in ("network.onnx", "weights.safetensors"):  # answers for another joint
        shutil.copy(
            copy / "networks" / "ankle_orientation" / file,
            copy / "networks" / "knee_orientation" / file,
        )
    for parameters in ("published", "ours"):
        result_of(refit(copy, (store,), parameters))
    after = load_model(copy).card.joints["knee"]
    assert after["published"] == before["published"]
    assert after["as worn"] != before["as worn"]


def test_what_is_fitted_already_is_not_replaced_unasked(trained):
    model = load_model(trained[0])
    with pytest.raises(AlreadyFitted, match="'ours' parameters; say --force"):
        check_free(model)
    check_free(model, "published")


def test_parameters_nobody_knows_are_named(trained, store):
    with pytest.raises(UnknownChoice, match="ours, published"):
        result_of(refit(trained[0], (store,), "secret"))


def test_predictions_of_the_people_left_out_are_kept_if_wanted(store, tmp_path):
    out = tmp_path / "model"
    wanted = plan(store, configs={"orientation": TINY}, kinds=("knee",), keep_predictions=True)
    list(train_model(wanted, out))
    files = sorted(str(f.relative_to(out)) for f in (out / "predictions").rglob("*.h5"))
    assert files == ["predictions/test/p4__walk.h5", "predictions/validation/p3__walk.h5"]
    found = read_estimated_trial(prediction_file(out, "test", "p4", "walk"))
    assert set(found.orientations) == {
        "knee_r/thigh_r", "knee_r/shank_r", "knee_l/thigh_l", "knee_l/shank_l",
    }  # fmt: skip
    assert found.angles_rad == {}
    model, (trial,) = load_model(out), trials_of((store,), ("p4",))
    session = resampled_session(trial.imus, model.rate_hz)
    _, shank = model.predict_orientations(pair_signals(session, "knee_l"), "knee")
    np.testing.assert_allclose(
        found.orientations["knee_l/shank_l"], mirror_rotations(shank), atol=1e-6
    )


def test_wrong_wishes_are_named(store):
    with pytest.raises(UnknownChoice, match="hip, knee, ankle"):
        plan(store, kinds=("elbow",))
    with pytest.raises(UnknownChoice, match="angles, orientation"):
        plan(store, configs={"torque": TINY})
    with pytest.raises(UnknownChoice, match="ours, published-cnn"):
        recipe("mine")
    rates = {"angles": TINY, "orientation": recipe("published-cnn")["orientation"]}
    with pytest.raises(MixedRates, match="100, 200 Hz"):
        plan(store, configs=rates)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_planned(store, name):
    plan(store, configs=recipe(name))
