"""What is packed comes out again, as exactly as is said."""

import base64

import numpy as np

from kinefuse import so3
from kinefuse.viewer.packing import MISSING, STEP_DEG, packed_angles, packed_rotations, quaternions


def unpacked(text):
    return np.frombuffer(base64.b64decode(text), "<i2")


def test_attitudes_come_back_within_a_hundredth_of_a_degree():
    R = so3.exp(np.random.default_rng(0).normal(size=(200, 3)))
    wxyz = unpacked(packed_rotations(R, 1)).reshape(-1, 4).astype(float)
    back = so3.from_quaternions(wxyz / np.linalg.norm(wxyz, axis=1, keepdims=True))
    off = np.linalg.norm(so3.log(so3.transpose(R) @ back), axis=1)
    assert np.rad2deg(off).max() < 0.01


def test_quaternions_of_a_full_turn_never_jump_to_the_other_side():
    R = so3.about_y(np.linspace(0, 4 * np.pi, 400))
    wxyz = quaternions(R)
    assert (np.einsum("ti,ti->t", wxyz[1:], wxyz[:-1]) > 0.99).all()


def test_gaps_stay_gaps_and_thinning_keeps_blocks():
    angles = np.deg2rad(np.array([1.0, 3.0, 5.0, np.nan, 7.0]))
    whole = unpacked(packed_angles(angles, 2))
    assert whole.tolist() == [round(2 / STEP_DEG), MISSING]
    R = np.repeat(np.eye(3)[None], 2, axis=0)
    R[1] = np.nan
    assert (unpacked(packed_rotations(R, 1)).reshape(-1, 4)[1] == MISSING).all()
