"""A leg is seen as a right leg and its company: nothing is lost, swapped or wrongly turned."""

import numpy as np
import pytest

from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.networks.legs import (
    OWN,
    PAIRS,
    BodySignals,
    body_signals,
    own_joints,
    own_truth,
)
from kinefuse.networks.limbs import mirror_rotations, pair_signals
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles
from toy import puppet_trial, sensor


@pytest.fixture(scope="module")
def trial():
    return puppet_trial(seconds=3)


@pytest.fixture(scope="module")
def body(trial):
    return body_signals(trial.imus, trial.poses.R_world_segment, trial.angles)


def mirrored_trial(trial):
    """The same movement by somebody whose left is right: poses reflected, sensors felt anew."""
    across = {s: s[:-1] + {"r": "l", "l": "r"}[s[-1]] if s != "pelvis" else s for s in SEGMENTS}
    R = {across[s]: mirror_rotations(R) for s, R in trial.poses.R_world_segment.items()}
    mirror = np.array([1.0, 1.0, -1.0])
    origin = {across[s]: p * mirror for s, p in trial.poses.origin_m.items()}
    sensors = {s: sensor(s, R[s], origin[s], trial.imus.rate_hz) for s in SEGMENTS}
    angles = {j[:-1] + {"r": "l", "l": "r"}[j[-1]]: a for j, a in trial.angles.angles_rad.items()}
    session = ImuSession(name="mirrored", sensors={s: sensors[s] for s in SEGMENTS})
    return session, R, JointAngles(rate_hz=trial.imus.rate_hz, angles_rad=angles)


def test_a_right_leg_is_seen_as_it_is(body):
    assert body.seen_from("r") is body


def test_a_left_leg_is_what_the_same_walk_in_a_mirror_shows_of_the_right_leg(trial, body):
    session, R, angles = mirrored_trial(trial)
    in_mirror = body_signals(session, R, angles)
    seen = body.seen_from("l")
    np.testing.assert_allclose(seen.vectors, in_mirror.vectors, atol=1e-9)
    np.testing.assert_allclose(seen.angles_rad, in_mirror.angles_rad, atol=1e-12)


def test_twice_in_the_mirror_is_nothing(body):
    again = body.seen_from("l").seen_from("l")
    np.testing.assert_array_equal(again.vectors, body.vectors)
    np.testing.assert_array_equal(again.angles_rad, body.angles_rad)


def test_own_sensors_are_those_that_the_pair_networks_see(trial, body):
    pair = pair_signals(trial.imus, "knee_l")
    seen = body.seen_from("l").vectors[:, 1:3, :2].reshape(len(pair), 12)
    np.testing.assert_allclose(seen, pair)


def test_up_is_where_a_still_sensor_feels_its_support(trial):
    R = np.broadcast_to(trial.poses.R_world_segment["foot_r"][7], (20, 3, 3)).copy()
    still = ImuRecording(
        segment="foot_r",
        rate_hz=100.0,
        acc_m_s2=np.einsum("tji,j->ti", R, [0, 9.80665, 0]),
        gyr_rad_s=np.zeros((20, 3)),
    )
    body = body_signals(ImuSession(name="still", sensors={"foot_r": still}), {"foot_r": R}, None)
    felt, _, up = np.moveaxis(body.vectors[:, 3], 1, 0)
    np.testing.assert_allclose(up * 9.80665, felt, atol=1e-12)


def test_what_is_not_worn_is_zero_and_said(trial):
    kept = {s: trial.imus[s] for s in ("pelvis", "thigh_l", "shank_l", "foot_r")}
    angles = JointAngles(
        rate_hz=100.0,
        angles_rad={j: trial.angles.angles_rad[j] for j in ("hip_l", "knee_l")},
    )
    body = body_signals(ImuSession(name="part", sensors=kept), trial.poses.R_world_segment, angles)
    assert not body.vectors[:, SEGMENTS.index("thigh_r")].any()
    assert not body.angles_rad[:, :OWN].any()
    assert body.known.tolist() == [False, False, False, True, True, False]
    seen = body.seen_from("l")
    assert seen.worn.tolist() == [True, True, True, False, False, False, True]
    assert seen.known[:OWN].tolist() == [True, True, False]


def test_places_of_joints_are_those_of_anatomy():
    for (proximal, distal), joint in zip(PAIRS, JOINTS.values(), strict=True):
        assert (SEGMENTS[proximal], SEGMENTS[distal]) == (joint.proximal, joint.distal)


@pytest.mark.parametrize("side", ["r", "l"])
def test_the_truth_of_a_leg_is_its_own(trial, side):
    truth = np.stack([trial.angles.angles_rad[j] for j in JOINTS], axis=1)
    for i, joint in enumerate(own_joints(side)):
        assert joint.endswith(f"_{side}")
        np.testing.assert_array_equal(own_truth(truth, side)[:, i], trial.angles.angles_rad[joint])


def test_batches_keep_their_own_sensors(body):
    worn = np.array([[True] * 7, [True, True, True, True, False, False, False]])
    batch = BodySignals(
        vectors=np.stack([body.vectors] * 2),
        angles_rad=np.stack([body.angles_rad] * 2),
        worn=worn,
        glued=np.zeros((2, 1), dtype=bool),
    ).seen_from("l")
    assert batch.worn[1].tolist() == [True, False, False, False, True, True, True]
    np.testing.assert_array_equal(batch.vectors[0], body.seen_from("l").vectors)
