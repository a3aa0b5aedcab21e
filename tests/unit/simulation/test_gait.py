"""Synthetic people: bodies that hold together, feet that stand, flights that fall."""

import time

import numpy as np
import pytest
from scipy.signal import find_peaks

from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.dataset.store import read_trial, write_trial
from kinefuse.errors import UnknownChoice
from kinefuse.simulation.gait import simulate_people, simulate_person

G = 9.80665
ACTIVITIES = ("walking", "running")


@pytest.fixture(scope="module", params=ACTIVITIES)
def trial(request):
    return simulate_person(request.param, np.random.default_rng(11), seconds=12.0)


@pytest.fixture(scope="module")
def walkers():
    return list(simulate_people(8, "walking", 3, seconds=8.0))


@pytest.fixture(scope="module")
def runners():
    return list(simulate_people(8, "running", 3, seconds=8.0))


def landings(trial, side):
    ahead = trial.poses.origin_m[f"foot_{side}"][:, 0] - trial.poses.origin_m["pelvis"][:, 0]
    return find_peaks(ahead, distance=80)[0]


def range_of(trial, joint, plane):
    return np.ptp(np.rad2deg(trial.angles.angles_rad[joint][:, plane]))


def test_a_trial_is_whole(trial):
    assert set(trial.imus.sensors) == set(SEGMENTS) == set(trial.poses.R_world_segment)
    assert len(trial.angles.angles_rad) == 6
    assert trial.imus.samples == 12 * 200
    assert trial.provenance["height_m"] > 1.4


def test_one_seed_gives_one_person_and_another_seed_another():
    first, second, other = (
        simulate_person("walking", np.random.default_rng(seed), seconds=4.0) for seed in (5, 5, 6)
    )
    for quantity in ("acc_m_s2", "gyr_rad_s"):
        np.testing.assert_array_equal(
            getattr(first.imus["foot_l"], quantity), getattr(second.imus["foot_l"], quantity)
        )
    assert not np.allclose(first.imus["foot_l"].acc_m_s2, other.imus["foot_l"].acc_m_s2)


def test_person_three_does_not_depend_on_how_many_follow():
    few, many = (list(simulate_people(n, "running", 9, seconds=3.0)) for n in (2, 3))
    np.testing.assert_array_equal(few[1].imus["pelvis"].acc_m_s2, many[1].imus["pelvis"].acc_m_s2)
    assert [t.person for t in many] == ["sim-r-000", "sim-r-001", "sim-r-002"]


def test_limbs_keep_their_length(trial):
    at = trial.poses.origin_m
    for side in SIDES:
        for upper, lower in (("thigh", "shank"), ("shank", "foot")):
            length = np.linalg.norm(at[f"{upper}_{side}"] - at[f"{lower}_{side}"], axis=-1)
            # The knock of a landing squeezes the leg by some millimetres.
            assert np.ptp(length) < 0.02
            assert 0.34 < np.median(length) < 0.52


def test_the_person_stays_on_the_treadmill_and_faces_forward(trial):
    assert np.abs(trial.poses.origin_m["pelvis"] - [0, 0, 0]).max() < 0.25
    forward = trial.poses.R_world_segment["pelvis"][:, :, 0]
    assert forward[:, 0].min() > 0.8
    assert trial.poses.R_world_segment["shank_r"][:, 1, 1].mean() > 0.6  # y of the segments is up


def test_legs_are_half_a_stride_apart_and_strides_vary(trial):
    right, left = landings(trial, "r"), landings(trial, "l")
    stride_s = np.diff(right) / 200
    assert stride_s.mean() == pytest.approx(1 / trial.provenance["strides_a_second"], rel=0.03)
    assert 0.002 < stride_s.std() / stride_s.mean() < 0.06
    after = [left[left > r][0] - r for r in right[:-1] if (left > r).any()]
    assert np.mean(after) / 200 / stride_s.mean() == pytest.approx(0.5, abs=0.05)


def test_a_walkers_sole_rests_in_mid_stance(walkers):
    for trial in walkers:
        stride = 200 / trial.provenance["strides_a_second"]
        foot = trial.imus["foot_r"]
        for r in landings(trial, "r")[1:-1]:
            middle = slice(int(r + 0.22 * stride), int(r + 0.34 * stride))
            felt = np.linalg.norm(foot.acc_m_s2[middle], axis=-1)
            assert np.abs(np.median(felt) - G) < 2.0
            assert np.linalg.norm(foot.gyr_rad_s[middle], axis=-1).mean() < 1.5


def test_a_runner_is_weightless_between_steps_and_a_walker_never(walkers, runners):
    def lightest(trial):
        return np.percentile(np.linalg.norm(trial.imus["pelvis"].acc_m_s2, axis=-1), 10)

    assert all(lightest(trial) < 4.5 for trial in runners)
    assert all(lightest(trial) > 5.0 for trial in walkers)


def test_nobody_gains_speed(trial):
    """The mean of what is felt, turned into the world, is the support of one's weight."""
    R = trial.poses.R_world_segment["pelvis"]
    felt = np.einsum("tij,tj->ti", R, trial.imus["pelvis"].acc_m_s2).mean(axis=0)
    np.testing.assert_allclose(felt, [0, G, 0], atol=0.35)


def test_ranges_of_motion_are_those_of_healthy_people(walkers, runners):
    """Limits: Schwartz et al. 2008 and the running cycles, mean -+ 3 SD and more."""
    for trial in walkers:
        for side in SIDES:
            assert 42 < range_of(trial, f"knee_{side}", 0) < 85
            assert 30 < range_of(trial, f"hip_{side}", 0) < 65
            assert 18 < range_of(trial, f"ankle_{side}", 0) < 55
    for trial in runners:
        for side in SIDES:
            assert 65 < range_of(trial, f"knee_{side}", 0) < 130
            assert 35 < range_of(trial, f"hip_{side}", 0) < 85


def test_knees_bend_backwards_on_both_sides(trial):
    for side in SIDES:
        knee = np.rad2deg(trial.angles.angles_rad[f"knee_{side}"][:, 0])
        assert knee.max() > 40
        assert knee.min() > -15


def test_people_and_legs_differ(walkers):
    means = np.array(
        [[t.angles.angles_rad[f"hip_{s}"][:, 2].mean() for s in SIDES] for t in walkers]
    )
    between_people = np.rad2deg(means[:, 0].std())
    between_legs = np.rad2deg((means[:, 0] - means[:, 1]).std())
    assert between_people > 2
    assert 0.3 < between_legs < 2 * between_people


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_the_rate_does_not_change_the_motion(activity):
    slow, fast = (
        simulate_person(activity, np.random.default_rng(2), seconds=4.0, rate_hz=rate)
        for rate in (100.0, 400.0)
    )
    for segment in ("pelvis", "shank_l"):
        np.testing.assert_allclose(
            slow.imus[segment].gyr_rad_s[20:-20],
            fast.imus[segment].gyr_rad_s[::4][20:-20],
            atol=0.12,
        )


def test_trials_survive_the_store(tmp_path, walkers):
    again = read_trial(write_trial(tmp_path, walkers[0]))
    assert again.provenance["speed_m_s"] == walkers[0].provenance["speed_m_s"]
    np.testing.assert_allclose(
        again.imus["shank_r"].acc_m_s2, walkers[0].imus["shank_r"].acc_m_s2, rtol=1e-5, atol=1e-5
    )


def test_thirty_seconds_take_well_under_a_second():
    simulate_person("walking", np.random.default_rng(0), seconds=3.0)
    fastest = np.inf
    for seed in range(3):
        start = time.perf_counter()
        simulate_person("walking", np.random.default_rng(seed), seconds=30.0)
        fastest = min(fastest, time.perf_counter() - start)
    assert fastest < 2.0  # 0.3 s alone; shape checks and a busy machine take their part


def test_other_activities_are_refused():
    with pytest.raises(UnknownChoice, match="walking, running"):
        simulate_person("swimming", np.random.default_rng(0))


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_standing_is_still_and_upright_and_gait_follows(activity):
    trial = simulate_person(activity, np.random.default_rng(4), seconds=10.0, standing_s=4.0)
    for imu in trial.imus.sensors.values():
        still = slice(100, 740)  # the filters of the path reach a little before the first step
        assert np.abs(imu.gyr_rad_s[still]).max() < 0.05
        np.testing.assert_allclose(np.linalg.norm(imu.acc_m_s2[still], axis=-1), G, atol=0.5)
        assert imu.acc_m_s2[still, 1].mean() > 9.0  # the y axis of every segment is near up
    knee = np.rad2deg(trial.angles.angles_rad["knee_r"][:, 0])
    assert np.ptp(knee[:740]) < 0.5
    assert np.ptp(knee[1200:]) > 40


def test_a_person_is_the_same_with_and_without_standing_first():
    with_pause, without = (
        simulate_person("walking", np.random.default_rng(8), seconds=4.0, standing_s=s)
        for s in (1.0, 0.0)
    )
    assert with_pause.provenance["height_m"] == without.provenance["height_m"]
    assert with_pause.provenance["speed_m_s"] == without.provenance["speed_m_s"]
