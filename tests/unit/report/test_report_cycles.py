"""Strides laid over each other are the strides of the recording."""

import numpy as np
import pytest

from kinefuse.recordings import JointAngles
from kinefuse.report.cycles import CYCLE_POINTS, Cycles, cut_cycles


def test_every_stride_of_every_joint_is_cut(estimate):
    cycles = cut_cycles(estimate.angles, estimate.contacts_s)
    assert set(cycles) == set(estimate.angles.angles_rad)
    assert cycles["hip_r"].count == 18
    assert cycles["hip_l"].count == 17
    assert cycles["hip_r"].angles_rad.shape == (18, CYCLE_POINTS, 3)


def test_a_cycle_of_a_sine_is_a_sine(truth, estimate):
    cycles = cut_cycles(truth, estimate.contacts_s)
    sine = np.sin(np.linspace(0, 2 * np.pi, CYCLE_POINTS))
    for name, size_deg in (("hip_r", 20.0), ("hip_l", 10.0), ("ankle_l", 15.0)):
        found = np.rad2deg(cycles[name].mean_rad)
        np.testing.assert_allclose(found[:, 0], size_deg * sine, atol=1e-9)
        np.testing.assert_allclose(found[:, 1], 0.2 * size_deg * sine, atol=1e-9)
        np.testing.assert_allclose(cycles[name].sd_rad, 0, atol=1e-12)


def test_the_spread_is_that_of_the_strides():
    flat = np.ones((2, CYCLE_POINTS, 3))
    flat[1] = 3.0
    np.testing.assert_allclose(Cycles("hip_r", flat).mean_rad, 2.0)
    np.testing.assert_allclose(Cycles("hip_r", flat).sd_rad, np.sqrt(2))
    np.testing.assert_array_equal(Cycles("hip_r", flat[:1]).sd_rad, 0)


def test_strides_with_gaps_or_beyond_the_recording_are_left_out(truth):
    truth.angles_rad["knee_r"][350] = np.nan  # 3.5 s
    contacts = {"r": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 19.5, 20.5])}
    cycles = cut_cycles(truth, contacts)
    assert cycles["hip_r"].count == 4
    assert cycles["knee_r"].count == 3
    assert "hip_l" not in cycles


def test_implausible_strides_are_left_out(truth):
    contacts = {"r": np.array([1.0, 2.0, 3.0, 4.0, 4.2, 5.2, 9.2, 10.2])}
    assert cut_cycles(truth, contacts)["hip_r"].count == 5


@pytest.mark.parametrize("contacts", [{}, {"r": np.zeros(0)}, {"r": np.array([3.0])}])
def test_without_strides_there_are_no_cycles(truth, contacts):
    assert cut_cycles(truth, contacts) == {}


def test_a_joint_that_was_not_estimated_has_no_cycles(truth):
    knees = JointAngles(rate_hz=100.0, angles_rad={"knee_r": truth.angles_rad["knee_r"]})
    assert set(cut_cycles(knees, {"r": np.arange(5.0), "l": np.arange(5.0)})) == {"knee_r"}
