"""The whole way from worn sensors to angles, and what is said beside them."""

import json

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.resampling import resampled_session
from kinefuse.errors import MissingSensor, NoModel, UnknownChoice
from kinefuse.estimation import METHODS, estimate
from kinefuse.recordings import ImuSession


@pytest.fixture(scope="module")
def worn(walker):
    return walker.worn(np.random.default_rng(1))[0]


@pytest.fixture(scope="module")
def found(worn):
    return estimate(worn, "walking", method="classical")


def test_every_joint_is_estimated_for_every_sample(worn, found):
    assert set(found.angles.angles_rad) == set(worn.joints())
    assert found.angles.samples == worn.samples
    assert all(np.isfinite(angles).all() for angles in found.angles.angles_rad.values())


def test_knee_flexion_follows_the_truth(walker, found):
    for knee in ("knee_r", "knee_l"):
        error = np.rad2deg(found.angles.angles_rad[knee] - walker.angles[knee])[300:-100, 0]
        assert error.std() < 2.5
        assert abs(error.mean()) < 5


def test_turning_the_world_changes_nothing(walker, found):
    """Sensors do not know where north is: a session is the same whichever way one walked."""
    again = estimate(walker.worn(np.random.default_rng(2))[0], "walking", method="classical")
    for name, angles in found.angles.angles_rad.items():
        np.testing.assert_allclose(again.angles.angles_rad[name], angles, atol=np.deg2rad(3))


def test_strides_are_found_on_both_sides(found):
    summary = found.summary()
    for side in ("r", "l"):
        assert summary["gait"][side]["stride_time_s"] == pytest.approx(1 / 0.9, abs=0.02)
        assert summary["gait"][side]["cadence_steps_min"] == pytest.approx(108, abs=3)


def test_the_summary_is_json(found):
    words = json.loads(json.dumps(found.summary()))
    assert words["method"] == "classical"
    assert words["range_of_motion_deg"]["knee_r"]["flexion"] == pytest.approx(58, abs=8)
    assert set(words["alignment"]) == set(found.alignment)


def test_a_known_alignment_is_used_as_it_is(walker):
    known = estimate(walker.session, "walking", method="classical").alignment
    mirrored_shank = dict(known)
    turned = so3.exp(np.array([0.0, 0.0, np.deg2rad(10)]))
    shank = known["shank_r"]
    mirrored_shank["shank_r"] = type(shank)(
        **(vars(shank) | {"R_segment_sensor": turned @ shank.R_segment_sensor})
    )
    one, other = (
        estimate(walker.session, "walking", method="classical", alignment=a).angles.angles_rad
        for a in (known, mirrored_shank)
    )
    shift = np.rad2deg(other["knee_r"] - one["knee_r"])[:, 0]
    # Ten degrees about the shank's own z take ten degrees of knee flexion away or add them.
    assert abs(shift.mean()) == pytest.approx(10, abs=1)


def test_a_single_leg_is_enough(worn):
    leg = {s: worn[s] for s in ("thigh_l", "shank_l")}
    found = estimate(ImuSession(name="leg", sensors=leg), "walking", method="classical")
    assert set(found.angles.angles_rad) == {"knee_l"}


def test_sensors_without_a_joint_between_them_are_refused(worn):
    apart = {s: worn[s] for s in ("pelvis", "shank_l")}
    with pytest.raises(MissingSensor):
        estimate(ImuSession(name="apart", sensors=apart), "walking")


@pytest.mark.parametrize(("activity", "method"), [("swimming", "classical"), ("walking", "magic")])
def test_unknown_activities_and_methods_name_the_known(worn, activity, method):
    with pytest.raises(UnknownChoice, match="choose one of"):
        estimate(worn, activity, method=method)


def test_networks_without_a_model_say_what_to_do(worn, monkeypatch):
    monkeypatch.setattr("kinefuse.estimation.packaged_model", lambda _activity: None)
    with pytest.raises(NoModel, match="--model"):
        estimate(worn, "walking", method="fused")


def test_the_alternatives_hold_every_other_method(found):
    assert set(found.alternatives) <= set(METHODS) - {found.method}


def test_without_networks_the_default_needs_none(worn, monkeypatch):
    monkeypatch.setattr("kinefuse.estimation.packaged_model", lambda _activity: None)
    assert estimate(worn, "walking").method == "classical"


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_the_packaged_model_is_the_default(worn, activity):
    found = estimate(worn, activity)
    assert found.method == "fused"
    assert found.model_name == activity
    assert set(found.alternatives) == {"classical", "network", "orientation"}


def test_networks_do_not_speak_of_somebody_who_stands(worn):
    found = estimate(worn, "walking", method="fused")
    standing = slice(0, 100)  # the walker stands for two seconds
    for name, angles in found.alternatives["classical"].angles_rad.items():
        np.testing.assert_allclose(
            found.angles.angles_rad[name][standing], angles[standing], atol=1e-9
        )
        assert np.abs(found.angles.angles_rad[name][400:] - angles[400:]).max() > 1e-3


@pytest.mark.parametrize("rate_hz", [60.0, 128.0, 286.0])
def test_any_rate_gives_the_same_angles(worn, rate_hz):
    """Sensors run at whatever rate they like; networks are asked at theirs."""
    session = resampled_session(worn, rate_hz)
    found = estimate(session, "walking", method="fused")
    expected = estimate(worn, "walking", method="fused")
    assert found.angles.samples == session.samples
    at = np.arange(int(4 * rate_hz), int(12 * rate_hz))
    for name, angles in found.angles.angles_rad.items():
        reference = np.stack(
            [
                np.interp(at / rate_hz, worn.time_s, expected.angles.angles_rad[name][:, i])
                for i in range(3)
            ],
            axis=-1,
        )
        assert np.rad2deg(np.abs(angles[at] - reference)).mean() < 1.0
