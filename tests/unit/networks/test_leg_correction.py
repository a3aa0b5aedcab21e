"""The correction network starts by believing the optimiser and hears only sensors that are worn."""

import pytest
import torch

from kinefuse.networks.leg_correction import LegCorrection, LegSettings
from small_corrections import SCALES, SMALL, small_network


def told(samples=60, batch=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(batch, samples, 7, 3, 3, generator=generator) * 3
    angles = torch.randn(batch, samples, 6, 3, generator=generator) * 0.3
    return vectors, angles, torch.ones(batch, 7), torch.zeros(batch, 1)


@pytest.mark.parametrize("samples", [9, 60, 61])
def test_there_is_an_answer_for_every_sample_of_any_length(samples):
    turns, course, sd = small_network()(*told(samples))
    assert turns.shape == (2, 4, 3)
    assert course.shape == sd.shape == (2, samples, 3, 3)
    assert (sd > 0).all()


def test_untrained_it_hardly_changes_anything():
    torch.manual_seed(0)
    turns, course, sd = LegCorrection(LegSettings(), SCALES).eval()(*told())
    assert turns.abs().max() < 0.03
    assert course.abs().mean() < 0.03
    torch.testing.assert_close(
        sd.mean((0, 1)), torch.tensor(SCALES.error_rad).float(), rtol=0.2, atol=0.02
    )


@pytest.mark.parametrize("place", range(7))
def test_a_sensor_that_is_not_worn_is_not_heard(place):
    vectors, angles, worn, glued = told()
    worn[:, place] = 0
    before = small_network()(vectors, angles, worn, glued)
    vectors[:, :, place] = 99.0
    for i, pair in enumerate([(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6)]):
        if place in pair:
            angles[:, :, i] = 2.0
    for was, now in zip(before, small_network()(vectors, angles, worn, glued), strict=True):
        torch.testing.assert_close(was, now)


@pytest.mark.parametrize("place", range(7))
def test_every_worn_sensor_is_heard(place):
    vectors, angles, worn, glued = told()
    before = small_network()(vectors, angles, worn, glued)[1]
    vectors[:, :, place] += 1.0
    assert (small_network()(vectors, angles, worn, glued)[1] - before).abs().max() > 1e-4


def test_it_looks_no_farther_than_it_says():
    """But for what is judged over the whole recording."""
    network = small_network()
    vectors, angles, worn, glued = told(400, 1)
    far = vectors.clone()
    far[:, 200 + network.trunk_context_samples + 1 :] += 5.0
    frames, other = (
        network.trunk(v, angles, worn, glued)[:, :, : 200 // 2] for v in (vectors, far)
    )
    torch.testing.assert_close(frames, other)
    moments = torch.zeros(1, 2 * SMALL.width)
    frames = network.trunk(vectors, angles, worn, glued)
    changed = frames.clone()
    changed[:, :, 100 + network.head_context_samples // 2 + 1 :] += 5.0
    for was, now in zip(network.head(frames, moments), network.head(changed, moments), strict=True):
        torch.testing.assert_close(
            was[:, :200] if was.ndim == 4 else was, now[:, :200] if now.ndim == 4 else now
        )


def test_one_persons_answer_does_not_depend_on_the_others_in_the_batch():
    vectors, angles, worn, glued = told()
    both = small_network()(vectors, angles, worn, glued)
    alone = small_network()(vectors[:1], angles[:1], worn[:1], glued[:1])
    for of_both, of_one in zip(both, alone, strict=True):
        torch.testing.assert_close(of_both[:1], of_one, rtol=1e-4, atol=1e-5)
