"""Windows are true pieces of legs, drawn as often as asked; faults change what they should."""

import numpy as np
import pytest
import torch

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import TooShort
from kinefuse.networks.legs import body_signals, own_truth
from kinefuse.networks.limbs import mirror_rotations
from kinefuse.training.leg_faults import (
    own_known,
    random_turns,
    sliding_turns,
    some_missing,
    turned_sensors,
)
from kinefuse.training.leg_windows import LegWindowCache
from kinefuse.training.wearings import Wearing, WornBody, estimated
from toy import puppet_trial, sensor
from worn_legs import reckoned

SHARES = {"aligned": 0.25, "as worn": 0.75}


def body(person, condition, seconds=3.0, segments=SEGMENTS):
    wearing = Wearing(person=person, trial="walk", condition=condition, seed=0, segments=segments)
    return estimated(puppet_trial(person, seconds=seconds), wearing, 100.0, reckoned)


@pytest.fixture(scope="module")
def bodies():
    return [
        body("p1", "aligned"),
        body("p1", "as worn", seconds=12.0),
        body("p2", "as worn"),
        body("p2", "as worn", segments=("pelvis", "thigh_r", "shank_r")),
    ]


def draw(bodies, batch=400, window=50, seed=0):
    return LegWindowCache(bodies, SHARES).draw(batch, window, np.random.default_rng(seed))


def test_every_window_is_a_stretch_of_one_leg(bodies):
    windows = draw(bodies, batch=12)
    legs = [(b.signals.seen_from(s), own_truth(b.truth_rad, s)) for b in bodies for s in "rl"]
    for i in range(12):
        vectors, truth = windows.signals.vectors[i], windows.truth_rad[i]
        found = [
            (seen, at)
            for seen, leg_truth in legs
            for at in range(len(leg_truth) - 49)
            if np.allclose(leg_truth[at : at + 50], truth, atol=1e-6)
            and np.allclose(seen.vectors[at : at + 50], vectors, atol=1e-4)
        ]
        assert len(found) == 1
        seen, at = found[0]
        np.testing.assert_array_equal(windows.signals.worn[i], seen.worn)
        np.testing.assert_allclose(
            windows.signals.angles_rad[i], seen.angles_rad[at : at + 50], atol=1e-6
        )
    assert windows.counts.all()


def test_conditions_and_people_are_as_frequent_as_asked(bodies):
    windows = draw(bodies, batch=4000, window=20)
    assert windows.signals.glued.mean() == pytest.approx(0.25, abs=0.03)
    partly = ~windows.signals.worn.all(axis=1)
    assert partly.mean() == pytest.approx(0.75 / 2 / 2, abs=0.03)


def test_a_short_trial_repeats_its_end_which_does_not_count(bodies):
    windows = draw(bodies[:1], batch=5, window=350)
    assert windows.counts[:, :300].all()
    assert not windows.counts[:, 300:].any()
    assert (windows.signals.vectors[:, 300:] == windows.signals.vectors[:, 299:300]).all()


def test_unknown_truth_does_not_count(bodies):
    truth = bodies[0].truth_rad.copy()
    truth[:, 1] = np.nan
    gone = WornBody(
        wearing=bodies[0].wearing, source="", signals=bodies[0].signals, truth_rad=truth
    )
    windows = draw([gone], batch=50)
    of_right = ~windows.counts[:, 0, 1]
    assert 10 < of_right.sum() < 40
    assert windows.counts[~of_right].all()
    assert np.isfinite(windows.truth_rad).all()


def test_nothing_to_learn_from_is_said():
    with pytest.raises(TooShort, match="the training set"):
        LegWindowCache([], SHARES)


def test_scales_are_those_of_both_legs(bodies):
    scales = LegWindowCache(bodies, SHARES).scales()
    right, left = (
        np.concatenate([b.signals.seen_from(s).vectors for b in bodies[:3]]) for s in "rl"
    )
    both = np.concatenate([right, left])
    np.testing.assert_allclose(scales.vectors_mean, both.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(scales.vectors_spread, both.std(axis=0), rtol=1e-3, atol=1e-6)
    error = np.concatenate(
        [
            b.signals.seen_from(s).angles_rad[:, :3] - own_truth(b.truth_rad, s)
            for b in bodies[:3]
            for s in "rl"
        ]
    )
    np.testing.assert_allclose(scales.error_rad, np.sqrt((error**2).mean(axis=0)), rtol=1e-3)


def test_where_nobody_wears_everything_scales_are_those_of_what_is_worn():
    """One leg only: its own numbers; nothing of the other, whose sensors are zeros."""
    one_leg = body("p1", "as worn", segments=("pelvis", "thigh_r", "shank_r"))
    scales = LegWindowCache([one_leg], SHARES).scales()
    right, left = (one_leg.signals.seen_from(s).vectors for s in "rl")
    thigh, foot = SEGMENTS.index("thigh_r"), SEGMENTS.index("foot_r")
    np.testing.assert_allclose(scales.vectors_mean[thigh], right[:, thigh].mean(axis=0), atol=1e-3)
    pelvis = np.concatenate([right, left])[:, 0]
    np.testing.assert_allclose(scales.vectors_spread[0], pelvis.std(axis=0), rtol=1e-3, atol=1e-6)
    assert (scales.vectors_mean[foot] == 0).all()
    assert (scales.vectors_spread[foot] == 1).all()
    hip, knee, ankle = scales.error_rad
    np.testing.assert_allclose(ankle, np.sqrt(np.mean([hip**2, knee**2])))


@pytest.mark.parametrize("side", ["r", "l"])
def test_turning_the_sensors_of_a_window_is_what_turning_them_on_the_body_would_do(side):
    trial = puppet_trial(seconds=2)
    turns = np.random.default_rng(0).normal(0, 0.2, (7, 3))
    seen = body_signals(trial.imus, trial.poses.R_world_segment, trial.angles).seen_from(side)
    vectors, angles = turned_sensors(
        torch.from_numpy(seen.vectors)[None],
        torch.from_numpy(seen.angles_rad)[None],
        torch.from_numpy(turns)[None, None],
        100.0,
    )
    order = SEGMENTS if side == "r" else (SEGMENTS[0], *SEGMENTS[4:], *SEGMENTS[1:4])
    E = {
        s: so3.exp(turns[i]) if side == "r" else mirror_rotations(so3.exp(turns[i]))
        for i, s in enumerate(order)
    }
    R = {s: R @ E[s] for s, R in trial.poses.R_world_segment.items()}
    sensors = {s: imu.turned(E[s].T) for s, imu in trial.imus.sensors.items()}
    session = type(trial.imus)(name="turned", sensors=sensors)
    poses = type(trial.poses)(rate_hz=100.0, R_world_segment=R, origin_m=dict(trial.poses.origin_m))
    expected = body_signals(session, R, poses.joint_angles()).seen_from(side)
    np.testing.assert_allclose(vectors[0].numpy(), expected.vectors, atol=1e-9)
    np.testing.assert_allclose(angles[0].numpy(), expected.angles_rad, atol=1e-9)


def test_sliding_sensors_feel_their_own_turning():
    """A sensor that slides feels what one would that was carried along the slid attitudes."""
    trial = puppet_trial(seconds=2, rate_hz=400.0)
    body = body_signals(trial.imus, trial.poses.R_world_segment, trial.angles)
    wave = 0.1 * np.sin(2 * np.pi * np.arange(800) / 400)
    turns = np.zeros((800, 7, 3))
    turns[:, 2] = wave[:, None] * [1.0, -0.5, 2.0]
    vectors, angles = turned_sensors(
        *(torch.from_numpy(part)[None] for part in (body.vectors, body.angles_rad, turns)), 400.0
    )
    R_slid = trial.poses.R_world_segment["shank_r"] @ so3.exp(turns[:, 2])
    carried = sensor("shank_r", R_slid, trial.poses.origin_m["shank_r"], 400.0)
    np.testing.assert_allclose(vectors[0, 2:-2, 2, 1].numpy(), carried.gyr_rad_s[2:-2], atol=0.01)
    R_thigh = trial.poses.R_world_segment["thigh_r"]
    knee = angles_of_rotation(so3.transpose(R_thigh) @ R_slid, JOINTS["knee_r"])
    np.testing.assert_allclose(angles[0, :, 1].numpy(), knee, atol=1e-9)


def test_sensors_slide_with_their_own_joints_and_as_far_as_asked():
    angles = torch.zeros(2000, 50, 6, 3)
    angles[:, :, 1, 0] = torch.sin(torch.arange(50.0) / 5) + 0.7  # the own knee alone bends
    movable = torch.arange(2000) % 2 == 0
    turns = sliding_turns(movable, angles, 0.08, generator())
    assert turns.mean(dim=1).abs().max() < 1e-5
    assert not turns[~movable].any()
    bent = angles[0, :, 1, 0].std()
    spread = turns[movable].std(dim=1).square().mean(dim=0).sqrt() / bent
    expected = np.array([0, 0.08, 0.032, 0, 0, 0, 0])
    np.testing.assert_allclose(spread.numpy(), np.tile(expected[:, None], 3), rtol=0.1)


def generator():
    return torch.Generator().manual_seed(0)


def test_turns_have_the_size_asked_for_and_spare_glued_sensors():
    movable = torch.arange(400) % 2 == 0
    turns = random_turns(movable, 3.0, generator())
    assert np.rad2deg(turns[movable].std().item()) == pytest.approx(3.0, rel=0.05)
    assert not turns[~movable].any()


def test_sensors_go_missing_as_often_as_asked_but_never_the_last_joint():
    worn = torch.ones(4000, 7, dtype=torch.bool)
    left = some_missing(worn, 0.5, 0.3, generator())
    assert own_known(left).any(dim=1).all()
    # of what is hit, 8 % happen to keep all sensors, and 22 % would lose the last joint
    assert (~left).any(dim=1).float().mean() == pytest.approx(0.5 * 0.70, abs=0.03)
    only_knee = torch.tensor([[False, True, True, False, False, False, False]] * 50)
    assert torch.equal(some_missing(only_knee, 1.0, 0.9, generator()), only_knee)
    assert torch.equal(some_missing(worn, 0.0, 0.9, generator()), worn)


def test_own_joints_need_both_sensors():
    worn = torch.tensor([[True, True, False, True, True, True, True]])
    assert own_known(worn).tolist() == [[True, False, False]]
