"""The loss is least at the truth and at the true spread, and counts only what is known."""

import pytest
import torch

from kinefuse.training.losses import uncertain_loss

SCALE = torch.linspace(0.05, 0.2, 9).reshape(3, 3)


def drawn(true_sd=0.1, numbers=4000):
    generator = torch.Generator().manual_seed(0)
    truth = torch.randn(2, numbers, 3, 3, generator=generator)
    estimate = truth + true_sd * torch.randn(truth.shape, generator=generator)
    return estimate, truth, torch.ones(2, numbers, 3, dtype=torch.bool)


def loss(estimate, sd, truth, counts, shape_weight=0.0, exponent=0.5):
    return uncertain_loss(estimate, sd, truth, counts, SCALE, shape_weight, exponent)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_the_gradient_of_the_spread_vanishes_at_the_true_one(exponent):
    estimate, truth, counts = drawn(0.1)
    slopes = []
    for guess in (0.09, 0.1, 0.11):
        sd = torch.full_like(truth, guess, requires_grad=True)
        loss(estimate, sd, truth, counts, exponent=exponent).backward()
        slopes.append(sd.grad.sum().item())
    assert slopes[0] < 0 < slopes[2]
    assert abs(slopes[1]) < 0.2 * min(abs(slopes[0]), slopes[2])


def test_without_exponent_and_shape_it_is_the_gaussian_likelihood():
    estimate, truth, counts = drawn()
    sd = 0.05 + truth.abs()
    expected = -torch.distributions.Normal(truth, sd).log_prob(estimate).mean()
    constant = 0.5 * torch.log(torch.tensor(2 * torch.pi))
    torch.testing.assert_close(loss(estimate, sd, truth, counts, exponent=0.0), expected - constant)


def test_shape_forgives_an_offset_and_punishes_a_course():
    truth = torch.zeros(1, 100, 3, 3)
    counts = torch.ones(1, 100, 3, dtype=torch.bool)
    sd = torch.full_like(truth, 0.1)

    def shape_alone(estimate):
        return loss(estimate, sd, truth, counts, 1.0) - loss(estimate, sd, truth, counts, 0.0)

    assert shape_alone(truth + 0.3).abs() < 1e-6
    wave = 0.3 * torch.sin(torch.arange(100.0) * 2 * torch.pi / 20)[None, :, None, None]
    assert shape_alone(truth + wave) > 0.1


def test_what_does_not_count_has_no_say():
    estimate, truth, counts = drawn(numbers=50)
    counts[0, 30:] = False
    counts[1, :, 2] = False
    sd = torch.full_like(truth, 0.1)
    before = loss(estimate, sd, truth, counts, 2.0)
    estimate, sd = estimate.clone(), sd.clone()
    estimate[0, 30:] = 7.0
    sd[1, :, 2] = 3.0
    torch.testing.assert_close(loss(estimate, sd, truth, counts, 2.0), before)


def test_nothing_that_counts_is_no_loss():
    estimate, truth, counts = drawn(numbers=10)
    assert loss(estimate, torch.full_like(truth, 0.1), truth, counts & False, 2.0) == 0
