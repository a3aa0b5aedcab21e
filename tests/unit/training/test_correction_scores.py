"""Scores are in degrees, everybody counts once, and calibrated intervals hold ninety per cent."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.correction.shares import JointShares
from kinefuse.networks.legs import BodySignals, own_truth
from kinefuse.training.correction_scores import (
    Prediction,
    calibration,
    coverage,
    fit_shares,
    scores,
)
from kinefuse.training.wearings import Wearing, WornBody


def prediction(
    person="p1",
    condition="as worn",
    off_deg=0.0,
    sd_deg=1.0,
    noise_deg=0.0,
    samples=400,
    segments=SEGMENTS,
    seed=0,
):
    """Somebody whose angles are off by so much in every joint and plane."""
    rng = np.random.default_rng([seed, *person.encode()])
    truth = rng.normal(size=(samples, 6, 3))
    wearing = Wearing(person=person, trial="t", condition=condition, seed=seed, segments=segments)
    worn = np.array([s in segments for s in SEGMENTS])
    body = WornBody(
        wearing=wearing,
        source="",
        signals=BodySignals(
            vectors=np.zeros((samples, 7, 3, 3)),
            angles_rad=np.zeros((samples, 6, 3)),
            worn=worn,
            glued=np.array([False]),
        ),
        truth_rad=truth,
    )
    error = {s: np.deg2rad(off_deg + noise_deg * rng.normal(size=(samples, 3, 3))) for s in "rl"}
    sd = np.full((samples, 3, 3), np.deg2rad(sd_deg))
    angles = {s: own_truth(truth, s) + error[s] for s in "rl"}
    return Prediction(body, angles, {"r": sd, "l": sd})


def test_an_offset_is_raw_error_and_no_shape():
    told = scores([prediction(off_deg=2.0)])["by condition"]["as worn"]
    assert told["mean_deg"] == pytest.approx(2.0)
    assert told["mean_mean_removed_deg"] == pytest.approx(0.0, abs=1e-9)
    assert told["rmse_deg"]["knee"] == [2.0, 2.0, 2.0]


def test_everybody_counts_once_however_often_they_walked():
    walks = [prediction("p1", off_deg=1.0, seed=s) for s in range(3)] + [
        prediction("p2", off_deg=5.0)
    ]
    assert scores(walks)["by condition"]["as worn"]["mean_deg"] == pytest.approx(3.0)


def test_conditions_are_told_apart():
    told = scores([prediction(condition="aligned"), prediction(condition="as worn", off_deg=1.0)])
    assert [c["mean_deg"] for c in told["by condition"].values()] == pytest.approx([0.0, 1.0])


def test_joints_without_both_sensors_are_not_scored():
    part = prediction(off_deg=1.0, segments=("thigh_r", "shank_r", "thigh_l"))
    told = scores([part])["by condition"]["as worn"]
    assert told["rmse_deg"]["knee"] == [1.0, 1.0, 1.0]
    assert np.isnan(told["rmse_deg"]["hip"]).all()
    assert np.isnan(coverage(part)[2]).all()


def test_a_true_spread_covers_ninety_per_cent_and_needs_no_factor():
    said = prediction(noise_deg=1.0, sd_deg=1.0, samples=20_000)
    np.testing.assert_allclose(coverage(said), 0.9, atol=0.01)
    for factors in calibration([said]).values():
        np.testing.assert_allclose(factors, 1.0, atol=0.03)


def test_a_joint_that_nobody_wore_is_believed_like_the_others():
    """People may wear the sensors of one joint alone: its factor is the best guess for the rest."""
    worn = prediction(noise_deg=3.0, segments=("thigh_r", "shank_r", "thigh_l", "shank_l"))
    factors = calibration([worn])
    known = np.array(factors["knee"])
    assert (known > 2.5).all()
    for kind in ("hip", "ankle"):
        np.testing.assert_allclose(factors[kind], np.exp(np.log(known).mean()), rtol=0.05)
    assert calibration([prediction(segments=("pelvis",))])["hip"] == (1.0, 1.0, 1.0)
    assert set(fit_shares([worn])["as worn"]) == {"hip", "knee", "ankle"}


def test_too_proud_a_spread_is_widened_until_it_covers():
    said = prediction(noise_deg=1.0, sd_deg=0.4, samples=20_000)
    factors = calibration([said])
    assert coverage(said).max() < 0.6
    rows = {"as worn": {k: JointShares(sd_factor=f) for k, f in factors.items()}}
    np.testing.assert_allclose(coverage(said.shared(rows)), 0.9, atol=0.01)


def test_in_calibration_everybody_counts_once_a_condition():
    long = prediction("p1", noise_deg=1.0, samples=20_000)
    short = prediction("p2", noise_deg=3.0, samples=2_000)
    alike = prediction("p2", noise_deg=3.0, samples=20_000)
    np.testing.assert_allclose(
        calibration([long, short])["hip"], calibration([long, alike])["hip"], rtol=0.1
    )
    twice = [long, short, replace(short)]
    np.testing.assert_allclose(
        calibration(twice)["hip"], calibration([long, short])["hip"], rtol=1e-6
    )


def overdone(person, condition, middle, course, noise_deg=0.1):
    """Somebody whose correction is right but for these factors on its middle and its course."""
    right = prediction(person, condition, samples=300, noise_deg=noise_deg)
    glued = np.array([condition == "aligned"])
    rng = np.random.default_rng(3)
    wave = np.sin(np.arange(300) / 10)[:, None, None]
    angles, given = {}, np.zeros((300, 6, 3))
    for side, order in (("r", slice(0, 3)), ("l", slice(3, 6))):
        offset, swing = rng.normal(0, 0.2, (2, 3, 3))
        given[:, order] = right.truth_rad(side) - offset - swing * wave
        said = (
            offset / middle + swing * (wave - wave.mean()) / course + swing * wave.mean() / middle
        )
        angles[side] = given[:, order] + said
    signals = replace(right.body.signals, angles_rad=given, glued=glued)
    return Prediction(replace(right.body, signals=signals), angles, right.sd_rad)


def test_what_is_overdone_is_heard_in_part_and_each_condition_by_itself():
    people = [
        overdone(p, c, m, 0.5) for p in "ab" for c, m in (("aligned", 0.25), ("as worn", 0.8))
    ]
    shares = fit_shares(people)
    for kind in ("hip", "knee", "ankle"):
        np.testing.assert_allclose(shares["aligned"][kind].middle, 0.25, atol=0.01)
        np.testing.assert_allclose(shares["as worn"][kind].middle, 0.8, atol=0.01)
        np.testing.assert_allclose(shares["as worn"][kind].course, 0.5, atol=0.01)
    told = scores([person.shared(shares) for person in people])["by condition"]
    assert max(row["mean_deg"] for row in told.values()) < 0.1


def test_nothing_is_heard_more_than_fully_or_backwards():
    timid, wrong = overdone("a", "as worn", 4.0, 3.0), overdone("a", "as worn", -1.0, -2.0)
    for kind, shares in fit_shares([timid])["as worn"].items():
        np.testing.assert_allclose(shares.middle + shares.course, 1.0, err_msg=kind)
    for kind, shares in fit_shares([wrong])["as worn"].items():
        np.testing.assert_allclose(shares.middle + shares.course, 0.0, err_msg=kind)


@pytest.mark.parametrize(("people", "believed"), [(1, 1 / 11), (10, 1 / 2)])
def test_few_people_say_more_about_all_planes_than_about_each(people, believed):
    """One plane is four times too proud: its factor is believed as far as there are people."""
    said = []
    for i in range(people):
        one = prediction(f"p{i}", noise_deg=1.0, samples=4000)
        one.sd_rad["r"][:, 1, 2] /= 4  # the left leg's is the same array
        said.append(one)
    factors = calibration(said)
    common = 4 ** (1 / 9)
    assert factors["knee"][2] == pytest.approx(common * (4 / common) ** believed, rel=0.05)
    assert factors["hip"][0] == pytest.approx(common * (1 / common) ** believed, rel=0.05)
