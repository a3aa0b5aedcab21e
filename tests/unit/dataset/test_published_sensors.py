"""A sensor feels what physics says, at any rate: right sign, right axes, right amount."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.dataset import published_sensors as published

G = 9.80665
tangents = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def still(tangent, samples=900):
    return np.broadcast_to(so3.exp(tangent), (samples, 3, 3))


@given(tangents)
def test_a_still_sensor_reads_g_upwards_in_its_own_axes(tangent):
    R = still(tangent)
    imu = published.sensor("foot_r", R, np.ones((900, 3)), 200.0).imu
    np.testing.assert_allclose(imu.acc_m_s2 @ R[0].T, np.tile([0, G, 0], (500, 1)), atol=1e-9)
    np.testing.assert_allclose(imu.gyr_rad_s, 0, atol=1e-9)


def test_free_fall_reads_nothing():
    t = np.arange(1000) / 200.0
    path = np.stack([0 * t, -0.5 * G * t**2, 0 * t], axis=-1)
    felt = published.specific_force(still(np.zeros(3), 1000), path, 200.0)[5:-5]
    np.testing.assert_allclose(felt, 0, atol=1e-8)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_a_body_on_a_carousel_feels_its_rate_and_the_pull_to_the_middle(rate_hz):
    radius, spin = 0.8, 3.0
    t = np.arange(round(6 * rate_hz)) / rate_hz
    R = so3.about_y(spin * t)
    path = R @ np.array([radius, 0, 0])
    imu = published.sensor("shank_r", R, path, rate_hz).imu
    np.testing.assert_allclose(imu.gyr_rad_s, np.tile([0, spin, 0], (imu.samples, 1)), atol=1e-9)
    pull = -radius * spin**2  # towards the middle, along the sensor's own x
    expected = np.tile([pull, G, 0], (imu.samples, 1))
    np.testing.assert_allclose(imu.acc_m_s2, expected, atol=0.01)


def test_the_gyroscope_turns_each_attitude_into_the_next():
    rng = np.random.default_rng(1)
    R = so3.exp(np.cumsum(0.05 * rng.normal(size=(30, 3)), axis=0))
    gyr = published.angular_velocity(R, 200.0)
    np.testing.assert_allclose(R[:-1] @ so3.exp(gyr[:-1] / 200.0), R[1:], atol=1e-12)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 400.0])
def test_one_second_is_cut_at_either_end_at_every_rate(rate_hz):
    samples = round(7 * rate_hz)
    imu = published.sensor("foot_r", still(np.zeros(3), samples), np.zeros((samples, 3)), rate_hz)
    assert imu.imu.samples == round(5 * rate_hz)


def swinging(rate_hz, seconds=8.0):
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = np.sin(2 * np.pi * 0.9 * t)
    R = so3.exp(np.stack([0.1 * wave, 0.2 * np.cos(2 * np.pi * 0.9 * t), 0.7 * wave], axis=-1))
    return R, np.stack([0.3 * wave, 0.05 * wave**2, 0 * t], axis=-1)


def test_files_at_100_and_200_hz_give_the_same_sensor():
    slow, fast = (published.sensor("foot_r", *swinging(r), r).imu for r in (100.0, 200.0))
    assert fast.samples == 2 * slow.samples
    # The gyroscope is that of the step to the next sample: half a step later at half the rate.
    between = (fast.gyr_rad_s[0::2] + fast.gyr_rad_s[1::2]) / 2
    np.testing.assert_allclose(slow.gyr_rad_s, between, atol=0.01)
    np.testing.assert_allclose(slow.acc_m_s2, fast.acc_m_s2[::2], atol=0.05)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_a_glitch_is_replaced_by_the_median_and_a_fast_turn_is_not(rate_hz):
    t = np.arange(round(4 * rate_hz)) / rate_hz
    gyr = np.stack([3 * np.sin(6 * t), 0 * t, 20 * np.sin(2 * np.pi * 2 * t)], axis=-1)
    untouched, none = published.without_glitches(gyr, rate_hz)
    np.testing.assert_array_equal(untouched, gyr)
    assert not none.any()
    hurt = gyr.copy()
    at = round(2 * rate_hz)
    hurt[at, 1] = 1.01 * 2000 / rate_hz  # just more than 2000 rad/s2
    mended, found = published.without_glitches(hurt, rate_hz)
    assert set(map(tuple, np.argwhere(found))) == {(at, 1), (at + 1, 1)}
    np.testing.assert_allclose(mended, gyr, atol=1e-12)
    assert not published.without_glitches(np.where(hurt > 0, 0.98, 1) * hurt, rate_hz)[1].any()


def test_the_median_reaches_five_samples_to_either_side_at_200_hz():
    gyr = np.zeros((40, 3))
    gyr[20, 0] = 100.0
    gyr[21:25, 0] = 1.0  # with the glitch five of the eleven around 20: the median is zero
    assert published.without_glitches(gyr, 200.0)[0][20, 0] == 0.0
    gyr[15, 0] = 1.0  # and now six
    assert published.without_glitches(gyr, 200.0)[0][20, 0] == 1.0
    gyr[15, 0], gyr[14, 0] = 0.0, 1.0  # out of reach
    assert published.without_glitches(gyr, 200.0)[0][20, 0] == 0.0


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_the_low_pass_keeps_gait_and_has_no_lag(rate_hz):
    t = np.arange(round(10 * rate_hz)) / rate_hz
    gait, buzz = np.sin(2 * np.pi * 2 * t), np.sin(2 * np.pi * 16 * t)
    for wave, expected, tolerance in ((gait, gait, 0.01), (buzz, 0 * t, 0.01)):
        out = published.low_passed(np.tile(wave[:, None], (1, 3)), rate_hz)
        middle = slice(round(2 * rate_hz), round(8 * rate_hz))
        np.testing.assert_allclose(out[middle, 0], expected[middle], atol=tolerance)
    half = np.sin(2 * np.pi * 8 * t)  # both passes together halve the cut-off frequency
    out = published.low_passed(np.tile(half[:, None], (1, 3)), rate_hz)[:, 0]
    assert np.abs(out[round(2 * rate_hz) : round(8 * rate_hz)]).max() == pytest.approx(
        0.5, abs=0.02
    )


def test_too_slow_a_recording_is_refused():
    with pytest.raises(published.SampledTooSlowly, match="15 Hz"):
        published.sensor("foot_r", still(np.zeros(3)), np.zeros((900, 3)), 15.0)
