"""The best of several searches is one model that runs, and its card says how it was chosen."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kinefuse.errors import UnreadableFile, WouldOverwrite
from kinefuse.networks.export import write_network
from kinefuse.networks.model_card import ModelCard, NetworkCard, read_card, write_card
from kinefuse.networks.saved_model import load_model
from kinefuse.search.best import (
    CannotBeOne,
    NoOrientation,
    NothingComplete,
    rankings,
    write_best,
)
from kinefuse.search.outcomes import LAYOUT, STUDY_FILE, TrialOutcome, trial_folder, write_outcome
from small_networks import signals, small, write_model

PEOPLE = {"train": ("p1",), "validation": ("p2",), "test": ("p3",)}
NETWORKS = {"cnn": "convolutional", "lstm": "recurrent"}


def study(folder, joint, network, *scores, split=PEOPLE, activity="walking"):
    """Complete trials with these scores, and one that was given up."""
    folder.mkdir()
    words = {"layout": LAYOUT, "activity": activity, "joint": joint, "network": network}
    (folder / STUDY_FILE).write_text(json.dumps(words | {"split": split}))
    for number, score in enumerate(scores):
        place = trial_folder(folder, number)
        write_trial_model(place, joint, NETWORKS[network], number, activity)
        outcome = {"number": number, "settings": {"width": 10}, "score_deg": score}
        write_outcome(place, TrialOutcome(state="complete", **outcome))
    pruned = trial_folder(folder, len(scores))
    pruned.mkdir(parents=True)
    outcome = TrialOutcome(number=len(scores), state="pruned", settings={}, score_deg=0.1)
    write_outcome(pruned, outcome)
    return folder


def write_trial_model(folder, joint, network, seed, activity):
    estimator, name = small(network, "angles", seed), f"{joint}_angles"
    write_network(folder / "networks" / name, estimator)
    card = NetworkCard(
        kind=joint,
        target="angles",
        network=network,
        settings=estimator.settings,
        context_samples=estimator.context_samples,
        scores={"validation": {"mean_deg": 5.0}},
    )
    write_card(
        folder,
        ModelCard(
            name="x",
            recipe="published-search",
            activity=activity,
            rate_hz=200.0,
            networks={name: card},
            sources=(f"{joint} people",),
            people=PEOPLE,
        ),
    )


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    return [
        study(folder / "knee-cnn", "knee", "cnn", 4.0, 3.0),
        study(folder / "knee-lstm", "knee", "lstm", 3.5, 2.5, 9.0),
        study(folder / "hip-cnn", "hip", "cnn", 6.0),
    ]


def orientation_model(folder, people=PEOPLE, rate_hz=200.0):
    """An orientation network of the knee."""
    write_model(folder, "recurrent", seed=7)
    card = replace(read_card(folder), people=people, rate_hz=rate_hz, sources=("others",))
    write_card(folder, card)
    return folder


def test_each_joint_gets_its_lowest_score_of_cnn_and_lstm_together(studies, tmp_path):
    out = tmp_path / "model"
    card = write_best(rankings(studies), out)
    assert card == read_card(out)
    assert set(card.networks) == {"knee_angles", "hip_angles"}
    assert card.recipe.startswith("published")
    assert (card.name, card.rate_hz, card.activity) == ("model", 200.0, "walking")
    assert card.people == PEOPLE
    assert card.sources == ("hip people", "knee people")
    knee = card.networks["knee_angles"]
    assert knee.network == "recurrent"
    assert knee.scores["search"] == {
        "place": 1, "study": "knee-lstm", "network": "lstm", "trial": 1, "score_deg": 2.5, "of": 5,
    }  # fmt: skip
    ranked = [(row["study"], row["trial"]) for row in knee.scores["ranking"]]
    assert ranked == [
        ("knee-lstm", 1),
        ("knee-cnn", 1),
        ("knee-lstm", 0),
        ("knee-cnn", 0),
        ("knee-lstm", 2),
    ]
    assert knee.scores["validation"] == {"mean_deg": 5.0}


def test_the_networks_are_those_of_the_trials(studies, tmp_path):
    write_best(rankings(studies), tmp_path / "model")
    pair = signals(300)[0].numpy().astype(float)
    best, source = load_model(tmp_path / "model"), load_model(trial_folder(studies[1], 1))
    np.testing.assert_array_equal(
        best.predict_angles(pair, "knee"), source.predict_angles(pair, "knee")
    )
    other = load_model(trial_folder(studies[1], 0))
    assert not np.array_equal(best.predict_angles(pair, "knee"), other.predict_angles(pair, "knee"))
    written = {f.name for f in tmp_path.rglob("*") if f.is_file()}
    assert written == {"model.json", "network.onnx", "weights.safetensors"}


def test_orientation_networks_are_taken_in(studies, tmp_path):
    other = orientation_model(tmp_path / "orientation")
    card = write_best(rankings(studies), tmp_path / "model", other)
    assert set(card.networks) == {"knee_angles", "hip_angles", "knee_orientation"}
    assert card.networks["knee_angles"].scores["search"]["score_deg"] == 2.5  # not the other's
    assert "others" in card.sources
    pair = signals(300)[0].numpy().astype(float)
    model = load_model(tmp_path / "model")
    mine = model.predict_orientations(pair, "knee")
    theirs = load_model(other).predict_orientations(pair, "knee")
    np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"rate_hz": 100.0}, "rate"),
        ({"people": PEOPLE | {"train": ("p1", "p9")}}, "people"),
        ({"people": {"train": ("p2",), "validation": ("p1",), "test": ("p3",)}}, "people"),
    ],
)
def test_networks_of_other_people_or_rates_are_refused(studies, tmp_path, change, what):
    other = orientation_model(tmp_path / "orientation", **change)
    with pytest.raises(CannotBeOne, match=f"differ in their {what}"):
        write_best(rankings(studies), tmp_path / "model", other)
    assert not (tmp_path / "model").exists()


def test_the_order_in_which_people_are_listed_does_not_matter(tmp_path):
    knee = study(tmp_path / "knee", "knee", "cnn", 4.0)
    card = read_card(trial_folder(knee, 0))
    people = {"train": ("b", "a"), "validation": ("p2",), "test": ("p3",)}
    write_card(trial_folder(knee, 0), replace(card, people=people))
    other = orientation_model(tmp_path / "o", people | {"train": ("a", "b")})
    write_best(rankings([knee]), tmp_path / "model", other)


def test_a_model_without_orientations_is_named(studies, tmp_path):
    other = trial_folder(studies[0], 0)
    with pytest.raises(NoOrientation, match=r"knee_orientation.*kinefuse train"):
        write_best(rankings(studies), tmp_path / "model", other)


def test_studies_that_do_not_belong_together_are_refused(studies, tmp_path):
    run = study(tmp_path / "run", "hip", "cnn", 1.0, activity="running")
    with pytest.raises(CannotBeOne, match="activity"):
        rankings([*studies, run])
    others = study(tmp_path / "others", "hip", "cnn", 1.0, split=PEOPLE | {"test": ["p8"]})
    with pytest.raises(CannotBeOne, match="split"):
        rankings([*studies, others])


def test_a_joint_without_a_complete_trial_is_named(studies, tmp_path):
    ankle = study(tmp_path / "ankle", "ankle", "cnn")
    with pytest.raises(NothingComplete, match=r"ankle is complete in ankle"):
        rankings([*studies, ankle])
    with pytest.raises(UnreadableFile, match="holds no study"):
        rankings([tmp_path / "nowhere"])


def test_a_model_is_replaced_only_on_request_and_nothing_else_ever(studies, tmp_path):
    places, out = rankings(studies), tmp_path / "model"
    write_best(places, out)
    (out / "old").touch()
    with pytest.raises(WouldOverwrite):
        write_best(places, out)
    assert (out / "old").exists()
    write_best(places, out, force=True)
    assert not (out / "old").exists()
    (tmp_path / "photos").mkdir()
    with pytest.raises(WouldOverwrite):
        write_best(places, tmp_path / "photos", force=True)
