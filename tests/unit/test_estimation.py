"""The whole way from worn sensors to angles, and what is said beside them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kinefuse
from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.resampling import resampled_session
from kinefuse.errors import MissingSensor, NoModel, UnknownChoice
from kinefuse.estimation import METHODS, estimate
from kinefuse.recordings import ImuSession
from kinefuse.session_description import Person
from small_corrections import write_small_correction

MODELS = Path(kinefuse.__file__).parent / "models"


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


def test_who_wore_the_sensors_is_passed_on(worn, found):
    tall = replace(worn, person=Person(height_m=1.93))
    assert estimate(tall, "walking", method="classical").person.height_m == 1.93
    assert found.person == Person()


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


def test_stride_times_scatter_as_a_sample_does_and_one_alone_does_not(found):
    once, twice = np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.2])
    gait = replace(found, contacts_s={"r": twice, "l": once}, toe_offs_s={}).summary()["gait"]
    assert gait["r"]["stride_time_sd_s"] == pytest.approx(0.2 / np.sqrt(2))
    assert np.isnan(gait["l"]["stride_time_sd_s"])


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
    monkeypatch.setattr("kinefuse.methods.packaged_model", lambda _activity: None)
    with pytest.raises(NoModel, match="--model"):
        estimate(worn, "walking", method="fused")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_for_every_joint_and_sample(worn, method):
    found = estimate(worn, "walking", method=method)
    assert found.method == method
    assert set(found.angles.angles_rad) == set(worn.joints())
    for name, angles in found.angles.angles_rad.items():
        assert angles.shape == (worn.samples, 3)
        assert np.isfinite(angles).all()
        if found.angles_sd_rad is not None:
            assert found.angles_sd_rad[name].shape == angles.shape
            assert (found.angles_sd_rad[name] > 0).all()
    assert set(found.alternatives) <= set(METHODS) - {method}
    between = found.orientations.joint_angles()
    assert between.rate_hz == worn.rate_hz
    for name, angles in found.angles.angles_rad.items():
        np.testing.assert_allclose(between.angles_rad[name], angles, atol=1e-9)
    assert json.loads(json.dumps(found.summary()))["method"] == method


def no_networks(monkeypatch):
    for name in ("packaged_model", "packaged_correction"):
        monkeypatch.setattr(f"kinefuse.methods.{name}", lambda _activity: None)


@pytest.fixture(scope="module")
def optimised(worn):
    with pytest.MonkeyPatch.context() as monkeypatch:
        no_networks(monkeypatch)
        return estimate(worn, "walking")


def test_the_optimiser_is_the_default_and_needs_no_network(optimised, walker):
    assert optimised.method == "map"
    assert optimised.model_name is None
    assert optimised.alternatives == {}
    for knee in ("knee_r", "knee_l"):
        error = np.rad2deg(optimised.angles.angles_rad[knee] - walker.angles[knee])[300:-100, 0]
        assert error.std() < 2.5
        assert abs(error.mean()) < 5


def test_the_default_runs_no_network_of_single_joints(worn, monkeypatch):
    monkeypatch.setattr("kinefuse.methods.learned_angles", lambda *_: pytest.fail("was run"))
    monkeypatch.setattr("kinefuse.methods.classical_attitudes", lambda *_: pytest.fail("was run"))
    assert estimate(worn, "running").method == "map"


def test_segments_stand_upright_as_the_walker_does(optimised, walker):
    """Up is known, north is not: where up lies in each segment's axes is compared."""
    for segment, R in optimised.orientations.R_world_segment.items():
        true = walker.poses.R_world_segment[segment]
        apart = np.rad2deg(np.arccos(np.clip(np.sum(R[:, 1] * true[:, 1], axis=-1), -1, 1)))
        assert np.median(apart) < 5, segment


def test_the_sd_of_an_attitude_is_that_of_tilt_and_an_arbitrary_north(optimised):
    sds = optimised.orientations.sd_rad
    assert set(sds) == set(optimised.orientations.R_world_segment)
    for segment, sd in sds.items():
        assert sd.shape == (optimised.orientations.samples, 3)
        assert 0 < np.rad2deg(np.median(sd[:, [0, 2]])) < 6, segment
        assert np.median(sd[:, 1]) > np.median(sd[:, [0, 2]]), segment


def test_no_sd_is_claimed_for_attitudes_that_follow_corrected_angles(worn, corrections):
    assert estimate(worn, "walking", model=corrections).orientations.sd_rad == {}


def test_standing_is_answered_by_physics(optimised):
    standing = slice(0, 150)  # the walker stands for two seconds
    for name, angles in optimised.angles.angles_rad.items():
        assert np.ptp(np.rad2deg(angles[standing]), axis=0).max() < 1.5, name


def test_the_summary_tells_what_the_optimiser_found(optimised):
    words = json.loads(json.dumps(optimised.summary()))["optimiser"]
    assert words["converged"] is True
    assert {"gyroscope", "gravity", "shared joint", "posture"} <= set(words["terms"])
    for table in ("gyroscope_bias_deg_s", "alignment_correction_deg"):
        assert set(words[table]) == set(optimised.alignment)
        for found in words[table].values():
            assert all(sd > 0 for sd in found["sd"])
    assert set(words["joint_centres_m"]) == set(words["angles_sd_deg"]) == set(JOINTS)


def test_a_bias_is_found_and_told_with_its_uncertainty(worn, optimised):
    biased = np.deg2rad([1.0, -0.5, 1.5])
    shank = worn["shank_r"]
    sensors = dict(worn.sensors) | {"shank_r": replace(shank, gyr_rad_s=shank.gyr_rad_s + biased)}
    words = estimate(replace(worn, sensors=sensors), alignment=optimised.alignment, method="map")
    told = words.summary()["optimiser"]["gyroscope_bias_deg_s"]["shank_r"]
    expected = np.rad2deg(optimised.alignment["shank_r"].R_segment_sensor @ biased)
    known = optimised.summary()["optimiser"]["gyroscope_bias_deg_s"]["shank_r"]["mean"]
    error = np.array(told["mean"]) - known - expected
    assert (np.abs(error) < 3 * np.array(told["sd"])).all()


@pytest.fixture(scope="module")
def corrections(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "mine"
    folder.mkdir()
    (folder / "correction").mkdir()
    write_small_correction(folder / "correction")
    return folder


def test_a_models_correction_is_applied_and_the_uncorrected_answer_kept(worn, corrections):
    found = estimate(worn, "walking", model=corrections)
    assert (found.method, found.model_name) == ("map", "small")
    plain = found.alternatives["optimiser"].angles_rad
    assert np.abs(found.angles.angles_rad["knee_r"] - plain["knee_r"]).max() > 1e-3
    assert "correction_turns_deg" in found.summary()["optimiser"]


def test_without_correction_the_optimisers_own_angles_are_the_answer(worn, corrections):
    """The method 'optimiser' is what 'map' is without a network."""
    corrected = estimate(worn, "walking", model=corrections)
    alone = estimate(worn, "walking", method="optimiser")
    for name, angles in alone.angles.angles_rad.items():
        np.testing.assert_array_equal(angles, corrected.alternatives["optimiser"].angles_rad[name])


def test_who_names_a_model_without_a_correction_hears_its_networks(worn, tmp_path):
    for part in ("model.json", "networks"):
        (tmp_path / part).symlink_to(MODELS / "walking" / part)
    assert estimate(worn, "walking", model=tmp_path).method == "fused"


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_the_packaged_networks_can_still_be_asked(worn, activity):
    found = estimate(worn, activity, method="fused")
    assert found.model_name == activity
    assert found.angles_sd_rad is None
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
@pytest.mark.parametrize("method", ["map", "fused"])
def test_any_rate_gives_the_same_angles(worn, rate_hz, method):
    """Sensors run at whatever rate they like; networks are asked at theirs."""
    session = resampled_session(worn, rate_hz)
    found = estimate(session, "walking", method=method)
    expected = estimate(worn, "walking", method=method)
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
