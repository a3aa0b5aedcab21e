"""Another rate shows the same motion at other instants."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.resampling import resampled_rotations, resampled_signal, resampled_trial
from toy import puppet_trial


@pytest.mark.parametrize(
    ("from_hz", "to_hz"), [(200.0, 100.0), (150.0, 100.0), (100.0, 200.0), (120.0, 100.0)]
)
def test_a_slow_sine_keeps_its_values_at_the_new_instants(from_hz, to_hz):
    def sine(rate, samples):
        return np.sin(2 * np.pi * 1.3 * np.arange(samples) / rate)

    new = resampled_signal(sine(from_hz, round(10 * from_hz))[:, None], from_hz, to_hz)[:, 0]
    truth = sine(to_hz, len(new))
    assert len(new) == 10 * to_hz
    np.testing.assert_allclose(new[50:-50], truth[50:-50], atol=3e-3)


def test_what_the_new_rate_cannot_carry_is_removed_and_not_folded():
    t = np.arange(2000) / 200
    new = resampled_signal(np.sin(2 * np.pi * 90 * t), 200.0, 100.0)
    assert np.abs(new[50:-50]).max() < 0.02


@pytest.mark.parametrize(("from_hz", "to_hz"), [(200.0, 100.0), (150.0, 100.0), (100.0, 200.0)])
def test_a_steady_turn_stays_steady(from_hz, to_hz):
    rate_rad_s = np.array([0.4, 1.0, -0.3])
    R = so3.exp(rate_rad_s * (np.arange(round(5 * from_hz)) / from_hz)[:, None])
    new = resampled_rotations(R, from_hz, to_hz)
    truth = so3.exp(rate_rad_s * (np.arange(len(new)) / to_hz)[:, None])
    inner = slice(0, -2)  # beyond the last sample nothing is known
    np.testing.assert_allclose(new[inner], truth[inner], atol=1e-9)


def test_a_trial_at_half_the_rate_is_the_trial_made_at_half_the_rate():
    fine, coarse = (puppet_trial(rate_hz=rate) for rate in (200.0, 100.0))
    halved = resampled_trial(fine, 100.0)
    assert halved.imus.rate_hz == halved.poses.rate_hz == halved.angles.rate_hz == 100.0
    inner = slice(20, -20)
    np.testing.assert_allclose(
        halved.imus["foot_l"].gyr_rad_s[inner], coarse.imus["foot_l"].gyr_rad_s[inner], atol=0.02
    )
    np.testing.assert_allclose(
        halved.angles.angles_rad["knee_l"][inner],
        coarse.angles.angles_rad["knee_l"][inner],
        atol=1e-3,
    )
    np.testing.assert_allclose(
        halved.poses.R_world_segment["foot_l"], coarse.poses.R_world_segment["foot_l"], atol=1e-9
    )


def test_the_same_rate_changes_nothing():
    trial = puppet_trial()
    assert resampled_trial(trial, 100.0) is trial
