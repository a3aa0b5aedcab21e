"""Contacts of legs whose motion is known, and strides that are what they claim to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import gait_events, so3
from kinefuse.errors import MissingSensor
from kinefuse.gait_events import GaitEventConfig, foot_contacts, sound, strides
from kinefuse.recordings import ImuRecording

RATE_HZ = 200.0
FRACTION = GaitEventConfig().contact_fraction


def sensor(rate_rad_s, segment="shank_r", rate_hz=RATE_HZ, noise=0.0):
    """A sensor in segment axes that turns about z as told, and hardly about the others."""
    rng = np.random.default_rng(0)
    gyr = noise * rng.normal(size=(len(rate_rad_s), 3))
    gyr[:, 2] += rate_rad_s
    acc = np.tile([0.0, 9.80665, 0.0], (len(gyr), 1))
    return ImuRecording(segment=segment, rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=gyr)


def swinging(stride_s, seconds, rate_hz=RATE_HZ, speed_rad_s=5.0):
    """Fastest forwards a quarter into each stride, crossing at a half, minimum at three."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return speed_rad_s * np.sin(2 * np.pi * t / stride_s)


def shank_of_a_walker(stride_s, seconds, rate_hz=RATE_HZ):
    """The shape of Aminian et al. (2002), fig. 1: swing, contact, rolling over, push-off."""
    phase = np.arange(int(seconds * rate_hz)) / rate_hz / stride_s % 1.0
    knots = [0.0, 0.10, 0.25, 0.42, 0.50, 0.60, 0.75, 0.92, 1.0]
    speeds = [0.0, 3.0, 6.0, -2.5, -1.0, -0.8, -1.2, -3.0, 0.0]
    return np.interp(phase, knots, speeds)


def contacts_of(imu):
    return foot_contacts(None, imu)


@given(stride_s=st.floats(0.5, 2.0), rate_hz=st.sampled_from([60.0, 100.0, 148.0, 200.0, 1000.0]))
@settings(max_examples=40)
def test_a_contact_lies_between_the_crossing_and_the_minimum_of_every_swing(stride_s, rate_hz):
    found = contacts_of(sensor(swinging(stride_s, 12.0, rate_hz), rate_hz=rate_hz))
    expected = (np.arange(12.0 / stride_s) + 0.5 + 0.25 * FRACTION) * stride_s
    inner = expected[(expected > 0.5) & (expected < 11.0)]
    for contact in inner:
        assert np.abs(found - contact).min() < 0.6 / rate_hz + 0.002
    assert abs(len(found) - 12.0 / stride_s) <= 1.5


@given(stride_s=st.floats(0.6, 1.8))
@settings(max_examples=25)
def test_strides_of_a_steady_walker_are_steady(stride_s):
    all_strides = strides(contacts_of(sensor(shank_of_a_walker(stride_s, 20.0), noise=0.1)))
    assert len(sound(all_strides)) >= int(20 / stride_s) - 2
    durations = [stride.duration_s for stride in sound(all_strides)]
    np.testing.assert_allclose(durations, stride_s, atol=0.03)
    assert gait_events.stride_time_s(all_strides) == pytest.approx(stride_s, abs=0.01)
    assert gait_events.cadence_steps_min(all_strides) == pytest.approx(120 / stride_s, rel=0.02)


def test_a_backward_swing_is_not_taken_for_a_forward_one():
    rate = shank_of_a_walker(1.0, 10.0)
    contact = contacts_of(sensor(rate))[3] % 1.0
    assert 0.25 < contact < 0.42  # after the swing, not at push-off (0.92)


@given(
    axis=st.lists(st.floats(-1, 1), min_size=3, max_size=3).map(np.array),
    angle_deg=st.floats(0, 30),
)
@settings(max_examples=25)
def test_thirty_degrees_of_misalignment_do_no_harm(axis, angle_deg):
    straight = sensor(shank_of_a_walker(1.1, 15.0), noise=0.05)
    size = np.linalg.norm(axis)
    tangent = np.deg2rad(angle_deg) * axis / size if size > 1e-3 else np.zeros(3)
    turned = straight.turned(so3.exp(tangent))
    np.testing.assert_allclose(contacts_of(turned), contacts_of(straight), atol=0.01)


@given(gain=st.floats(0.5, 3.0))
@settings(max_examples=20)
def test_slow_and_fast_legs_land_at_the_same_time(gain):
    rate = shank_of_a_walker(1.1, 15.0)
    np.testing.assert_allclose(
        contacts_of(sensor(gain * rate)), contacts_of(sensor(rate)), atol=1e-9
    )


def test_later_is_later():
    rate = shank_of_a_walker(1.1, 15.0)
    still = np.zeros(int(3 * RATE_HZ))
    late = contacts_of(sensor(np.concatenate([still, rate])))
    np.testing.assert_allclose(late[1:], contacts_of(sensor(rate))[1:] + 3.0, atol=1e-3)


def test_standing_has_no_contacts():
    assert len(contacts_of(sensor(np.zeros(2000), noise=0.1))) == 0


def test_a_recording_may_begin_in_mid_swing():
    rate = shank_of_a_walker(1.0, 6.0)[int(0.3 * RATE_HZ) :]
    found = contacts_of(sensor(rate))
    assert len(found) == 6
    assert found[0] < 0.12


def test_a_swing_cut_off_at_the_end_gives_no_contact():
    rate = shank_of_a_walker(1.0, 6.0)
    whole, cut = (contacts_of(sensor(rate[:n])) for n in (len(rate), int(5.3 * RATE_HZ)))
    np.testing.assert_allclose(cut, whole[:-1], atol=1e-3)


def test_foot_and_shank_together_are_the_mean_of_both():
    rate = shank_of_a_walker(1.0, 10.0)
    delayed = np.roll(rate, int(0.02 * RATE_HZ))
    shank, foot = sensor(rate), sensor(delayed, "foot_r")
    both = foot_contacts(foot, shank)
    middle = (foot_contacts(foot, None) + foot_contacts(None, shank)) / 2
    np.testing.assert_allclose(both[1:-1], middle[1:-1], atol=1e-9)


def test_neither_sensor_is_refused():
    with pytest.raises(MissingSensor, match="the shank or the foot"):
        foot_contacts(None, None)


def test_each_leg_is_listed_once_it_carries_a_sensor():
    right = sensor(shank_of_a_walker(1.0, 10.0))
    left = sensor(np.roll(right.gyr_rad_s[:, 2], int(0.5 * RATE_HZ)), "foot_l")
    found = gait_events.contacts_by_side({"shank_r": right, "foot_l": left})
    assert list(found) == ["r", "l"]
    assert np.diff(np.sort(np.concatenate([found["r"], found["l"]]))) == pytest.approx(
        0.5, abs=0.02
    )
    assert gait_events.contacts_by_side({"pelvis": right}) == {}


def test_a_missed_contact_a_pause_and_a_double_hit_are_rejected_with_the_reason():
    contacts = np.array([0.0, 1.0, 2.0, 3.0, 4.6, 5.6, 5.9, 6.9, 12.0, 13.0])
    reasons = [stride.rejected for stride in strides(contacts)]
    assert [bool(reason) for reason in reasons] == [0, 0, 0, 1, 0, 1, 0, 1, 0]
    assert "unlike the median of 1.00 s" in reasons[3]
    assert "0.30 s is shorter" in reasons[5]
    assert "5.10 s is longer" in reasons[7]


@given(st.lists(st.floats(0.01, 5), max_size=30))
def test_strides_tile_the_time_between_contacts(gaps):
    contacts = np.concatenate([[0.0], np.cumsum(gaps)])
    all_strides = strides(contacts)
    assert [stride.start_s for stride in all_strides] == contacts[:-1].tolist()
    assert [stride.end_s for stride in all_strides] == contacts[1:].tolist()


@pytest.mark.parametrize("contacts", [[], [1.0]])
def test_without_strides_there_is_no_cadence(contacts):
    assert strides(np.array(contacts)) == ()
    assert np.isnan(gait_events.cadence_steps_min(strides(np.array(contacts))))


def test_an_hour_is_not_too_long():
    imu = sensor(shank_of_a_walker(1.1, 3600.0, 100.0), rate_hz=100.0)
    assert len(contacts_of(imu)) == pytest.approx(3600 / 1.1, abs=2)
