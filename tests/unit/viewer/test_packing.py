"""What is packed comes out again, as exactly as is said."""

import base64

import numpy as np

from kinefuse import so3
from kinefuse.packing import MISSING, STEP_DEG, packed_degrees
from kinefuse.viewer.packing import packed_rotations


def unpacked(text):
    return np.frombuffer(base64.b64decode(text), "<i2")


def test_attitudes_come_back_within_a_hundredth_of_a_degree():
    R = so3.exp(np.random.default_rng(0).normal(size=(200, 3)))
    wxyz = unpacked(packed_rotations(R, 1)).reshape(-1, 4).astype(float)
    back = so3.from_quaternions(wxyz / np.linalg.norm(wxyz, axis=1, keepdims=True))
    off = np.linalg.norm(so3.log(so3.transpose(R) @ back), axis=1)
    assert np.rad2deg(off).max() < 0.01


def test_a_mean_attitude_over_half_a_turn_lies_between_its_ends():
    """The quaternion's scalar changes its sign on the way."""
    R = so3.about_y(np.deg2rad([178.0, 182.0]))
    wxyz = unpacked(packed_rotations(R, 2)).astype(float)
    back = so3.from_quaternions(wxyz / np.linalg.norm(wxyz))
    np.testing.assert_allclose(back, so3.about_y(np.pi), atol=1e-3)


def test_gaps_stay_gaps_and_thinning_keeps_blocks():
    degrees = np.array([1.0, 3.0, 5.0, np.nan, 7.0])
    whole = unpacked(packed_degrees(degrees, 2))
    assert whole.tolist() == [round(2 / STEP_DEG), MISSING]
    R = np.repeat(np.eye(3)[None], 2, axis=0)
    R[1] = np.nan
    assert (unpacked(packed_rotations(R, 1)).reshape(-1, 4)[1] == MISSING).all()
