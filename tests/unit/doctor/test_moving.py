"""Truths: what is put into a sensor's motion is measured at its size and with its sign."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.doctor import axes, gait, joints, slips, steps
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.felt import Felt
from kinefuse.doctor.handedness import IN_MIRROR
from kinefuse.doctor.turning_errors import turning_errors
from kinefuse.doctor.wearing import GYROSCOPE_NOISE, Wearing
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

RATE_HZ = 100.0


def _wearing(sensors, activity="walking"):
    places = {s: SensorPlace(label=s) for s in sensors}
    description = SessionDescription(name="walk", sensors=places, activity=activity)
    return Wearing(sensors=sensors, description=description)


def _worn(activity, seed):
    """Seven research sensors, mounted anyhow: 16 s, the first two of them at rest."""
    rng = np.random.default_rng(seed)
    person = simulate_person(activity, rng, seconds=16, rate_hz=RATE_HZ, standing_s=2)
    session = degrade(person.imus, sensor_model("research"), rng)
    found = {}
    for segment, imu in session.sensors.items():
        turned = imu.turned(Rotation.random(rng=rng).as_matrix())
        found[segment] = Felt(
            segment=segment,
            label=segment,
            rate_hz=RATE_HZ,
            acc_m_s2=turned.acc_m_s2,
            gyr_rad_s=turned.gyr_rad_s,
            known=np.ones(len(turned.acc_m_s2), bool),
        )
    return found


@pytest.fixture(scope="module")
def sensors():
    """A walker's."""
    return _worn("walking", seed=5)


@pytest.fixture(scope="module")
def running():
    """A runner's."""
    return _worn("running", seed=8)


@pytest.fixture(scope="module")
def sound(sensors):
    return _wearing(sensors)


def _with(sensors, segment, acc=None, gyr=None):
    felt = sensors[segment]
    change = felt.changed(
        felt.acc_m_s2 if acc is None else acc(felt.acc_m_s2),
        felt.gyr_rad_s if gyr is None else gyr(felt.gyr_rad_s),
    )
    return {**sensors, segment: change}


def _later(signal, samples):
    return np.roll(signal, samples, axis=0)


def test_sound_sensors_are_in_step_fit_their_axes_and_have_the_rate_that_was_said(sound):
    assert set(sound.late_s.values()) == {0.0}
    assert max(found.gain for found in sound.axes.values()) < 0.5
    assert max(sound.mirror_gains.values()) < 0
    assert sound.true_rate == pytest.approx(1.0, abs=0.2)
    assert max(abs(gain) for gain in sound.clock_gains_percent.values()) < 0.1
    assert max(sound.slips_deg.values()) < 8


@pytest.mark.parametrize("segment", ["pelvis", "thigh_r", "foot_l"])
@pytest.mark.parametrize("samples", [-35, 12, 70])
def test_a_late_sensor_is_as_late_as_it_is_and_the_others_are_not(sensors, segment, samples):
    def shift(signal):
        return _later(signal, samples)

    late = _wearing(_with(sensors, segment, shift, shift)).late_s
    assert late[segment] == pytest.approx(samples / RATE_HZ, abs=0.021)
    assert {s for s, lag in late.items() if lag} == {segment}


@pytest.mark.parametrize("samples", [-93, -47, 33, 65])
def test_a_runners_strides_are_short_and_a_shank_between_two_joints_is_told_from_both(
    running, samples
):
    def shift(signal):
        return _later(signal, samples)

    late = _wearing(_with(running, "shank_l", shift, shift), "running").late_s
    assert late["shank_l"] == pytest.approx(samples / RATE_HZ, abs=0.021)
    assert {s for s, lag in late.items() if lag} == {"shank_l"}


def test_two_sensors_out_of_step_are_told_apart(sensors):
    def early(signal):
        return _later(signal, -40)

    def late(signal):
        return _later(signal, 25)

    both = _with(_with(sensors, "shank_r", early, early), "shank_l", late, late)
    found = _wearing(both).late_s
    assert found["shank_r"] == pytest.approx(-0.40, abs=0.021)
    assert found["shank_l"] == pytest.approx(0.25, abs=0.021)
    assert {s for s, lag in found.items() if lag} == {"shank_r", "shank_l"}


@pytest.mark.parametrize("way", [7, 20, 33, 47])
@pytest.mark.parametrize("segment", ["thigh_l", "shank_r", "foot_l"])
def test_exchanged_axes_are_found_and_named(sensors, segment, way):
    exchange = axes.WAYS[way]
    found = _wearing(_with(sensors, segment, gyr=lambda g: g @ exchange.T)).axes
    assert {s for s, other in found.items() if other.gain > 1} == {segment}
    np.testing.assert_allclose(found[segment].axes @ exchange, np.eye(3))


def test_axes_are_named_as_they_should_be_read():
    y_for_x = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert (
        str(axes.OtherAxes(axes=y_for_x, taken_away=1, agreement=0, gain=1, margin=1)) == "-y, x, z"
    )


def test_the_ways_are_all_48_and_the_first_is_none():
    assert len({way.tobytes() for way in axes.WAYS}) == 48
    np.testing.assert_array_equal(axes.WAYS[0], np.eye(3))
    for way in axes.WAYS:
        np.testing.assert_array_equal(way @ way.T, np.eye(3))


def _part(sensors, segment, stride_s):
    together = joints.joined(sensors, stride_s)
    assert together is not None
    return together.parts[segment]


def test_nobody_is_late_where_nobody_has_a_neighbour(sensors):
    together = joints.joined({s: sensors[s] for s in ("pelvis", "foot_l")}, stride_s=1.1)
    assert together is not None
    assert steps.lags(together) == {}
    assert steps.lags(together.without(["pelvis", "foot_l"])) == {}
    assert joints.true_rate(together) == 1.0


def test_the_samples_that_are_compared_disagree_as_all_of_them_do(sensors):
    together = joints.joined(sensors, stride_s=1.1)
    assert together is not None
    assert together.every > 1
    for one, other in together.pairs:
        every = together.disagreement(together.parts[one], together.parts[other])
        thin = together.thinned.disagreement(*(together.thinned.parts[s] for s in (one, other)))
        assert thin == every


def test_other_axes_change_what_a_place_feels_as_turned_readings_do(sensors):
    for way in (axes.WAYS[9], axes.WAYS[30]):
        turned = _with(sensors, "shank_r", gyr=lambda g, way=way: g @ way.T)
        seen = _part(turned, "shank_r", stride_s=1.1)
        told = joints.with_axes(_part(sensors, "shank_r", stride_s=1.1), way)
        np.testing.assert_allclose(told.by_place_1_s2, seen.by_place_1_s2, atol=1e-9)


def test_another_rate_changes_what_a_place_feels_as_other_time_stamps_do(sensors):
    slower = {s: replace(felt, rate_hz=RATE_HZ / 2) for s, felt in sensors.items()}
    seen = _part(sensors, "foot_r", stride_s=1.1)
    told = joints.at_rate(_part(slower, "foot_r", stride_s=2.2), 2.0)
    np.testing.assert_allclose(told.by_place_1_s2, seen.by_place_1_s2, atol=1e-6)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_an_accelerometer_of_the_wrong_sign_looks_as_in_a_mirror(sensors, segment):
    found = _wearing(_with(sensors, segment, acc=np.negative)).mirror_gains
    assert {s for s, gain in found.items() if gain > IN_MIRROR} == {segment}


def test_both_sensors_of_a_knee_of_the_wrong_sign_are_told(sensors):
    both = _with(_with(sensors, "thigh_r", acc=np.negative), "shank_r", acc=np.negative)
    found = _wearing(both).mirror_gains
    assert {s for s, gain in found.items() if gain > IN_MIRROR} == {"thigh_r", "shank_r"}


def test_a_sensor_that_is_late_is_not_said_to_be_in_a_mirror(sensors, sound):
    half = round(RATE_HZ / sound.strides.frequency_hz / 2)

    def shift(signal):
        return _later(signal, half)

    found = _wearing(_with(sensors, "shank_r", shift, shift)).mirror_gains
    assert "shank_r" not in found
    assert max(found.values()) < IN_MIRROR


@pytest.mark.parametrize("times", [0.3, 0.6, 1.7, 3.5])
def test_the_rate_is_found_whatever_was_said(sensors, times):
    said = {s: replace(felt, rate_hz=felt.rate_hz / times) for s, felt in sensors.items()}
    assert _wearing(said).true_rate == pytest.approx(times, rel=0.2)


def test_the_rate_is_found_where_it_makes_sound_sensors_look_noisy(running):
    said = {s: replace(felt, rate_hz=felt.rate_hz / 0.4) for s, felt in running.items()}
    noisy = Diagnosis(
        check=GYROSCOPE_NOISE,
        subject="shank_r",
        passed=False,
        severity="doubt",
        **dict.fromkeys(("evidence", "limit", "source", "consequence", "remedy"), ""),
    )
    alone = tuple(replace(noisy, subject=s) for s in said if s != "pelvis")
    wearing = replace(_wearing(said, "running"), alone=alone)
    assert wearing.true_rate == pytest.approx(0.4, rel=0.2)


def test_shakes_that_repeat_as_well_are_no_stride(sound, monkeypatch):
    """A walk with turns repeats so badly that noise does as well, after a dozen samples."""

    def rhythm(session):
        times = session.rate_hz / RATE_HZ
        period_s = 1.1 * times  # 110 samples, but at two rates 12 and 31
        if times < 1:
            period_s = 0.48 if times < 0.5 else 0.62
        return replace(sound.strides, frequency_hz=1 / period_s, regularity=0.45)

    monkeypatch.setattr(gait, "rhythm", rhythm)
    assert gait.shortest_stride_s(sound.session) == pytest.approx(0.5 * 0.62)


@pytest.mark.parametrize("segment", ["pelvis", "shank_l", "foot_r"])
def test_a_bias_is_found_in_the_sensors_own_axes(sensors, sound, segment):
    bias = np.deg2rad([4.0, -6.0, 3.0])
    stride_s = 1 / sound.strides.frequency_hz
    before = turning_errors(sensors, stride_s)
    after = turning_errors(_with(sensors, segment, gyr=lambda g: g + bias), stride_s)
    found = after[segment].bias_rad_s - before[segment].bias_rad_s
    np.testing.assert_allclose(np.rad2deg(found), np.rad2deg(bias), atol=0.8)
    for other in set(sensors) - {segment}:
        np.testing.assert_allclose(
            after[other].bias_rad_s, before[other].bias_rad_s, atol=np.deg2rad(0.5)
        )


def test_turning_with_the_whole_body_is_no_bias(sensors, sound):
    stride_s = 1 / sound.strides.frequency_hz
    turning = {}
    for segment, felt in sensors.items():
        up = felt.acc_m_s2.mean(axis=0)
        about_up = np.deg2rad(6.0) * up / np.linalg.norm(up)
        turning[segment] = felt.changed(felt.acc_m_s2, felt.gyr_rad_s + about_up)
    before, after = (turning_errors(s, stride_s) for s in (sensors, turning))
    for segment, error in after.items():
        change = np.linalg.norm(error.bias_rad_s - before[segment].bias_rad_s)
        assert np.rad2deg(change) < 2.5


def test_a_drift_is_found_with_its_sign_and_is_no_bias(sensors, sound):
    grown = np.linspace(-1, 1, len(sensors["thigh_r"].gyr_rad_s))[:, None]
    drift = np.deg2rad([5.0, 0.0, -8.0])
    stride_s = 1 / sound.strides.frequency_hz
    before = turning_errors(sensors, stride_s)["thigh_r"]
    drifting = _with(sensors, "thigh_r", gyr=lambda g: g + grown * drift)
    after = turning_errors(drifting, stride_s)["thigh_r"]
    found = np.rad2deg(after.drift_rad_s - before.drift_rad_s)
    np.testing.assert_allclose(found, np.rad2deg(2 * drift), atol=4)
    assert np.rad2deg(np.linalg.norm(after.bias_rad_s - before.bias_rad_s)) < 1.5


def test_nothing_is_said_of_bias_with_two_sensors_or_few_strides(sensors, sound):
    stride_s = 1 / sound.strides.frequency_hz
    two = {s: sensors[s] for s in ("pelvis", "thigh_r")}
    assert turning_errors(two, stride_s) == {}
    short = {
        s: replace(f, acc_m_s2=f.acc_m_s2[:700], gyr_rad_s=f.gyr_rad_s[:700], known=f.known[:700])
        for s, f in sensors.items()
    }
    assert turning_errors(short, stride_s) == {}


@pytest.mark.parametrize("angle_deg", [18.0, 40.0])
def test_a_slip_is_as_large_as_it_is_and_on_its_sensor_alone(sensors, sound, angle_deg):
    turn = Rotation.from_rotvec(np.deg2rad(angle_deg) * np.array([0.6, 0.0, 0.8])).as_matrix()

    def slip(signal):
        return np.concatenate([signal[:900], signal[900:] @ turn.T])

    found = slips.slips(_with(sensors, "shank_r", slip, slip), sound.strides)
    assert found["shank_r"] == pytest.approx(angle_deg, abs=4)
    assert max(angle for s, angle in found.items() if s != "shank_r") < 8


@pytest.mark.parametrize("percent", [-2.5, 2.0])
def test_a_fast_clock_gains_what_it_gains(sensors, percent):
    ticks = np.arange(len(sensors["foot_l"].gyr_rad_s), dtype=float)

    def on_its_clock(signal):
        # its stamps count faster than time goes: at stamp t it shows what was at less than t
        true = ticks / (1 + percent / 100)
        return np.stack([np.interp(true, ticks, x) for x in signal.T], axis=-1)

    found = _wearing(_with(sensors, "foot_l", on_its_clock, on_its_clock)).clock_gains_percent
    assert found["foot_l"] == pytest.approx(percent, abs=0.6)
    assert max(abs(gain) for s, gain in found.items() if s != "foot_l") < 0.2
