"""The band behind the curves is the published one, for a speed that a walker would have."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse.gait_events import contacts_by_side, stride_time_s, strides
from kinefuse.report.cycles import cut_cycles
from kinefuse.report.normal_band import normal_band, walking_speed_m_s
from kinefuse.simulation import normative
from kinefuse.simulation.gait import simulate_one


def published(activity):
    return json.loads((files("kinefuse.simulation") / "data" / f"{activity}.json").read_text())


def test_at_the_speed_of_a_group_the_band_is_that_groups():
    curves = normative.walking_band(0.43, np.linspace(0, 1, 51))
    theirs = published("walking")["curves"]["knee_flexion"]["Free"]
    mean, sd = (np.rad2deg(curve) for curve in curves["knee_flexion"])
    np.testing.assert_allclose(mean[:-1], theirs["mean"][:-1], atol=1e-6)
    np.testing.assert_allclose(sd[:-1], theirs["sd"][:-1], atol=1e-6)


def test_known_landmarks_of_gait_lie_where_they_belong():
    """Winter 2009, fig. 2.25 and Novacheck 1998, fig. 6: the knee's swing peak."""
    walking, running = normal_band("walking", 1.1), normal_band("running", 0.73)
    assert walking.of("knee", "flexion")[0].max() == pytest.approx(60, abs=6)
    assert 68 <= walking.of("knee", "flexion")[0].argmax() <= 76
    assert running.of("knee", "flexion")[0].max() == pytest.approx(92, abs=8)
    assert running.of("knee", "flexion")[0].argmax() == pytest.approx(70, abs=4)
    for band in (walking, running):
        for mean, sd in band.curves_deg.values():
            assert abs(mean[0] - mean[-1]) < 3  # a stride closes
            assert (sd > 0).all()


def test_ordinary_cadence_is_ordinary_speed():
    """113 steps a minute and 1.4 m/s in adults: Bohannon 1997, Age Ageing 26:15."""
    assert walking_speed_m_s(113, 1.72) == pytest.approx(1.36, abs=0.1)
    assert "free by leg length" in normal_band("walking", 120 / 113).chosen


@given(cadence=st.floats(70, 150), height=st.floats(1.4, 2.0))
@settings(max_examples=30)
def test_quick_steps_of_tall_people_are_fast(cadence, height):
    assert walking_speed_m_s(1.05 * cadence, height) > walking_speed_m_s(cadence, height)
    assert walking_speed_m_s(cadence, 1.05 * height) > walking_speed_m_s(cadence, height)


def test_what_was_assumed_is_said_and_what_was_known_is_not_called_so():
    assert "1.72 m, which was assumed, make likely" in normal_band("walking", 1.1).chosen
    known = normal_band("walking", 1.1, 1.85).chosen
    assert "1.85 m" in known
    assert "assumed" not in known
    assert "a height of 1.85 m make likely" in known


@pytest.mark.parametrize("source", ["Schwartz", "CC BY-SA 4.0"])
def test_the_source_and_its_licence_are_named(source):
    assert source in normal_band("walking", 1.1).source


def test_nothing_is_made_up_for_other_movements_or_no_strides():
    assert normal_band("walking", float("nan")) is None
    assert normal_band("swimming", 1.0) is None
    assert normal_band("walking", 0.45) is None  # a run that was called a walk
    assert normal_band("walking", 1.1).of("ankle", "rotation") is None


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_most_simulated_people_lie_within_two_deviations(activity):
    """Same definitions on both sides: a wrong sign or offset would show."""
    inside = []
    for i in range(4):
        trial = simulate_one(i, activity, 5, seconds=8.0)
        contacts = contacts_by_side(trial.imus.sensors)
        band = normal_band(activity, stride_time_s(strides(contacts["r"])))
        for name, cycles in cut_cycles(trial.angles, contacts).items():
            for plane, key in enumerate(("flexion", "adduction", "rotation")):
                found = band.of(name[:-2], key)
                if found:
                    away = np.rad2deg(cycles.mean_rad[:, plane]) - found[0]
                    inside.append(np.mean(np.abs(away) <= 2 * found[1]))
    assert np.mean(inside) > 0.8
