"""The published limits: the stated numbers at 200 Hz, the same verdict at every rate."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.anatomy.joints import PLANES
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.errors import UnknownChoice
from kinefuse.quality.checks import examined
from kinefuse.quality.evidence import MARKER_MEANS
from kinefuse.quality.limits import LIMITS, limits
from kinefuse.quality.trial_measures import ranges_of_motion_deg
from toy import puppet_trial

PUBLISHED = limits("published")


def failing(trial, limit_set=PUBLISHED):
    return {f.check: f for f in examined(trial, limit_set.checks) if not f.passed}


@pytest.fixture
def walk():
    return puppet_trial(seconds=6, rate_hz=200.0)


def with_angle_step(trial, plane, step_deg, at_s=3.0):
    angles = {joint: a.copy() for joint, a in trial.angles.angles_rad.items()}
    before = round(at_s * trial.angles.rate_hz)
    flat = angles["knee_l"][before, PLANES.index(plane)]
    angles["knee_l"][:, PLANES.index(plane)] = flat  # so that the step is all the change
    angles["knee_l"][before:, PLANES.index(plane)] += np.deg2rad(step_deg)
    return replace(trial, angles=replace(trial.angles, angles_rad=angles))


def with_acceleration_step(trial, axis, step_m_s2, at_s=3.0):
    imu = trial.imus["foot_r"]
    acc = np.tile([0.0, 9.8, 0.0], (imu.samples, 1))
    acc[round(at_s * imu.rate_hz) :, "xyz".index(axis)] += step_m_s2
    sensors = dict(trial.imus.sensors) | {"foot_r": replace(imu, acc_m_s2=acc)}
    return replace(trial, imus=replace(trial.imus, sensors=sensors))


def with_turn(trial, axis, rate_rad_s):
    imu = trial.imus["foot_r"]
    gyr = np.zeros((imu.samples, 3))
    gyr[imu.samples // 2, "xyz".index(axis)] = -rate_rad_s
    sensors = dict(trial.imus.sensors) | {"foot_r": replace(imu, gyr_rad_s=gyr)}
    return replace(trial, imus=replace(trial.imus, sensors=sensors))


def test_a_puppet_passes(walk):
    assert failing(walk) == {}


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 400.0])
@pytest.mark.parametrize(
    ("plane", "limit_deg"), [("flexion", 5), ("adduction", 3), ("rotation", 3)]
)
def test_angles_may_change_by_that_much_a_sample_at_200_hz(plane, limit_deg, rate_hz):
    walk = puppet_trial(seconds=6, rate_hz=rate_hz)
    allowed = limit_deg * 200 / rate_hz
    assert failing(with_angle_step(walk, plane, 0.99 * allowed)) == {}
    (finding,) = failing(with_angle_step(walk, plane, 1.01 * allowed)).values()
    assert (finding.check, finding.subject) == (f"{plane} change", "knee_l")
    assert finding.limit == 200 * limit_deg
    assert finding.unit == "deg/s"


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
@pytest.mark.parametrize(("axis", "limit"), [("x", 20), ("y", 15), ("z", 15)])
def test_accelerations_may_change_by_that_much_a_sample_at_200_hz(axis, limit, rate_hz):
    walk = puppet_trial(seconds=6, rate_hz=rate_hz)
    allowed = limit * 200 / rate_hz
    assert failing(with_acceleration_step(walk, axis, 0.99 * allowed)) == {}
    (finding,) = failing(with_acceleration_step(walk, axis, 1.01 * allowed)).values()
    assert (finding.check, finding.subject) == (f"acceleration change {axis}", "foot_r")


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
@pytest.mark.parametrize(("axis", "limit"), [("x", 12.5), ("y", 12.5), ("z", 15)])
def test_turns_may_be_that_fast_at_any_rate(axis, limit, rate_hz):
    walk = puppet_trial(seconds=6, rate_hz=rate_hz)
    assert failing(with_turn(walk, axis, 0.99 * limit)) == {}
    (finding,) = failing(with_turn(walk, axis, 1.01 * limit)).values()
    assert finding.check == f"angular velocity {axis}"
    assert finding.value == pytest.approx(1.01 * limit)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
@pytest.mark.parametrize(("at_s", "seen"), [(0.9, False), (1.1, True), (4.9, True), (5.1, False)])
def test_a_second_at_either_end_is_not_looked_at(rate_hz, at_s, seen):
    walk = puppet_trial(seconds=6, rate_hz=rate_hz)
    assert bool(failing(with_angle_step(walk, "flexion", 40, at_s))) is seen


def test_a_short_trial_is_looked_at_in_its_middle_half():
    short = puppet_trial(seconds=2, rate_hz=100.0)
    assert failing(with_angle_step(short, "flexion", 40, at_s=1.0))
    assert not failing(with_angle_step(short, "flexion", 40, at_s=0.4))


def test_the_same_walk_has_the_same_verdict_at_100_and_200_hz(walk):
    slow = {f.check: f.value for f in examined(resampled_trial(walk, 100.0), PUBLISHED.checks)}
    for finding in examined(walk, PUBLISHED.checks):
        if "acceleration" not in finding.check:
            assert slow[finding.check] == pytest.approx(finding.value, rel=0.05)


def test_unknown_angles_do_not_count_and_a_missing_leg_is_not_measured(walk):
    angles = {j: a.copy() for j, a in walk.angles.angles_rad.items() if j.endswith("_r")}
    angles["knee_r"][500:520] = np.nan
    sensors = {s: imu for s, imu in walk.imus.sensors.items() if not s.endswith("_l")}
    one_leg = replace(
        walk,
        angles=replace(walk.angles, angles_rad=angles),
        imus=replace(walk.imus, sensors=sensors),
        poses=replace(
            walk.poses,
            R_world_segment={s: walk.poses.R_world_segment[s] for s in sensors},
            origin_m={s: walk.poses.origin_m[s] for s in sensors},
        ),
    )
    assert failing(one_leg) == {}
    found = {f.check for f in examined(one_leg, LIMITS["ours"].checks)}
    assert found == {"body size", "facing", "impossible rate", "impossible angle"}
    only_knee = {s: one_leg.poses.R_world_segment[s] for s in ("thigh_r", "shank_r")}
    bare = replace(
        one_leg,
        angles=replace(walk.angles, angles_rad={"knee_r": angles["knee_r"]}),
        poses=replace(one_leg.poses, R_world_segment=only_knee),
    )
    assert "facing" not in {f.check for f in examined(bare, LIMITS["ours"].checks)}


def test_our_limits_judge_the_angles_that_are_given_out(walk):
    angles = dict(walk.angles.angles_rad)
    angles["knee_r"] = angles["knee_r"] - np.deg2rad([120.0, 0, 0])  # not those of the poses
    changed = replace(walk, angles=replace(walk.angles, angles_rad=angles))
    assert failing(changed, limits("ours"))["impossible angle"].subject == "knee_r flexion"


def test_our_limits_compare_nobody_with_anybody():
    assert limits("ours").extreme_share == 0.0
    assert PUBLISHED.extreme_share == 0.005


def test_a_check_can_be_left_out_by_name():
    fewer = PUBLISHED.without(["flexion change", "range of motion"])
    assert len(fewer.checks) == len(PUBLISHED.checks) - 1
    assert fewer.extreme_share == 0.0
    with pytest.raises(UnknownChoice, match="flexion change, adduction change"):
        PUBLISHED.without(["knee change"])
    with pytest.raises(UnknownChoice, match="ours, published"):
        limits("theirs")


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_has_a_unit_a_source_and_a_name_of_its_own(name):
    checks = LIMITS[name].checks
    assert len({check.name for check in checks}) == len(checks)
    for check in checks:
        assert check.unit
        assert check.source
        assert check.unit in check.allowed


def test_ranges_of_motion_are_those_of_what_is_known(walk):
    angles = dict(walk.angles.angles_rad)
    angles["hip_l"] = np.deg2rad(np.stack([np.linspace(-10, 30, 1200)] * 3, axis=-1))
    angles["hip_l"][600:] = np.nan
    angles["hip_l"][:, 2] = np.nan
    ranges = ranges_of_motion_deg(replace(walk, angles=replace(walk.angles, angles_rad=angles)))
    assert ranges["hip_l", "flexion"] == pytest.approx(40 * 599 / 1199)
    assert np.isnan(ranges["hip_l", "rotation"])
    assert len(ranges) == 18


def test_shanks_may_be_close_where_origins_are_clusters_and_no_joints(walk):
    """Clusters on the inner face of both shanks are no swapped sides; those of thighs would be."""

    def apart(**half_gaps_m):
        origin = {s: path.copy() for s, path in walk.poses.origin_m.items()}
        for stem, gap in half_gaps_m.items():
            for side, sign in (("r", 1), ("l", -1)):
                to_right = walk.poses.R_world_segment["pelvis"][:, :, 2]
                origin[f"{stem}_{side}"] = origin["pelvis"] + sign * gap * to_right
        return replace(
            walk, poses=replace(walk.poses, origin_m=origin), provenance={"origins": MARKER_MEANS}
        )

    ours = limits("ours")
    assert "swapped sides" not in failing(apart(thigh=0.1, shank=0.01), ours)
    assert failing(apart(thigh=-0.1, shank=0.1), ours)["swapped sides"].subject == "thighs"
    joints = replace(apart(thigh=0.1, shank=0.01), provenance={})
    assert failing(joints, ours)["swapped sides"].subject == "shanks"
