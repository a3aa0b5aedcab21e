"""Sensors as worn: reproducible, different for everybody, and the truth stays the truth."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.conditions import AS_WORN, CONDITIONS, on_flesh, worn
from kinefuse.errors import UnknownChoice
from toy import puppet_trial


def test_aligned_sensors_are_left_as_they_are():
    trial = puppet_trial(seconds=2)
    for segment, imu in worn(trial, "aligned", seed=0).imus.sensors.items():
        np.testing.assert_allclose(imu.acc_m_s2, trial.imus[segment].acc_m_s2, atol=1e-9)


def test_worn_sensors_differ_by_seed_and_person_and_repeat():
    first, again, other = (worn(puppet_trial(seconds=2), AS_WORN, s) for s in (0, 0, 1))
    gyr = [trial.imus["shank_r"].gyr_rad_s for trial in (first, again, other)]
    np.testing.assert_array_equal(gyr[0], gyr[1])
    assert np.abs(gyr[0] - gyr[2]).max() > 0.05


def test_truth_does_not_depend_on_how_sensors_are_worn():
    trial = puppet_trial(seconds=2)
    for condition in CONDITIONS:
        seen = worn(trial, condition, seed=3)
        assert seen.angles is trial.angles
        assert seen.poses is trial.poses


def test_bone_is_hard_and_feet_are_in_shoes():
    trial = puppet_trial(seconds=2)
    hard, soft = on_flesh(trial, 0.0), on_flesh(trial, 1.0)
    for segment in trial.imus.sensors:
        before = trial.imus[segment].gyr_rad_s
        np.testing.assert_array_equal(hard.imus[segment].gyr_rad_s, before)
        moved = np.abs(soft.imus[segment].gyr_rad_s - before).max()
        assert (moved > 1e-3) == (not segment.startswith("foot"))


def test_flesh_shakes_a_sensor_but_does_not_turn_it_for_good():
    trial = puppet_trial(seconds=6)
    soft = on_flesh(trial, 1.0).imus["thigh_r"].gyr_rad_s
    drift_rad = (soft - trial.imus["thigh_r"].gyr_rad_s).mean(axis=0) * 6
    assert np.linalg.norm(so3.log(so3.exp(drift_rad))) < np.deg2rad(6)


def test_an_unknown_condition_lists_the_known():
    with pytest.raises(UnknownChoice, match="aligned, as worn"):
        worn(puppet_trial(seconds=1), "taped", seed=0)
