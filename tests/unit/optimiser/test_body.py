"""The whole estimate: what it must get right, what must not matter, and what it must admit."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.alignment import in_segment_axes
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.errors import MissingSensor
from kinefuse.metrics import rmse_mean_removed
from kinefuse.optimiser import estimate_attitudes, estimate_body, fitted
from kinefuse.optimiser.trust import TERMS
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SensorModel, degrade

NOISY = SensorModel(gyr_bias_deg_s=0.5, gyr_noise_deg_s_rthz=0.01, acc_noise_ug_rthz=300.0)


@pytest.fixture(scope="module")
def walker():
    """Twenty seconds of walking, and what noisy, biased sensors make of it."""
    person = simulate_person("walking", np.random.default_rng([41, 1]), seconds=20.0, rate_hz=200.0)
    trial = resampled_trial(person, 100.0)
    return trial, degrade(trial.imus, NOISY, np.random.default_rng(9))


@pytest.fixture(scope="module")
def body(walker):
    return estimate_body(walker[1], "walking")


def only(session, *segments):
    return replace(session, sensors={s: session.sensors[s] for s in segments})


def apart_deg(one, other, joints=tuple(JOINTS)):
    return max(
        np.rad2deg(np.abs(one.angles.angles_rad[j] - other.angles.angles_rad[j]).max())
        for j in joints
    )


def test_it_converges_and_follows_every_joint(walker, body):
    trial, _ = walker
    assert body.converged
    for name, truth in trial.angles.angles_rad.items():
        error_deg = np.rad2deg(rmse_mean_removed(body.angles.angles_rad[name], truth))
        assert error_deg[0] < 1.0
        assert (error_deg < 4.0).all()  # a hip's heading is the least known


def test_biases_are_found_within_their_stated_uncertainty(walker, body):
    trial, noisy = walker
    for segment, imu in noisy.sensors.items():
        true = (imu.gyr_rad_s - trial.imus[segment].gyr_rad_s).mean(axis=0)
        error = body.gyr_bias_rad_s[segment].mean(axis=0) - true
        sd = body.gyr_bias_sd_rad_s[segment].mean(axis=0)
        assert (np.abs(error) < 4 * sd).all()
        assert np.rad2deg(np.linalg.norm(error)) < 0.5


def test_the_relative_attitude_holds_still_where_dead_reckoning_drifts(walker, body):
    trial, _ = walker
    for joint in JOINTS.values():
        true, found = (
            so3.transpose(R[joint.proximal]) @ R[joint.distal]
            for R in (trial.poses.R_world_segment, body.R_world_segment)
        )
        error = so3.log(found @ so3.transpose(true))
        ends = [np.rad2deg(part.mean(axis=0)) for part in (error[200:600], error[-600:-200])]
        # Two biases of 0.5 deg/s would be 17 deg; the hip's heading is the least known.
        assert np.linalg.norm(ends[1] - ends[0]) < (5.0 if joint.kind == "hip" else 1.5)


def test_any_mounting_gives_the_same_body(walker, body):
    _, noisy = walker
    rng = np.random.default_rng(5)
    mounting = {s: so3.exp(rng.uniform(-np.pi, np.pi, 3)) for s in noisy.sensors}
    mounted = replace(
        noisy, sensors={s: imu.turned(mounting[s].T) for s, imu in noisy.sensors.items()}
    )
    known = {
        s: SegmentAlignment(
            segment=s, R_segment_sensor=R, method="known", tilt_sd_deg=3.0, heading_sd_deg=6.0
        )
        for s, R in mounting.items()
    }
    again = estimate_body(in_segment_axes(mounted, known), "walking")
    assert apart_deg(body, again) < 1e-6


def test_the_order_of_sensors_does_not_matter(walker, body):
    _, noisy = walker
    backwards = replace(noisy, sensors=dict(reversed(noisy.sensors.items())))
    assert apart_deg(body, estimate_body(backwards, "walking")) < 1e-9


def test_time_may_run_backwards(walker, body):
    """Turns change their sign and forces do not; the film shows the same body."""
    _, noisy = walker
    reverse = replace(
        noisy,
        sensors={
            s: replace(imu, acc_m_s2=imu.acc_m_s2[::-1].copy(), gyr_rad_s=-imu.gyr_rad_s[::-1])
            for s, imu in noisy.sensors.items()
        },
    )
    again = estimate_body(reverse, "walking")
    for name, angles in again.angles.angles_rad.items():
        difference = np.rad2deg(angles[::-1] - body.angles.angles_rad[name])
        assert np.sqrt(np.mean(difference**2)) < 0.5


def test_a_left_leg_is_the_mirror_of_a_right_one(walker, body):
    _, noisy = walker
    mirror = np.array([1.0, 1.0, -1.0])
    other = {"r": "l", "l": "r"}
    sensors = {}
    for segment, imu in noisy.sensors.items():
        stem, _, side = segment.partition("_")
        name = f"{stem}_{other[side]}" if side else stem
        sensors[name] = replace(
            imu, segment=name, acc_m_s2=imu.acc_m_s2 * mirror, gyr_rad_s=-imu.gyr_rad_s * mirror
        )
    mirrored = estimate_body(ImuSession(name="mirror", sensors=sensors), "walking")
    for name, joint in JOINTS.items():
        seen = mirrored.angles.angles_rad[f"{joint.kind}_{other[joint.side]}"]
        assert np.rad2deg(np.abs(seen - body.angles.angles_rad[name]).max()) < 0.05


def test_missing_sensors_cost_certainty_not_correctness(walker, body):
    trial, noisy = walker
    alone = estimate_body(only(noisy, "thigh_r", "shank_r"), "walking")
    assert set(alone.angles.angles_rad) == {"knee_r"}
    error = rmse_mean_removed(alone.angles.angles_rad["knee_r"], trial.angles.angles_rad["knee_r"])
    assert np.rad2deg(error[0]) < 1.0
    assert (
        alone.angles_sd_rad["knee_r"].mean(axis=0) >= body.angles_sd_rad["knee_r"].mean(axis=0)
    ).all()


def test_one_sensor_has_attitudes_and_no_joint(walker):
    _, noisy = walker
    lone = only(noisy, "thigh_r")
    with pytest.raises(MissingSensor):
        estimate_body(lone, "walking")
    R = estimate_attitudes(lone)["thigh_r"]
    up = walker[0].poses.R_world_segment["thigh_r"][:, 1]
    tilt_deg = np.rad2deg(np.arccos(np.clip(np.sum(R[:, 1] * up, axis=1), -1, 1)))
    assert np.sqrt(np.mean(tilt_deg**2)) < 1.5


@pytest.mark.parametrize("samples", [3, 20, 99, 101, 150, 777])
def test_any_length_is_answered(walker, samples):
    _, noisy = walker
    short = replace(
        noisy,
        sensors={
            s: replace(imu, acc_m_s2=imu.acc_m_s2[:samples], gyr_rad_s=imu.gyr_rad_s[:samples])
            for s, imu in noisy.sensors.items()
        },
    )
    found = estimate_body(short, "walking")
    for name, angles in found.angles.angles_rad.items():
        assert angles.shape == (samples, 3)
        assert np.isfinite(angles).all()
        assert (found.angles_sd_rad[name] > 0).all()


@pytest.mark.parametrize("term", TERMS)
def test_every_witness_can_be_switched_off(walker, body, term):
    _, noisy = walker
    trust = replace(fitted("walking"), off=frozenset({term}))
    without = estimate_body(noisy, "walking", trust=trust)
    assert term not in without.terms
    assert np.isfinite(without.angles.angles_rad["knee_r"]).all()
    silent = {"network", "rest", "range of motion"}  # nothing said it, or nothing was broken
    assert (apart_deg(without, body) > 1e-3) == (term not in silent)


def test_less_sure_of_the_alignment_is_less_sure_of_the_angles(walker, body):
    _, noisy = walker
    loose = replace(fitted("walking"), alignment_sd_deg=(6.0, 12.0, 6.0))
    found = estimate_body(noisy, "walking", trust=loose)
    for name in JOINTS:
        assert (found.angles_sd_rad[name] > body.angles_sd_rad[name]).all()


def test_a_person_who_only_stands_is_not_given_the_posture_of_gait():
    trial = simulate_person(
        "walking", np.random.default_rng(3), seconds=14.0, rate_hz=100.0, standing_s=15.0
    )
    found = estimate_body(trial.imus, "walking")
    assert "posture" not in found.terms
    for name, truth in trial.angles.angles_rad.items():
        error = np.rad2deg(found.angles.angles_rad[name] - truth).mean(axis=0)
        assert abs(error[0]) < 2.0  # flexion: gravity alone tells it
