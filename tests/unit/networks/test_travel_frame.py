"""The travel frame turns with the walker's path, not with their stride."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.networks.travel_frame import (
    estimated_heading,
    low_pass,
    to_travel,
    to_world,
    travel_heading,
)
from toy import puppet_trial

RATE_HZ = 100.0


def seconds(duration):
    return np.arange(round(duration * RATE_HZ)) / RATE_HZ


@pytest.mark.parametrize("samples", [1, 2, 3, 50, 6000])
def test_a_straight_line_passes_unchanged_whatever_its_length(samples):
    line = 0.3 + 0.01 * np.arange(samples) if samples != 2 else np.full(2, 0.3)
    np.testing.assert_allclose(low_pass(line, RATE_HZ), line, atol=1e-6)


def test_half_passes_at_the_cutoff_and_a_stride_does_not():
    t = seconds(60)
    inner = slice(2000, 4000)
    at_cutoff = low_pass(np.sin(2 * np.pi * 0.25 * t), RATE_HZ)[inner]
    assert np.ptp(at_cutoff) / 2 == pytest.approx(0.5, abs=0.01)
    assert np.ptp(low_pass(np.sin(2 * np.pi * 1.0 * t), RATE_HZ)[inner]) / 2 < 0.005


def test_low_pass_has_no_lag():
    t = seconds(60)
    slow = np.sin(2 * np.pi * 0.02 * t)
    np.testing.assert_allclose(low_pass(slow, RATE_HZ)[500:-500], slow[500:-500], atol=2e-3)


def test_the_path_turns_the_frame_and_the_stride_does_not():
    t = seconds(20)
    sway = np.deg2rad(8) * np.sin(2 * np.pi * 0.9 * t)
    R_world_pelvis = so3.about_y(np.deg2rad(20) * t + sway)
    heading_deg = np.rad2deg(travel_heading(R_world_pelvis, RATE_HZ))
    np.testing.assert_allclose(heading_deg[300:-300], 20 * t[300:-300], atol=0.3)


def test_to_world_undoes_to_travel_and_travel_attitudes_do_not_know_the_heading():
    straight, turned = (puppet_trial(turning_deg_s=rate) for rate in (0.0, 40.0))
    in_travel = []
    for trial in (straight, turned):
        R = trial.poses.R_world_segment["shank_r"]
        heading = travel_heading(trial.poses.R_world_segment["pelvis"], RATE_HZ)
        np.testing.assert_allclose(to_world(to_travel(R, heading), heading), R, atol=1e-12)
        in_travel.append(to_travel(R, heading))
    np.testing.assert_allclose(*in_travel, atol=1e-6)


def test_the_gyroscope_finds_the_turn_of_the_path():
    trial = puppet_trial(seconds=20, turning_deg_s=30.0)
    R = trial.poses.R_world_segment
    truth = travel_heading(R["pelvis"], RATE_HZ)
    for segment in ("pelvis", "thigh_r"):
        estimate = estimated_heading(
            trial.imus[segment].gyr_rad_s, to_travel(R[segment], truth), RATE_HZ
        )
        error_deg = np.rad2deg(estimate - truth)
        assert np.ptp(error_deg[200:-200]) < 2.0  # of 600 deg
