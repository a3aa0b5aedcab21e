"""Each way in which a sensor is not ideal, alone and together."""

from dataclasses import fields, replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.errors import UnknownChoice
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.simulation.sensor_models import SENSOR_MODELS, SensorModel, degrade, sensor_model
from kinefuse.simulation.soft_tissue import FLESH, _shift_m, wobble

RATE_HZ = 200.0
G = 9.80665


def recording(segment="thigh_r", seconds=60.0, seed=0):
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    swing = np.stack([3 * np.sin(6 * t), G + 5 * np.cos(12 * t), np.sin(18 * t)], axis=-1)
    turn = np.random.default_rng(seed).normal(size=3) * np.sin(6 * t)[:, None]
    return ImuRecording(segment=segment, rate_hz=RATE_HZ, acc_m_s2=swing, gyr_rad_s=turn)


def session(*segments):
    return ImuSession(name="s", sensors={s: recording(s, seed=i) for i, s in enumerate(segments)})


def degraded(seed=0, seconds=60.0, **faults):
    clean = ImuSession(name="s", sensors={"thigh_r": recording(seconds=seconds)})
    rough = degrade(clean, SensorModel(**faults), np.random.default_rng(seed))
    return clean["thigh_r"], rough["thigh_r"]


def test_ideal_changes_nothing():
    clean, same = degraded()
    np.testing.assert_array_equal(same.acc_m_s2, clean.acc_m_s2)
    np.testing.assert_array_equal(same.gyr_rad_s, clean.gyr_rad_s)


@pytest.mark.parametrize("name", SENSOR_MODELS)
def test_one_seed_gives_one_result_and_input_is_kept(name):
    before = session("thigh_r", "foot_l")
    kept = before["foot_l"].acc_m_s2.copy()
    first, second, other = (
        degrade(before, SENSOR_MODELS[name], np.random.default_rng(seed))["foot_l"].acc_m_s2
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(before["foot_l"].acc_m_s2, kept)
    assert (name == "ideal") == np.array_equal(first, other)


def test_misalignment_is_one_rotation_of_the_stated_size_for_both_instruments():
    turns = []
    for seed in range(300):
        clean, askew = degraded(seed, 0.5, misalignment_deg=8.0)
        both = [np.vstack([imu.acc_m_s2[:50], imu.gyr_rad_s[:50]]) for imu in (clean, askew)]
        R = so3.nearest(both[1].T @ both[0])
        np.testing.assert_allclose(both[1], both[0] @ R.T, atol=1e-9)
        turns.append(np.rad2deg(so3.log(R)))
    assert np.std(turns) == pytest.approx(8.0, rel=0.1)


def test_biases_are_constant_and_of_the_stated_size():
    acc, gyr = [], []
    for seed in range(300):
        clean, biased = degraded(seed, 0.5, acc_bias_m_s2=0.2, gyr_bias_deg_s=0.5)
        error = biased.acc_m_s2 - clean.acc_m_s2
        np.testing.assert_allclose(error, np.broadcast_to(error[0], error.shape), atol=1e-12)
        acc.append(error[0])
        gyr.append(np.rad2deg((biased.gyr_rad_s - clean.gyr_rad_s)[0]))
    assert np.std(acc) == pytest.approx(0.2, rel=0.1)
    assert np.std(gyr) == pytest.approx(0.5, rel=0.1)


def test_noise_has_the_stated_density_over_half_the_rate():
    clean, noisy = degraded(acc_noise_ug_rthz=300.0, gyr_noise_deg_s_rthz=0.01)
    acc, gyr = noisy.acc_m_s2 - clean.acc_m_s2, np.rad2deg(noisy.gyr_rad_s - clean.gyr_rad_s)
    assert np.std(acc) == pytest.approx(300e-6 * G * 10, rel=0.02)  # 10 is the root of 100 Hz
    assert np.std(gyr) == pytest.approx(0.01 * 10, rel=0.02)
    assert abs(np.corrcoef(acc[1:, 0], acc[:-1, 0])[0, 1]) < 0.03  # white


def test_range_clips_and_bits_round():
    _, clipped = degraded(acc_range_g=1.2, gyr_range_deg_s=20.0)
    assert clipped.acc_m_s2.max() == pytest.approx(1.2 * G)
    assert np.abs(clipped.gyr_rad_s).max() <= np.deg2rad(20.0)
    clean, coarse = degraded(acc_range_g=2.0, gyr_range_deg_s=250.0, bits=8)
    step = 2 * 2.0 * G / 2**8
    np.testing.assert_allclose(coarse.acc_m_s2 / step, np.round(coarse.acc_m_s2 / step), atol=1e-9)
    assert np.abs(coarse.acc_m_s2 - clean.acc_m_s2).max() <= step / 2 + 1e-12


def test_changing_one_fault_leaves_the_others_as_they_were():
    clean, biased = degraded(7, acc_bias_m_s2=0.2)
    _, both = degraded(7, acc_bias_m_s2=0.2, acc_noise_ug_rthz=100.0)
    shift = (biased.acc_m_s2 - clean.acc_m_s2)[0]
    np.testing.assert_allclose((both.acc_m_s2 - clean.acc_m_s2).mean(axis=0), shift, atol=1e-3)


def test_sensors_of_one_session_err_independently():
    out = degrade(session("thigh_r", "shank_r"), SensorModel(acc_bias_m_s2=1.0), _rng())
    clean = session("thigh_r", "shank_r")
    errors = [(out[s].acc_m_s2 - clean[s].acc_m_s2)[0] for s in ("thigh_r", "shank_r")]
    assert np.abs(errors[0] - errors[1]).min() > 1e-3


def test_a_slow_push_is_felt_through_flesh_unchanged_and_only_tilted():
    """Far below resonance the spring follows: the tilt is the static shift of g / w^2 a g."""
    t = np.arange(4000) / RATE_HZ
    push = 0.1 * np.sin(2 * np.pi * 0.25 * t)
    acc = np.stack([push, G + 0 * t, 0 * t], axis=-1)
    clean = ImuRecording(segment="thigh_r", rate_hz=RATE_HZ, acc_m_s2=acc, gyr_rad_s=0 * acc)
    soft = wobble(clean, 1.0)
    flesh = FLESH["thigh"]
    shift_mm = -1e3 * push / (2 * np.pi * flesh.frequency_hz) ** 2  # lags behind the bone
    turned = np.rad2deg(np.cumsum(soft.gyr_rad_s, axis=0) / RATE_HZ)
    # Shifted backwards on the outside of the right thigh: turns inwards about the long axis.
    np.testing.assert_allclose(turned[:, 1], flesh.tilt_deg_per_mm * shift_mm, atol=1.5e-3)
    np.testing.assert_allclose(soft.acc_m_s2, acc, atol=3e-3)


def test_flesh_rings_at_its_own_frequency_and_dies_out():
    acc = np.tile([0.0, G, 0.0], (1200, 1))
    acc[400, 0] += 200.0  # a knock of one sample
    still = np.zeros_like(acc)
    clean = ImuRecording(segment="thigh_r", rate_hz=RATE_HZ, acc_m_s2=acc, gyr_rad_s=still)
    ringing = wobble(clean, 1.0).gyr_rad_s[404:, 1]
    crossings = np.flatnonzero(np.diff(np.sign(ringing[:60])))
    half_period = np.mean(np.diff(crossings)) / RATE_HZ
    damped_hz = FLESH["thigh"].frequency_hz * np.sqrt(1 - FLESH["thigh"].damping ** 2)
    assert 1 / (2 * half_period) == pytest.approx(damped_hz, rel=0.05)
    assert np.abs(ringing[200:]).max() < 1e-3 * np.abs(ringing).max()


def test_thigh_is_worst_foot_is_rigid_and_sides_mirror():
    shaken = {s: wobble(recording(s), 1.0) for s in ("thigh_r", "thigh_l", "shank_r", "foot_r")}
    extra = {s: np.std(imu.gyr_rad_s - recording(s).gyr_rad_s) for s, imu in shaken.items()}
    assert extra["thigh_r"] > 2 * extra["shank_r"] > extra["foot_r"] == 0
    right, left = (shaken[s].gyr_rad_s - recording(s).gyr_rad_s for s in ("thigh_r", "thigh_l"))
    assert np.corrcoef(right[:, 1], left[:, 1])[0, 1] < -0.9  # about the long axis: opposite


def test_softer_flesh_moves_more():
    clean = recording()
    firm, soft = (np.std(wobble(clean, a).gyr_rad_s - clean.gyr_rad_s) for a in (0.5, 1.0))
    assert soft == pytest.approx(2 * firm, rel=0.1)


def test_unknown_models_list_the_known_ones():
    with pytest.raises(UnknownChoice, match="ideal, research, consumer"):
        sensor_model("magic")


def test_worse_sensors_are_worse_in_every_field():
    research, consumer = SENSOR_MODELS["research"], SENSOR_MODELS["consumer"]
    for field in fields(SensorModel):
        if field.name not in ("bits", "acc_range_g", "gyr_range_deg_s"):
            assert getattr(consumer, field.name) >= getattr(research, field.name)
    assert replace(consumer) == consumer


def _rng():
    return np.random.default_rng(3)


def test_what_a_wobbling_sensor_feels_is_one_motion():
    """Its gyroscope leads back to the bone, and its force adds up to no velocity, for minutes."""
    clean = recording(seconds=60.0)
    bone = replace(clean, gyr_rad_s=4 * clean.gyr_rad_s, acc_m_s2=3 * clean.acc_m_s2)
    soft = wobble(bone, 1.0)
    R_bone, R_sensor = (dead_reckoning(imu.gyr_rad_s, RATE_HZ) for imu in (bone, soft))
    tilt = so3.log(so3.transpose(R_bone[2000:]) @ R_sensor[2000:])
    assert np.rad2deg(np.std(tilt, axis=0)).max() > 1  # it does tilt
    halves = [np.rad2deg(half.mean(axis=0)) for half in np.array_split(tilt, 2)]
    np.testing.assert_allclose(*halves, atol=0.3)
    R_start_tilted = so3.mean(R_bone @ so3.transpose(R_sensor))  # which way it leant at first
    force = [
        np.einsum("tij,tj->ti", R, imu.acc_m_s2)
        for R, imu in ((R_bone, bone), (R_start_tilted @ R_sensor, soft))
    ]
    path_m = np.einsum("tij,tj->ti", R_bone, _shift_m(bone.acc_m_s2, FLESH["thigh"], RATE_HZ))
    moved = np.gradient(np.gradient(path_m, axis=0), axis=0) * RATE_HZ**2
    unlike = (force[1] - force[0] - moved)[400:-400]
    assert np.std(unlike) < 0.1 * np.std(moved)
    assert np.abs(np.mean(unlike, axis=0)).max() < 0.1
