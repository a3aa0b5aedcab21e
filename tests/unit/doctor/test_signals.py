"""Truths: noise, bias and plateaus of known size are measured as such."""

import numpy as np
import pytest

from kinefuse.doctor import signals
from kinefuse.doctor.felt import Felt

RATE_HZ = 100.0


def _resting(noise_rad_s=0.001, bias_rad_s=(0.0, 0.0, 0.0), seconds=20.0):
    rng = np.random.default_rng(8)
    count = round(seconds * RATE_HZ)
    return Felt(
        segment="shank_l",
        label="1",
        rate_hz=RATE_HZ,
        acc_m_s2=[0.0, 0.0, 9.81] + 0.03 * rng.normal(size=(count, 3)),
        gyr_rad_s=np.array(bias_rad_s) + noise_rad_s * rng.normal(size=(count, 3)),
        known=np.ones(count, bool),
    )


@pytest.mark.parametrize("noise_rad_s", [0.002, 0.02])
def test_white_noise_is_measured_as_strong_as_it_is(noise_rad_s):
    found = signals.gyroscope_noise({"shank_l": _resting(noise_rad_s)})
    assert found["shank_l"] == pytest.approx(
        0.75 * np.rad2deg(noise_rad_s), rel=0.2
    )  # the quietest tenth


def test_bias_at_rest_is_its_length_and_nothing_is_said_without_rest():
    found = signals.resting_biases({"shank_l": _resting(bias_rad_s=np.deg2rad([2.0, -1.0, 2.0]))})
    assert found["shank_l"] == pytest.approx(3.0, abs=0.05)
    assert signals.resting_biases({"shank_l": _resting(noise_rad_s=1.0)}) == {}


def test_drift_is_the_change_between_rests_and_nothing_is_said_of_one():
    felt = _resting()
    drift = np.linspace(0, np.deg2rad(2.0), felt.samples)[:, None] * [1.0, 0.0, 0.0]
    found = signals.bias_drifts({"s": felt.changed(felt.acc_m_s2, felt.gyr_rad_s + drift)})
    assert found["s"] == pytest.approx(1.9, abs=0.05)
    assert signals.bias_drifts({"s": _resting(seconds=3.0)}) == {}


def test_only_plateaus_at_an_end_of_the_range_are_clipped():
    felt = _resting()
    acc = felt.acc_m_s2.copy()
    acc[100:105, 0] = 5.0
    acc[200:205, 1] = 0.01
    assert signals.clipped_samples({"s": felt.changed(acc, felt.gyr_rad_s)}) == {"s": 5.0}
    assert signals.clipped_samples({"s": felt}) == {"s": 0.0}
