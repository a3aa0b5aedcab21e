"""The body that is drawn stands, bends and walks as people do."""

import numpy as np
import pytest

from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import JointAngles
from kinefuse.simulation.body import Body
from kinefuse.simulation.chain import pose
from kinefuse.viewer.body_motion import from_angles, from_attitudes
from kinefuse.viewer.posture import posture, travelled_m

BODY = Body(height_m=1.80)


def bent(**flexion_deg):
    """Standing but for these flexions, for three samples."""
    angles = {name: np.zeros((3, 3)) for name in JOINTS}
    for name, degrees in flexion_deg.items():
        angles[name][:, 0] = np.deg2rad(degrees)
    return JointAngles(rate_hz=100.0, angles_rad=angles)


def points(angles):
    return posture(from_angles(angles).R_world_segment, BODY)


def test_standing_is_upright_with_the_right_leg_on_the_right():
    found = points(bent())
    hip, knee, ankle = (found.joints_m[f"{j}_r"][0] for j in ("hip", "knee", "ankle"))
    assert hip[1] > knee[1] > ankle[1]
    np.testing.assert_allclose([hip[0], knee[0], ankle[0]], 0, atol=1e-12)
    assert hip[2] > 0 > found.joints_m["hip_l"][0, 2]  # facing +x, right is +z
    for soles_m in found.soles_m.values():
        np.testing.assert_allclose(-soles_m[:, :, 1].min(axis=1), BODY.leg_m, atol=1e-9)


def test_a_knee_bent_by_a_right_angle_has_its_ankle_behind_it():
    found = points(bent(knee_r=90))
    behind = found.joints_m["knee_r"] - found.joints_m["ankle_r"]
    np.testing.assert_allclose(behind[:, 0], BODY.shank_m, atol=1e-9)
    np.testing.assert_allclose(behind[:, 1], 0, atol=1e-9)


def test_the_other_leg_does_not_move_with_it():
    still, moved = points(bent()), points(bent(knee_r=90))
    np.testing.assert_allclose(moved.joints_m["ankle_l"], still.joints_m["ankle_l"], atol=1e-12)


def test_points_are_those_of_the_simulated_skeleton():
    rng = np.random.default_rng(3)
    pelvis = rng.normal(scale=0.3, size=(20, 3))
    joints = {name: rng.normal(scale=0.4, size=(20, 3)) for name in JOINTS}
    simulated = pose(pelvis, joints, BODY)
    found = posture(simulated.R_world_segment, BODY)
    for side in "rl":
        for joint, segment in (("hip", "thigh"), ("knee", "shank"), ("ankle", "foot")):
            expected = simulated.from_pelvis_m[f"{segment}_{side}"]
            np.testing.assert_allclose(found.joints_m[f"{joint}_{side}"], expected, atol=1e-12)
        np.testing.assert_allclose(found.soles_m[side], simulated.contacts_m[side], atol=1e-12)


def test_a_leg_that_swings_back_on_the_floor_carries_the_body_forward():
    t = np.linspace(0, 1, 101)
    angles = bent(knee_l=60).angles_rad  # the left foot is off the floor
    angles = {name: np.repeat(values[:1], 101, axis=0) for name, values in angles.items()}
    angles["hip_r"][:, 0] = np.deg2rad(10 - 20 * t)
    angles["ankle_r"][:, 0] = -angles["hip_r"][:, 0]  # the sole stays flat
    found = points(JointAngles(rate_hz=100.0, angles_rad=angles))
    way = travelled_m(found, ("r", "l"), 100.0)
    expected = 2 * np.sin(np.deg2rad(10)) * (BODY.thigh_m + BODY.shank_m)
    assert way[-1, 0] == pytest.approx(expected, rel=1e-3)
    assert abs(way[-1, 1]) < 1e-9


def test_segments_nobody_measured_hang_as_their_neighbour():
    turn = np.repeat(from_angles(bent(hip_r=30)).R_world_segment["thigh_r"][:1], 3, axis=0)
    motion = from_attitudes({"pelvis": np.repeat(np.eye(3)[None], 3, axis=0), "thigh_r": turn})
    np.testing.assert_array_equal(motion.R_world_segment["foot_r"], turn)
    assert motion.measured == ("pelvis", "thigh_r")
    assert motion.sides == ("r",)
