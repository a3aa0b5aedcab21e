"""Numbers of a report against a walker whose numbers are known."""

import numpy as np
import pytest

from kinefuse.recordings import JointAngles
from kinefuse.report import measures
from kinefuse.report.cycles import cut_cycles


@pytest.fixture
def rows(estimate):
    found = measures.movement_rows(cut_cycles(estimate.angles, estimate.contacts_s))
    return {(row.joint, row.plane): row for row in found}


def test_range_and_peaks_are_those_of_the_sine(rows):
    right = rows["hip", "flexion"].sides["r"]
    assert right.range_deg == pytest.approx(40.0)
    assert right.highest_deg == pytest.approx(22.0)  # the estimate lies 2 deg high
    assert right.lowest_deg == pytest.approx(-18.0)
    assert right.range_sd_deg == pytest.approx(0, abs=1e-9)


def test_asymmetry_is_right_minus_left_over_their_mean(rows):
    hip = rows["hip", "flexion"]
    assert hip.difference_deg == pytest.approx(20.0)
    assert hip.symmetry_percent == pytest.approx(100 * 20 / 30)
    assert rows["knee", "flexion"].symmetry_percent == pytest.approx(0, abs=1e-9)


def test_the_ankle_has_its_own_words(rows):
    assert [plane for joint, plane in rows if joint == "ankle"] == [
        "dorsiflexion",
        "inversion",
        "internal rotation",
    ]


def test_a_side_without_strides_is_not_made_up(estimate):
    right_only = cut_cycles(estimate.angles, {"r": estimate.contacts_s["r"]})
    row = measures.movement_rows(right_only)[0]
    assert row.sides["l"] is None
    assert row.difference_deg is None
    assert row.symmetry_percent is None


def test_timing_counts_strides_and_names_the_rejected():
    contacts = {"r": np.array([0.0, 1.0, 2.0, 3.0, 4.0, 9.0, 10.0])}
    (row,) = measures.timing_rows(contacts)
    assert (row.side, row.strides) == ("r", 5)
    assert row.stride_time_s == pytest.approx(1.0)
    assert row.cadence_steps_min == pytest.approx(120.0)
    assert len(row.rejected) == 1
    assert "longer" in row.rejected[0]


def test_stride_times_scatter_as_a_sample_does_and_one_alone_does_not():
    (row,) = measures.timing_rows({"r": np.array([0.0, 1.0, 2.2])})
    assert row.stride_time_sd_s == pytest.approx(0.2 / np.sqrt(2))
    (alone,) = measures.timing_rows({"r": np.array([0.0, 1.0])})
    assert np.isnan(alone.stride_time_sd_s)


def test_errors_against_the_truth_are_what_was_added(estimate, truth):
    rows = measures.error_rows(estimate.angles, truth)
    assert len(rows) == 18
    for row in rows:
        assert row.rmse_deg == pytest.approx(2.0)
        assert row.rmse_mean_removed_deg == pytest.approx(0, abs=1e-9)
        assert row.correlation == pytest.approx(1)


def test_disagreement_of_methods_is_an_rms_a_plane(estimate, truth):
    rows = measures.agreement_rows(estimate.angles, {"network": truth})
    assert {row.method for row in rows} == {"network"}
    assert len(rows) == 6
    np.testing.assert_allclose([row.rms_deg for row in rows], 2.0)


def test_methods_that_know_other_joints_or_lengths_are_not_compared(estimate):
    short = JointAngles(rate_hz=100.0, angles_rad={"knee_r": np.zeros((5, 3))})
    assert measures.agreement_rows(estimate.angles, {"short": short}) == []
