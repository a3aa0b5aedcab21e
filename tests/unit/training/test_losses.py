"""Losses punish what they say, in the units they say, and nothing beyond a trial's end."""

import pytest
import torch

from kinefuse import so3
from kinefuse.training.losses import angle_loss, orientation_loss

SPREAD = torch.tensor([2.0, 1.0, 0.5])
KNOWN = torch.ones(3, 8, dtype=torch.bool)


def angles(seed):
    return torch.randn(3, 8, 3, generator=torch.Generator().manual_seed(seed))


def about(axis, degrees):
    tangent = torch.deg2rad(torch.tensor(degrees)) * torch.tensor(axis)
    R = torch.from_numpy(so3.exp(tangent.double().numpy())).float()
    return R.expand(3, 8, 2, 3, 3).clone()


def test_an_error_of_one_spread_costs_one():
    truth = angles(0)
    assert angle_loss(truth, truth, KNOWN, SPREAD, 1.0) == 0
    assert angle_loss(truth + SPREAD, truth, KNOWN, SPREAD, 0.0) == pytest.approx(1.0)


def test_a_constant_error_has_no_shape_and_a_course_is_all_shape():
    truth, course = angles(0), torch.ones(8, 1)
    course[::2] = -1
    for weight in (0.0, 1.0, 3.0):
        constant = angle_loss(truth + SPREAD, truth, KNOWN, SPREAD, weight)
        moving = angle_loss(truth + course * SPREAD, truth, KNOWN, SPREAD, weight)
        assert constant == pytest.approx(1.0)
        assert moving == pytest.approx(1.0 + weight)


def test_every_window_has_its_own_mean():
    truth = angles(0)
    offsets = torch.tensor([-1.0, 0.0, 1.0])[:, None, None] * SPREAD
    with_shape = angle_loss(truth + offsets, truth, KNOWN, SPREAD, 5.0)
    assert with_shape == pytest.approx(2 / 3, rel=1e-5)


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_beyond_a_trials_end_angles_do_not_count(weight):
    truth, estimate, known = angles(0), angles(1), KNOWN.clone()
    known[1, 5:] = False
    before = angle_loss(estimate, truth, known, SPREAD, weight)
    estimate[1, 5:] += 100
    assert angle_loss(estimate, truth, known, SPREAD, weight) == pytest.approx(before)


def test_the_chordal_distance_is_that_of_the_angle_whatever_the_axis():
    still = about([0.0, 1.0, 0.0], 0.0)
    for degrees in (1.0, 10.0, 90.0, 180.0):
        expected = 8 * torch.sin(torch.deg2rad(torch.tensor(degrees)) / 2) ** 2
        for axis in ([1.0, 0.0, 0.0], [0.0, 0.6, 0.8]):
            loss = orientation_loss(about(axis, degrees), still, KNOWN)
            torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-5)


def test_beyond_a_trials_end_attitudes_do_not_count():
    still, turned, known = about([0.0, 1.0, 0.0], 0.0), about([0.0, 1.0, 0.0], 0.0), KNOWN.clone()
    known[0, 4:] = False
    turned[0, 4:] = about([1.0, 0.0, 0.0], 90.0)[0, 4:]
    assert orientation_loss(turned, still, known) == 0
    assert orientation_loss(turned, still, KNOWN) > 0
