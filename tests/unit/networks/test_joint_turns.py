"""Joint angles in torch are those of the anatomy, and turning sensors turns them back."""

import numpy as np
import torch

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.networks.joint_turns import (
    angles_of_rotations,
    corrected_angles,
    rotations_of_angles,
    turned_angles,
)
from kinefuse.networks.legs import PAIRS

ANGLES = np.random.default_rng(0).uniform([-1.9, -1.2, -1.5], [1.9, 1.2, 1.5], (2, 50, 6, 3))
TURNS = np.random.default_rng(1).normal(0, 0.2, (2, 7, 3))


def test_rotations_are_those_of_every_joint():
    R = rotations_of_angles(torch.from_numpy(ANGLES)).numpy()
    for i, joint in enumerate(JOINTS.values()):
        np.testing.assert_allclose(
            R[:, :, i], rotation_of_angles(ANGLES[:, :, i], joint), atol=1e-12
        )


def test_angles_come_back():
    back = angles_of_rotations(rotations_of_angles(torch.from_numpy(ANGLES))).numpy()
    np.testing.assert_allclose(back, ANGLES, atol=1e-9)


def test_turned_sensors_give_the_angles_between_turned_segments():
    turned = turned_angles(torch.from_numpy(ANGLES), torch.from_numpy(TURNS[:, None])).numpy()
    for i, (joint, (proximal, distal)) in enumerate(zip(JOINTS.values(), PAIRS, strict=True)):
        R = rotation_of_angles(ANGLES[:, :, i], joint)
        before, after = so3.exp(TURNS[:, None, proximal]), so3.exp(TURNS[:, None, distal])
        expected = angles_of_rotation(so3.transpose(before) @ R @ after, joint)
        np.testing.assert_allclose(turned[:, :, i], expected, atol=1e-9)


def test_a_correction_undoes_the_strap():
    """Sensors askew by ``R_true_given`` are put right by the turn of ``R_given_true``."""
    true = torch.from_numpy(ANGLES)
    askew = turned_angles(true, torch.from_numpy(TURNS[:, None]))
    put_right = corrected_angles(askew, torch.from_numpy(-TURNS[:, :4]), torch.zeros(2, 50, 3, 3))
    np.testing.assert_allclose(put_right.numpy(), ANGLES[:, :, :3], atol=1e-9)


def test_the_gradient_is_finite_at_the_edge_of_adduction():
    edge = torch.tensor([[[[0.3, np.pi / 2, 0.1]] * 6]], requires_grad=True, dtype=torch.float64)
    angles_of_rotations(rotations_of_angles(edge)).sum().backward()
    assert torch.isfinite(edge.grad).all()
