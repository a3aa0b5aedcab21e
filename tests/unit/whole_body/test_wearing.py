"""Sensors in any wearing: the same person moves as before, and it is known what is known."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.conditions import AS_WORN, MOUNTED, mounted, worn
from kinefuse.errors import UnknownChoice
from kinefuse.whole_body.wearing import ALIGNED, WEARINGS, seen_in
from toy import puppet_trial


@pytest.fixture(scope="module")
def trial():
    return puppet_trial(seconds=8)


@pytest.mark.parametrize("condition", WEARINGS)
def test_a_wearing_repeats_and_leaves_the_truth_alone(trial, condition):
    one, again = (seen_in(trial, condition, seed=3) for _ in range(2))
    for segment, imu in one.trial.imus.sensors.items():
        np.testing.assert_array_equal(imu.gyr_rad_s, again.trial.imus[segment].gyr_rad_s)
    assert one.trial.angles is trial.angles


def test_only_what_is_known_is_told(trial):
    exact, askew, anyhow = (seen_in(trial, condition, seed=0) for condition in WEARINGS)
    assert all(found.tilt_sd_deg < 1 for found in exact.alignment.values())
    assert askew.alignment == {}
    assert all(found.tilt_sd_deg > 1 for found in anyhow.alignment.values())
    assert [seen.told for seen in (exact, askew, anyhow)] == [ALIGNED, AS_WORN, AS_WORN]


def test_mounting_turns_each_sensor_by_one_rotation(trial):
    """As many numbers are felt as before, only along other axes."""
    before, after = worn(trial, AS_WORN, 5).imus, mounted(trial, 5).imus
    turns = []
    for segment, imu in after.sensors.items():
        was = before[segment]
        R = fitted_turn(was.gyr_rad_s, imu.gyr_rad_s)
        np.testing.assert_allclose(was.gyr_rad_s @ R.T, imu.gyr_rad_s, atol=1e-9)
        np.testing.assert_allclose(was.acc_m_s2 @ R.T, imu.acc_m_s2, atol=1e-9)
        turns.append(np.linalg.norm(so3.log(R)))
    assert np.ptp(turns) > 0.1  # each has its own


def fitted_turn(before, after):
    """Kabsch: the rotation that turns one set of vectors into another."""
    U, _, Vt = np.linalg.svd(after.T @ before)
    return U @ np.diag([1, 1, np.linalg.det(U @ Vt)]) @ Vt


def test_mountings_are_spread_over_all_rotations():
    """The angle of a uniform rotation has the density (1 - cos a) / pi: mean pi/2 + 2/pi."""
    trial = puppet_trial(seconds=1)
    angles = []
    for seed in range(60):
        before, after = worn(trial, AS_WORN, seed).imus, mounted(trial, seed).imus
        for segment in before.sensors:
            R = fitted_turn(before[segment].acc_m_s2, after[segment].acc_m_s2)
            angles.append(np.linalg.norm(so3.log(R)))
    assert np.mean(angles) == pytest.approx(np.pi / 2 + 2 / np.pi, abs=0.1)


def test_another_rate_changes_neither_wearing_nor_what_is_known(trial):
    seen = seen_in(trial, MOUNTED, seed=1)
    slower = seen.at(50.0)
    assert slower.trial.imus.rate_hz == slower.trial.angles.rate_hz == 50.0
    assert slower.alignment is seen.alignment


def test_an_unknown_wearing_lists_the_known(trial):
    with pytest.raises(UnknownChoice, match="aligned, as worn, mounted"):
        seen_in(trial, "taped", seed=0)
