"""Scores are what they say, people count once, and nobody is scored whom a network has seen."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kinefuse.anatomy.joints import PLANES
from kinefuse.cli.score_figure import score_figure
from kinefuse.correction import load_correction
from kinefuse.errors import UnknownChoice
from kinefuse.evaluation import (
    ANSWERS,
    METHODS,
    Contender,
    KnownPeople,
    check_people_are_new,
    score_trials,
    summary,
)
from kinefuse.networks.model_card import write_card
from kinefuse.networks.saved_model import load_model
from kinefuse.recordings import JointAngles, Trial
from small_corrections import write_small_correction
from small_networks import write_model
from toy import puppet_trial

SHARES = {"alpha_share": (0.5,) * 3, "beta_share": (0.5,) * 3}
FUSED = {"smoothing": {"attitude_sigma_rad": 1.0}, "fusion": SHARES}
BLEND = {"published": {"std_ratio": (1.0,) * 3, "weight": (0.5,) * 3}}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = write_model(tmp_path_factory.mktemp("models") / "small", "temporal")
    card = load_model(folder).card
    write_card(
        folder, replace(card, joints={"knee": {"aligned": FUSED, "as worn": FUSED, **BLEND}})
    )
    return load_model(folder)


@pytest.fixture(scope="module")
def trials():
    return [
        puppet_trial("p8", "a", seconds=3),
        puppet_trial("p8", "b", seconds=3),
        puppet_trial("p9", "a", seconds=3, rate_hz=200.0),
    ]


def scores_of(trials, contenders, **options):
    steps = list(score_trials(trials, contenders, **options))
    return steps, pl.DataFrame([row for _, rows in steps for row in rows])


@pytest.fixture(scope="module")
def scored(model, trials):
    return scores_of(trials, [Contender(method=method, model=model) for method in METHODS])


def test_every_trial_leg_condition_method_answer_and_plane_has_one_score(scored):
    steps, scores = scored
    assert [progress.done for progress, _ in steps] == list(range(1, 10))
    single = scores.filter(pl.col("method") != "map")
    assert len(single) == 3 * 2 * 3 * (len(METHODS) - 1) * len(ANSWERS) * len(PLANES)
    assert set(single["joint"]) == {"knee"}  # the model knows no other
    assert scores.select(pl.exclude("rmse_deg", "rmse_mean_removed_deg")).is_unique().all()
    assert scores["rmse_deg"].is_finite().all()


def test_the_optimiser_answers_for_every_joint_beside_the_angle_network(scored):
    whole = scored[1].filter(method="map")
    for answer, joints in (("alpha", {"knee"}), ("beta", {"hip", "knee", "ankle"})):
        assert set(whole.filter(answer=answer)["joint"]) == joints
    assert "theta" not in set(whole["answer"])  # without a correction network
    alone = scored[1].filter(method="ours", answer="alpha")
    same = whole.filter(answer="alpha").drop("method")
    assert same.equals(alone.drop("method"))


@pytest.fixture(scope="module")
def correction(tmp_path_factory):
    return load_correction(write_small_correction(tmp_path_factory.mktemp("small")))


def test_a_correction_adds_theta_and_needs_no_other_network(trials, correction):
    contender = Contender(method="map", correction=correction)
    _, scores = scores_of(trials[:1], [contender], conditions=("as worn",))
    assert set(scores["answer"]) == {"beta", "theta"}
    assert len(scores) == 2 * 6 * len(PLANES)
    beta, theta = (scores.filter(answer=answer)["rmse_deg"] for answer in ("beta", "theta"))
    assert not np.allclose(beta, theta)


def test_exact_sensors_are_known_to_be_exact():
    """The optimiser may not turn sensors that are known to sit in the segments' axes."""
    puppet = puppet_trial("p9", "long", seconds=10)
    _, scores = scores_of([puppet], [Contender(method="map")], conditions=("aligned",))
    assert scores["rmse_deg"].mean() < 3


def test_mounted_sensors_are_found_by_the_alignment(walker):
    """Whatever the mounting, after alignment the knee bends as it did."""
    trial = Trial(
        person="w", name="walk", activity="walking", imus=walker.session, poses=walker.poses,
        angles=JointAngles(rate_hz=100.0, angles_rad=walker.angles), source="made up",
    )  # fmt: skip
    _, scores = scores_of([trial], [Contender(method="map")], conditions=("mounted",))
    bent = scores.filter(joint="knee", plane="flexion")
    assert bent["rmse_mean_removed_deg"].max() < 4


def test_an_unknown_condition_names_the_known(trials):
    with pytest.raises(UnknownChoice, match="aligned, as worn, mounted"):
        scores_of(trials[:1], [Contender(method="map")], conditions=("taped",))


def test_the_mean_removed_score_is_never_the_larger(scored):
    assert (scored[1]["rmse_mean_removed_deg"] <= scored[1]["rmse_deg"] + 1e-9).all()


def test_a_known_error_is_scored_in_degrees_by_plane(model, trials, monkeypatch):
    course = np.where(np.arange(300) % 2, 0.02, -0.02)[:, None] * np.array([0, 0, 1.0])

    def oracle(_contender, seen):
        """The truth with a known error."""
        for name in ("knee_r", "knee_l"):
            truth = seen.trial.angles.angles_rad[name]
            yield name, {"alpha": truth + np.array([0.1, 0.0, 0.0]) + course}

    monkeypatch.setitem(METHODS, "ours", oracle)
    _, scores = scores_of(
        trials[:1], [Contender(method="ours", model=model)], conditions=("aligned",)
    )
    for side in ("r", "l"):
        rows = {row["plane"]: row for row in scores.filter(side=side).iter_rows(named=True)}
        assert rows["flexion"]["rmse_deg"] == pytest.approx(np.rad2deg(0.1))
        assert rows["flexion"]["rmse_mean_removed_deg"] == pytest.approx(0, abs=1e-6)
        assert rows["adduction"]["rmse_deg"] == pytest.approx(0, abs=1e-6)
        assert rows["rotation"]["rmse_deg"] == pytest.approx(np.rad2deg(0.02))


def test_worn_sensors_repeat_with_the_seed_and_do_not_depend_on_company(model, trials, scored):
    ours = [Contender(method="ours", model=model)]
    _, alone = scores_of(trials[2:], ours)
    _, other = scores_of(trials[2:], ours, seed=1)
    same = scored[1].filter(person="p9", method="ours")
    assert alone.equals(same)
    worn = pl.col("condition") != "aligned"
    assert not np.allclose(alone.filter(worn)["rmse_deg"], other.filter(worn)["rmse_deg"])
    assert alone.filter(~worn).equals(other.filter(~worn))


def test_people_count_once_however_many_trials_they_have():
    common = {
        "condition": "aligned",
        "activity": "walking",
        "joint": "knee",
        "plane": "flexion",
        "method": "ours",
        "answer": "alpha",
        "rmse_mean_removed_deg": 0.0,
    }
    rows = [{"person": "a", "rmse_deg": 1.0}] * 3 + [{"person": "b", "rmse_deg": 5.0}]
    (line,) = summary(pl.DataFrame([common | row for row in rows])).iter_rows(named=True)
    assert line["rmse_deg"] == 3.0
    assert line["rmse_deg_sd"] == pytest.approx(np.std([1, 5], ddof=1))
    assert line["people"] == 2


def test_nobody_is_scored_whom_the_correction_has_seen(correction):
    with pytest.raises(KnownPeople, match="tuned on p2"):
        check_people_are_new([Contender(method="map", correction=correction)], ["p2", "p9"])


def test_nobody_is_scored_whom_the_networks_have_seen(model):
    contender = Contender(method="ours", model=model)
    check_people_are_new([contender], ["p9"])
    for known in ("p1", "p2"):  # trained on, tuned on
        with pytest.raises(KnownPeople, match=f"tuned on {known}"):
            check_people_are_new([contender], ["p9", known])


def test_the_figure_shows_every_joint_plane_and_answer(scored):
    drawing = score_figure(summary(scored[1]))
    for plane in PLANES:
        assert drawing.count(f"knee {plane}, walking, aligned") == 1
    assert "map beta" in drawing
    assert "ours theta" in drawing
    assert "published theta" in drawing
    bars = 3 * len(PLANES) * (8 + 1 + 1)  # knee; hip and ankle by the optimiser alone
    assert drawing.count("<rect") == 1 + 8 + bars  # paper, legend
    assert "nan" not in drawing
