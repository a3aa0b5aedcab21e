"""Ideal sensors against motions whose readings are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import TooShort
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import SegmentPoses
from kinefuse.simulation.imu import (
    CUTOFF_HZ,
    derivative,
    resample_poses,
    simulate_imus,
)
from kinefuse.simulation.placement import PLACEMENT, Place

RATE_HZ = 200.0
AT_THE_ORIGIN = {"shank_r": Place(along=0.0, offset_m=(0.0, 0.0, 0.0))}
tangents = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def moving(R, origin, rate_hz=RATE_HZ, segment="shank_r"):
    return SegmentPoses(
        rate_hz=rate_hz, R_world_segment={segment: R}, origin_m={segment: np.asarray(origin)}
    )


def swinging(rate_hz=RATE_HZ, seconds=4.0):
    """A smooth motion, all axes at once: attitudes and origin at any rate."""
    t = np.arange(int(seconds * rate_hz) + 1) / rate_hz
    turn = np.stack([0.3 * np.sin(7 * t), 0.5 * np.cos(4 * t), 1.2 * np.sin(6 * t)], axis=-1)
    path = np.stack([1.3 * t + 0.1 * np.sin(9 * t), 0.05 * np.cos(12 * t), 0.03 * t**2], axis=-1)
    return moving(so3.exp(turn), path, rate_hz)


def only_sensor(poses, placement=AT_THE_ORIGIN):
    return simulate_imus(poses, placement)["shank_r"]


@given(tangent=tangents)
@settings(max_examples=30)
def test_rest_reads_one_g_upwards_in_any_attitude(tangent):
    R = so3.exp(tangent)
    imu = only_sensor(moving(np.broadcast_to(R, (20, 3, 3)).copy(), np.ones((20, 3))))
    up = np.broadcast_to([0, 9.80665, 0], (20, 3))
    np.testing.assert_allclose(imu.acc_m_s2 @ R.T, up, atol=1e-6)
    np.testing.assert_allclose(imu.gyr_rad_s, 0, atol=1e-9)


def test_free_fall_reads_zero():
    """Held still for 0.6 s, then dropped while moving on, head down."""
    t = np.arange(200) / RATE_HZ
    falling_s = np.maximum(t - 0.6, 0)
    path = np.stack([2 * t, 5 - STANDARD_GRAVITY_M_S2 * falling_s**2 / 2, 0 * t], axis=-1)
    R = np.broadcast_to(so3.exp(np.array([2.0, 1.0, 0.5])), (200, 3, 3)).copy()
    acc = only_sensor(moving(R, path)).acc_m_s2
    np.testing.assert_allclose(acc[124:], 0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(acc[:117], axis=-1), 9.80665, atol=1e-6)


@given(omega=st.lists(st.floats(-6, 6), min_size=3, max_size=3).map(np.array), start=tangents)
@settings(max_examples=30)
def test_constant_rotation_gives_omega_and_centripetal_acceleration(omega, start):
    t = np.arange(200) / RATE_HZ
    R = so3.exp(start) @ so3.exp(t[:, None] * omega)  # omega in the body's own axes
    radius = np.array([0.03, -0.06, 0.04])
    placement = {"shank_r": Place(along=0.0, offset_m=tuple(radius))}
    imu = only_sensor(moving(R, np.zeros((200, 3))), placement)
    gravity = so3.transpose(R) @ [0, 9.80665, 0]
    centripetal = np.broadcast_to(np.cross(omega, np.cross(omega, radius)), (200, 3))
    np.testing.assert_allclose(imu.gyr_rad_s, np.broadcast_to(omega, (200, 3)), atol=2e-5)
    np.testing.assert_allclose(imu.acc_m_s2 - gravity, centripetal, atol=1e-3)


def test_two_sensors_on_one_body_agree():
    poses = swinging(rate_hz=1000.0)
    r = np.array([0.1, -0.2, 0.07])
    first = only_sensor(poses)
    second = only_sensor(poses, {"shank_r": Place(along=0.0, offset_m=tuple(r))})
    omega = first.gyr_rad_s
    alpha = derivative(omega.T, 1000.0, order=1).T
    carried = np.cross(alpha, r) + np.cross(omega, np.cross(omega, r))
    np.testing.assert_allclose(second.acc_m_s2, first.acc_m_s2 + carried, atol=1e-5)
    np.testing.assert_array_equal(second.gyr_rad_s, first.gyr_rad_s)


def test_integrated_gyroscope_returns_the_orientation():
    poses = swinging(rate_hz=1000.0)
    gyr = only_sensor(poses).gyr_rad_s
    middle = (gyr[:-1] + gyr[1:]) / 2
    R = Rotation.from_matrix(poses.R_world_segment["shank_r"][0])
    for turn in Rotation.from_rotvec(middle / 1000.0):
        R = R * turn
    np.testing.assert_allclose(R.as_matrix(), poses.R_world_segment["shank_r"][-1], atol=1e-4)


@pytest.mark.parametrize("order", [1, 2])
def test_polynomials_of_sixth_degree_are_differentiated_exactly_up_to_the_ends(order):
    t = np.linspace(-1, 1, 41)
    polynomial = np.polynomial.Polynomial([1.0, -2.0, 0.5, 3.0, -1.0, 0.2, 0.7])
    truth = polynomial.deriv(order)(t)
    np.testing.assert_allclose(derivative(polynomial(t)[None], 20.0, order)[0], truth, atol=1e-9)


def test_motion_of_twenty_hertz_keeps_its_acceleration():
    t = np.arange(400) / RATE_HZ
    wave = np.sin(2 * np.pi * 20 * t)[None]
    truth = -((2 * np.pi * 20) ** 2) * wave
    error = derivative(wave, RATE_HZ, order=2) - truth
    assert np.abs(error[:, 3:-3]).max() < 1e-3 * np.abs(truth).max()


@pytest.mark.parametrize("rate_hz", [100.0, 148.5, 200.0, 300.0])
def test_the_rate_does_not_change_what_is_felt(rate_hz):
    exact = only_sensor(swinging(rate_hz))
    imu = simulate_imus(swinging(150.0), AT_THE_ORIGIN, rate_hz)["shank_r"]
    assert imu.samples == exact.samples
    inside = slice(20, -20)  # the ends have no neighbours to be interpolated between
    np.testing.assert_allclose(imu.acc_m_s2[inside], exact.acc_m_s2[inside], atol=0.02)
    np.testing.assert_allclose(imu.gyr_rad_s[inside], exact.gyr_rad_s[inside], atol=2e-3)


def test_low_pass_passes_slow_motion_without_delay():
    poses = swinging()
    smooth = resample_poses(poses, RATE_HZ, cutoff_hz=CUTOFF_HZ["walking"])
    turned = so3.log(
        so3.transpose(poses.R_world_segment["shank_r"]) @ smooth.R_world_segment["shank_r"]
    )
    assert np.abs(turned).max() < np.deg2rad(0.2)
    np.testing.assert_allclose(smooth.origin_m["shank_r"], poses.origin_m["shank_r"], atol=1e-3)


def test_low_pass_halves_the_power_at_its_cut_off():
    t = np.arange(800) / RATE_HZ
    shake = np.stack([0 * t, np.sin(2 * np.pi * 12 * t), 0 * t], axis=-1)
    poses = moving(np.broadcast_to(np.eye(3), (800, 3, 3)).copy(), shake)
    smooth = resample_poses(poses, RATE_HZ, cutoff_hz=12.0).origin_m["shank_r"][200:600, 1]
    assert np.std(smooth) / np.std(shake[200:600, 1]) == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_low_pass_takes_marker_noise_out_of_the_readings():
    exact, rng = swinging(), np.random.default_rng(0)
    noisy = moving(
        exact.R_world_segment["shank_r"] @ so3.exp(rng.normal(0, 0.003, (exact.samples, 3))),
        exact.origin_m["shank_r"] + rng.normal(0, 0.0001, (exact.samples, 3)),
    )
    truth = only_sensor(exact)
    raw, smooth = (
        only_sensor(resample_poses(noisy, RATE_HZ, cutoff_hz)) for cutoff_hz in (None, 12.0)
    )
    for quantity in ("acc_m_s2", "gyr_rad_s"):
        error = [np.std(getattr(imu, quantity) - getattr(truth, quantity)) for imu in (raw, smooth)]
        assert error[1] < 0.15 * error[0]


def test_resampling_keeps_frames_square_and_unit():
    R = resample_poses(swinging(150.0), 200.0, cutoff_hz=5.0).R_world_segment["shank_r"]
    np.testing.assert_allclose(
        so3.transpose(R) @ R, np.broadcast_to(np.eye(3), R.shape), atol=1e-12
    )
    assert np.linalg.det(R).min() > 0


def test_what_a_lower_rate_cannot_hold_is_taken_away():
    t = np.arange(2000) / 1000.0
    shake = np.stack([0 * t, np.sin(2 * np.pi * 90 * t), 0 * t], axis=-1)
    poses = moving(np.broadcast_to(np.eye(3), (2000, 3, 3)).copy(), shake, 1000.0)
    low = resample_poses(poses, 100.0).origin_m["shank_r"]  # 90 Hz would appear as 10 Hz
    assert np.std(low[20:-20, 1]) < 0.05 * np.std(shake[:, 1])


def test_left_places_mirror_right_ones_and_every_segment_has_one():
    assert set(PLACEMENT) == set(SEGMENTS)
    for stem in ("thigh", "shank", "foot"):
        right = PLACEMENT[f"{stem}_r"].position_m("r", 0.4)
        left = PLACEMENT[f"{stem}_l"].position_m("l", 0.4)
        np.testing.assert_array_equal(left, right * [1, 1, -1])
    assert PLACEMENT["pelvis"].position_m(None, 0.4)[0] < 0  # over the sacrum
    assert PLACEMENT["thigh_r"].position_m("r", 0.4)[2] > 0  # on the outside


def test_seven_samples_are_needed():
    with pytest.raises(TooShort):
        only_sensor(moving(np.broadcast_to(np.eye(3), (6, 3, 3)).copy(), np.zeros((6, 3))))
