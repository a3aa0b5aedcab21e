"""The body that is drawn stands, bends and walks as people do."""

import numpy as np
import pytest

from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import JointAngles
from kinefuse.simulation.body import Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from kinefuse.viewer.body_motion import from_angles, from_attitudes
from kinefuse.viewer.travel import travelled_m

BODY = Body(height_m=1.80)


def bent(**flexion_deg):
    """Standing but for these flexions, for three samples."""
    angles = {name: np.zeros((3, 3)) for name in JOINTS}
    for name, degrees in flexion_deg.items():
        angles[name][:, 0] = np.deg2rad(degrees)
    return JointAngles(rate_hz=100.0, angles_rad=angles)


def points(angles):
    return points_from_pelvis_m(from_angles(angles).R_world_segment, BODY)


def test_standing_is_upright_with_the_right_leg_on_the_right():
    found = points(bent())
    hip, knee, ankle = (found[f"{j}_r"][0] for j in ("hip", "knee", "ankle"))
    assert hip[1] > knee[1] > ankle[1]
    np.testing.assert_allclose([hip[0], knee[0], ankle[0]], 0, atol=1e-12)
    assert hip[2] > 0 > found["hip_l"][0, 2]  # facing +x, right is +z
    for end in ("heel_r", "ball_r", "heel_l", "ball_l"):
        np.testing.assert_allclose(-found[end][:, 1], BODY.leg_m, atol=1e-9)


def test_a_knee_bent_by_a_right_angle_has_its_ankle_behind_it():
    found = points(bent(knee_r=90))
    behind = found["knee_r"] - found["ankle_r"]
    np.testing.assert_allclose(behind[:, 0], BODY.shank_m, atol=1e-9)
    np.testing.assert_allclose(behind[:, 1], 0, atol=1e-9)


def test_the_other_leg_does_not_move_with_it():
    still, moved = points(bent()), points(bent(knee_r=90))
    np.testing.assert_allclose(moved["ankle_l"], still["ankle_l"], atol=1e-12)


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
