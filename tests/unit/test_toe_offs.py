"""Toe-offs of legs whose motion is known, and the phases of strides between events that are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse.errors import UnequalLengths, UnknownChoice
from kinefuse.gait_events import (
    StridePhases,
    foot_toe_offs,
    phases_by_side,
    toe_offs_by_side,
)
from kinefuse.recordings import ImuRecording
from kinefuse.simulation import gait
from kinefuse.simulation.person import draw_person

RATE_HZ = 200.0
KNOTS = [0.0, 0.08, 0.2, 0.5, 0.6, 0.66, 0.75, 0.95, 1.0]


def leg(stride_s, rates, seconds=12.0, knots=KNOTS, rate_hz=RATE_HZ, segment="foot_r"):
    """A foot whose rate about z goes through these knots of every stride from its contact."""
    phase = np.arange(int(seconds * rate_hz)) / rate_hz / stride_s % 1.0
    gyr = np.zeros((len(phase), 3))
    gyr[:, 2] = np.interp(phase, knots, rates)
    acc = np.tile([0.0, 9.80665, 0.0], (len(gyr), 1))
    return ImuRecording(segment=segment, rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=gyr)


def walking_foot(stride_s, **options):
    """Lands, lies flat, pushes off fastest at 60 %, swings from 66 %."""
    return leg(stride_s, [0.0, -3.0, 0.0, -0.5, -6.0, 0.0, 6.0, 1.0, 0.0], **options)


@given(stride_s=st.floats(0.8, 1.6), rate_hz=st.sampled_from([60.0, 100.0, 148.0, 200.0]))
@settings(max_examples=25)
def test_a_walkers_foot_leaves_between_fastest_push_off_and_swing(stride_s, rate_hz):
    contacts = np.arange(0, 11.0, stride_s)
    found = foot_toe_offs(walking_foot(stride_s, rate_hz=rate_hz), None, contacts, "walking")
    assert len(found) == len(contacts) - 1
    np.testing.assert_allclose(found - contacts[:-1], 0.63 * stride_s, atol=0.03)


def test_a_second_minimum_of_a_runners_heel_is_not_the_push_off():
    knots = [0.0, 0.1, 0.22, 0.36, 0.44, 0.52, 0.6, 0.8, 1.0]
    rates = [0.0, -2.0, -0.5, -9.0, -3.0, -7.0, 0.0, 8.0, 0.0]
    contacts = np.arange(0, 11.0, 0.7)
    found = foot_toe_offs(leg(0.7, rates, knots=knots), None, contacts, "running")
    np.testing.assert_allclose(found - contacts[:-1], 0.36 * 0.7 + 0.018, atol=0.015)


def test_later_is_later_and_a_pause_has_no_toe_off():
    contacts = np.arange(0, 11.0, 1.0)
    plain = foot_toe_offs(walking_foot(1.0), None, contacts, "walking")
    moved = leg(1.0, [0.0] * 9, seconds=3.0)
    imu = walking_foot(1.0)
    late = ImuRecording(
        segment="foot_r",
        rate_hz=RATE_HZ,
        acc_m_s2=np.concatenate([moved.acc_m_s2, imu.acc_m_s2]),
        gyr_rad_s=np.concatenate([moved.gyr_rad_s, imu.gyr_rad_s]),
    )
    with_pause = np.concatenate([[0.0], contacts + 3.0])
    found = foot_toe_offs(late, None, with_pause, "walking")
    np.testing.assert_allclose(found, plain + 3.0, atol=0.01)


def test_nothing_is_seen_in_standing_or_between_less_than_two_contacts():
    still = leg(1.0, [0.0] * 9)
    assert not len(foot_toe_offs(still, None, np.arange(0, 5.0), "walking"))
    assert not len(foot_toe_offs(walking_foot(1.0), None, np.array([1.0]), "walking"))
    assert not len(foot_toe_offs(None, None, np.arange(0, 5.0), "walking"))


def test_an_unknown_activity_is_refused():
    with pytest.raises(UnknownChoice, match="swimming"):
        foot_toe_offs(walking_foot(1.0), None, np.arange(0, 5.0), "swimming")


@pytest.mark.parametrize(("activity", "near_s"), [("walking", 0.03), ("running", 0.045)])
@pytest.mark.parametrize("seed", [11, 12])
def test_toe_offs_of_simulated_people_are_where_their_stance_ends(activity, seed, near_s):
    seconds = 12.0
    trial = gait.simulate_person(activity, np.random.default_rng(seed), seconds=seconds)
    contacts, truth = events(activity, seed, seconds)
    for side, found in toe_offs_by_side(trial.imus.sensors, contacts, activity).items():
        inner = truth[side][(truth[side] > 1) & (truth[side] < seconds - 1)]
        away = np.abs(found[:, None] - inner).min(axis=0)
        assert away.max() < near_s
    phases = phases_by_side(contacts, toe_offs_by_side(trial.imus.sensors, contacts, activity))
    stance = np.nanmean(phases["r"].stance_s / phases["r"].stride_s)
    for_person, _ = np.random.default_rng(seed).spawn(2)
    assert stance == pytest.approx(draw_person(activity, for_person).contact_fraction, abs=0.05)
    double = phases["r"].double_support_s
    assert np.sign(np.nanmean(double)) == (1 if activity == "walking" else -1)


def events(activity, seed, seconds):
    """The simulator's own contacts and toe-offs, by side."""
    for_person, for_strides = np.random.default_rng(seed).spawn(2)
    time_s = np.arange(-gait._MARGIN_S, seconds + gait._MARGIN_S, 1 / RATE_HZ)
    person = draw_person(activity, for_person)
    phases = gait._phases(person, gait.VARIABILITY[activity], for_strides, time_s)
    contacts, offs = {}, {}
    for side, phase in phases.items():
        whole = np.arange(np.ceil(phase[0]), phase[-1])
        times = np.interp(whole, phase, time_s)
        contacts[side] = times[(times > 0.2) & (times < seconds - 0.2)]
        offs[side] = np.interp(whole + person.contact_fraction, phase, time_s)
    return contacts, offs


@given(stride_s=st.floats(0.7, 1.5), stance=st.floats(0.3, 0.75), lead=st.floats(0.4, 0.6))
@settings(max_examples=40)
def test_phases_of_a_steady_gait_add_up(stride_s, stance, lead):
    right = np.arange(1, 12) * stride_s
    contacts = {"r": right, "l": right + lead * stride_s}
    toe_offs = {side: times + stance * stride_s for side, times in contacts.items()}
    for side, other_lead in (("r", 1 - lead), ("l", lead)):
        found = phases_by_side(contacts, toe_offs)[side]
        inner = slice(1, -1)
        np.testing.assert_allclose(found.stance_s[inner], stance * stride_s)
        np.testing.assert_allclose(found.swing_s[inner], (1 - stance) * stride_s)
        np.testing.assert_allclose(found.step_s[inner], other_lead * stride_s)
        expected = 2 * (stance - 0.5) * stride_s  # both stances less the stride
        np.testing.assert_allclose(found.double_support_s[inner], expected, atol=1e-9)


def test_a_missed_event_is_unknown_and_spoils_no_other_stride():
    contacts = {"r": np.arange(1.0, 8), "l": np.arange(1.5, 8)}
    toe_offs = {"r": np.delete(contacts["r"] + 0.6, 2), "l": contacts["l"] + 0.6}
    found = phases_by_side(contacts, toe_offs)["r"]
    assert np.flatnonzero(np.isnan(found.stance_s)).tolist() == [2]
    np.testing.assert_allclose(np.delete(found.stance_s, 2), 0.6)
    assert np.isnan(found.step_s[0])  # nobody knows the contact before


def test_one_leg_alone_has_no_steps_and_no_double_support():
    found = phases_by_side({"r": np.arange(1.0, 8)}, {"r": np.arange(1.0, 8) + 0.6})["r"]
    assert np.isnan(found.double_support_s).all()
    assert np.isnan(found.step_s).all()
    np.testing.assert_allclose(found.stance_s, 0.6)


def test_phases_of_different_numbers_of_strides_cannot_be():
    three, two = np.zeros(3), np.zeros(2)
    with pytest.raises(UnequalLengths):
        StridePhases(
            start_s=three, stride_s=three, step_s=two, stance_s=three, double_support_s=three
        )


def test_a_limp_shows_in_the_step_times():
    contacts = {"r": np.arange(0.0, 9.5), "l": np.arange(0.6, 9.5)}
    found = phases_by_side(contacts, {})
    assert np.nanmedian(found["l"].step_s) == pytest.approx(0.6)  # from right to left contact
    assert np.nanmedian(found["r"].step_s) == pytest.approx(0.4)


def test_steps_do_not_span_a_pause():
    contacts = {
        "r": np.array([0.0, 1.0, 2.0, 30.0, 31.0, 32.0]),
        "l": np.array([0.5, 1.5, 2.5, 30.5]),
    }
    steps = phases_by_side(contacts, {})["r"].step_s
    assert np.nanmax(steps) == pytest.approx(0.5)
