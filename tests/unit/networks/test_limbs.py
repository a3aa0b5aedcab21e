"""A left leg in the mirror must be a right leg to every law of motion."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.errors import MissingSensor, UnknownChoice
from kinefuse.networks.features import FEATURES, SIGNALS, features, standardisation
from kinefuse.networks.limbs import (
    as_right_leg,
    mirror_rotations,
    pair_signals,
    right_joint,
    sensor_gyroscopes,
)
from kinefuse.recordings import ImuSession
from toy import puppet_trial, sensor

MIRROR = np.diag([1.0, 1.0, -1.0])


@pytest.fixture(scope="module")
def trial():
    return puppet_trial(turning_deg_s=10)


@pytest.mark.parametrize("kind", JOINT_KINDS)
def test_mirrored_attitudes_of_a_left_leg_give_its_own_clinical_angles(trial, kind):
    left = JOINTS[f"{kind}_l"]
    R = [as_right_leg(trial.poses.R_world_segment[s], "l") for s in (left.proximal, left.distal)]
    angles = angles_of_rotation(joint_rotation(*R), right_joint(kind))
    np.testing.assert_allclose(angles, trial.angles.angles_rad[left.name], atol=1e-9)


def test_a_mirrored_sensor_feels_what_a_sensor_on_the_mirrored_leg_would(trial):
    poses = trial.poses
    mirrored = sensor(
        "shank_r",
        MIRROR @ poses.R_world_segment["shank_l"] @ MIRROR,
        poses.origin_m["shank_l"] @ MIRROR,
        poses.rate_hz,
    )
    pair = pair_signals(trial.imus, "ankle_l")
    np.testing.assert_allclose(pair[:, :3], mirrored.acc_m_s2, atol=1e-9)
    np.testing.assert_allclose(pair[:, 3:6], mirrored.gyr_rad_s, atol=1e-9)


def test_a_right_pair_is_the_proximal_sensor_then_the_distal_one(trial):
    pair, (above, below) = pair_signals(trial.imus, "knee_r"), (trial.imus["thigh_r"],) * 2
    below = trial.imus["shank_r"]
    np.testing.assert_array_equal(pair[:, :3], above.acc_m_s2)
    np.testing.assert_array_equal(pair[:, 9:], below.gyr_rad_s)
    first, second = sensor_gyroscopes(pair)
    np.testing.assert_array_equal(first, above.gyr_rad_s)
    np.testing.assert_array_equal(second, below.gyr_rad_s)


def test_mirroring_is_done_on_a_copy(trial):
    before = trial.imus["thigh_l"].acc_m_s2.copy()
    pair_signals(trial.imus, "knee_l")
    np.testing.assert_array_equal(trial.imus["thigh_l"].acc_m_s2, before)


def test_two_mirrors_are_none_and_keep_rotations_proper(trial):
    R = trial.poses.R_world_segment["foot_l"]
    np.testing.assert_allclose(mirror_rotations(mirror_rotations(R)), R)
    np.testing.assert_allclose(np.linalg.det(mirror_rotations(R)), 1)
    np.testing.assert_allclose(so3.heading(mirror_rotations(R)), -so3.heading(R), atol=1e-12)


def test_a_missing_sensor_or_joint_is_named(trial):
    only = ImuSession(name="two", sensors={"pelvis": trial.imus["pelvis"]})
    with pytest.raises(MissingSensor, match="thigh_r"):
        pair_signals(only, "hip_r")
    with pytest.raises(UnknownChoice, match="elbow"):
        pair_signals(trial.imus, "elbow_r")


def test_features_are_the_vectors_and_their_lengths_by_name(trial):
    pair = pair_signals(trial.imus, "knee_r")
    table = dict(zip(FEATURES, features(pair).T, strict=True))
    for i, name in enumerate(SIGNALS):
        np.testing.assert_array_equal(table[name], pair[:, i])
    np.testing.assert_allclose(
        table["distal_gyr_norm"], np.linalg.norm(trial.imus["shank_r"].gyr_rad_s, axis=1)
    )


def test_standardised_samples_have_mean_zero_and_spread_one_and_constants_become_zero():
    samples = np.random.default_rng(0).normal(3, [1, 5, 0], (500, 3))
    scale = standardisation(samples)
    standard = (samples - scale.mean) / scale.spread
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(standard.std(axis=0), [1, 1, 0], atol=1e-12)
