"""Peaks, their timing and the table of times, of strides whose numbers are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse.gait_events import phases_by_side
from kinefuse.report.cycles import CYCLE_POINTS, Cycles
from kinefuse.report.peaks import of_timing, side_measures
from kinefuse.report.side_tests import side_tests
from kinefuse.report.timing import timing_quantities, toe_offs_percent

PHASE = np.linspace(0, 1, CYCLE_POINTS)


def cycles(joint, offsets_deg, peak_at=0.3, sd_deg=None):
    curve = 20 * np.cos(2 * np.pi * (PHASE - peak_at))
    strides = np.deg2rad(curve[None, :, None] + np.asarray(offsets_deg)[:, None, None])
    sd = None if sd_deg is None else np.full((CYCLE_POINTS, 3), np.deg2rad(sd_deg))
    return Cycles(joint, np.repeat(strides, 3, axis=2), sd)


def test_peaks_come_when_they_do():
    found = side_measures(cycles("knee_r", [-1, 0, 1]), 0)
    assert found.highest.deg.value == pytest.approx(20)
    assert found.highest.at_percent.value == pytest.approx(30)
    assert found.lowest.at_percent.value == pytest.approx(80)
    assert found.range_deg == pytest.approx(40)
    assert found.variability_deg == pytest.approx(1.0)


def test_the_angles_own_error_widens_peaks_and_not_ranges():
    plain, unsure = (side_measures(cycles("knee_r", [-1, 0, 1], sd_deg=sd), 0) for sd in (None, 3))
    assert unsure.highest.deg.half_width > plain.highest.deg.half_width
    assert unsure.highest.deg.half_width == pytest.approx(
        np.hypot(plain.highest.deg.half_width, 1.96 * 3), rel=1e-3
    )
    assert unsure.range == plain.range


@given(middle=st.floats(0, 100), spread=st.lists(st.floats(-8, 8), min_size=2, max_size=20))
@settings(max_examples=50)
def test_timing_does_not_tear_at_contact(middle, spread):
    found = of_timing((middle + np.array(spread)) % 100)
    away = (found.value - middle - np.mean(spread) + 50) % 100 - 50
    assert abs(away) < 0.5
    assert found.low <= found.value <= found.high


def walker(stance_r=0.6, stance_l=0.6, seconds=12.0):
    contacts = {"r": np.arange(1.0, seconds), "l": np.arange(1.5, seconds)}
    toe_offs = {"r": contacts["r"] + stance_r, "l": contacts["l"] + stance_l}
    return phases_by_side(contacts, toe_offs)


def by_name(phases, activity="walking"):
    return {(row.name, row.unit): row for row in timing_quantities(phases, activity)}


def test_stance_swing_and_double_support_are_parts_of_the_stride():
    rows = by_name(walker())
    assert rows["Stance", "%"].sides["r"].mean.value == pytest.approx(60)
    assert rows["Swing", "%"].sides["r"].mean.value == pytest.approx(40)
    assert rows["Double support", "%"].sides["r"].mean.value == pytest.approx(20)
    assert rows["Cadence", "/ min"].sides["l"].mean.value == pytest.approx(120)
    assert ("Flight, each", "s") not in rows


def test_runners_fly_and_have_no_double_support():
    rows = by_name(walker(0.35, 0.35), "running")
    assert rows["Flight, each", "s"].sides["r"].mean.value == pytest.approx(0.15)
    assert ("Double support", "s") not in rows


def test_a_limp_is_asymmetric_in_stance():
    rows = by_name(walker(0.66, 0.60))
    assert rows["Stance", "s"].symmetry_percent.value == pytest.approx(200 * 0.06 / 1.26)
    assert rows["Stride time", "s"].symmetry_percent.value == pytest.approx(0, abs=1e-9)


def test_one_side_has_no_symmetry_and_an_empty_one_no_row():
    right = walker()["r"]
    rows = timing_quantities({"r": right}, "walking")
    assert all(row.symmetry_percent is None for row in rows)
    assert timing_quantities({}, "walking") == []


def test_toe_off_is_drawn_where_stance_ends():
    assert toe_offs_percent(walker(0.62, 0.58)) == pytest.approx({"r": 62.0, "l": 58.0})


def test_sides_differ_beyond_their_errors_only_if_these_are_small():
    rng = np.random.default_rng(0)

    def tested(sd_deg):
        both = {
            "knee_r": cycles("knee_r", np.linspace(4, 6, 9), sd_deg=sd_deg),
            "knee_l": cycles("knee_l", np.linspace(-1, 1, 9), sd_deg=sd_deg),
        }
        return side_tests(both, rng)["knee", 0]

    assert tested(0.5).beyond_error.all()
    unsure = tested(10.0)
    assert unsure.curves.differs.all()
    assert not unsure.beyond_error.any()
    assert tested(None).beyond_error is None


def test_one_stride_a_side_is_not_tested():
    single = {"knee_r": cycles("knee_r", [0.0]), "knee_l": cycles("knee_l", [0.0, 1.0])}
    assert side_tests(single, np.random.default_rng(0)) == {}
