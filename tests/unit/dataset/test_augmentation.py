"""A misplaced sensor must still obey physics: its gyroscope, gravity and attitude agree."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kinefuse import so3
from kinefuse.dataset.augmentation import AugmentationConfig, augment, misalignments
from kinefuse.training.data import limb_of
from toy import puppet_trial

NONE = AugmentationConfig(misalignment_deg=0.0, noise_fraction=0.0, gyroscope_bias_deg_s=0.0)
TURN_ONLY = replace(NONE, misalignment_deg=20.0)
SPREAD = torch.arange(1.0, 13.0, dtype=torch.float64)


@pytest.fixture(scope="module")
def limb():
    return limb_of(puppet_trial(seconds=4), "knee_r")


def batch_of(limb, copies):
    signals = torch.from_numpy(limb.signals)[None].repeat(copies, 1, 1)
    attitudes = torch.from_numpy(limb.R_travel_segment)[None].repeat(copies, 1, 1, 1, 1)
    return signals, attitudes


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def test_no_fault_changes_nothing(limb):
    signals, attitudes = batch_of(limb, 3)
    new_signals, new_attitudes = augment(signals, attitudes, NONE, SPREAD, chance())
    torch.testing.assert_close(new_signals, signals)
    torch.testing.assert_close(new_attitudes, attitudes)


@pytest.mark.parametrize("place", [0, 1])
def test_the_turned_gyroscope_measures_the_turns_of_the_turned_labels(limb, place):
    signals, attitudes = augment(*batch_of(limb, 4), TURN_ONLY, SPREAD, chance())
    for gyr, R in zip(signals.numpy(), attitudes.numpy(), strict=True):
        gyr_rad_s = gyr[:, 6 * place + 3 : 6 * place + 6]
        R_sensor = R[:, place].astype(float)
        turned = so3.log(so3.transpose(R_sensor[:-2]) @ R_sensor[2:]) * 50
        np.testing.assert_allclose(gyr_rad_s[1:-1], turned, atol=0.05)


@pytest.mark.parametrize("place", [0, 1])
def test_the_turned_accelerometer_feels_the_same_force_in_the_world(limb, place):
    signals, attitudes = augment(*batch_of(limb, 4), TURN_ONLY, SPREAD, chance())
    acc = slice(6 * place, 6 * place + 3)
    felt = torch.einsum("btij,btj->bti", attitudes[:, :, place], signals[:, :, acc])
    truth = np.einsum("tij,tj->ti", limb.R_travel_segment[:, place], limb.signals[:, acc])
    np.testing.assert_allclose(felt[2], truth, atol=1e-5)


def test_segment_labels_stay_while_signals_turn(limb):
    signals, attitudes = batch_of(limb, 2)
    config = replace(TURN_ONLY, label_axes="segment")
    turned, labels = augment(signals, attitudes, config, SPREAD, chance())
    torch.testing.assert_close(labels, attitudes)
    assert (turned - signals).abs().max() > 0.5


def test_every_sensor_of_every_window_has_its_own_fault(limb):
    signals, _ = augment(*batch_of(limb, 3), TURN_ONLY, SPREAD, chance())
    clean = torch.from_numpy(limb.signals)
    faults = (signals - clean).reshape(3, -1, 2, 6).abs().mean((1, 3))
    assert len(set(faults.flatten().tolist())) == 6


def test_the_spread_of_the_angle_is_what_the_setting_says():
    R = misalignments(20_000, 8.0, chance()).double().numpy()
    angle_deg = np.rad2deg(np.linalg.norm(so3.log(R), axis=-1))
    assert np.sqrt(np.mean(angle_deg**2)) == pytest.approx(8.0, rel=0.02)


def test_the_axis_has_no_favourite_direction():
    tangents = so3.log(misalignments(20_000, 8.0, chance()).double().numpy()).reshape(-1, 3)
    spread = tangents.std(axis=0)
    np.testing.assert_allclose(spread, spread.mean(), rtol=0.03)


def test_noise_is_white_and_in_proportion_to_each_channel(limb):
    signals, attitudes = batch_of(limb, 50)
    config = replace(NONE, noise_fraction=0.15)
    noisy, _ = augment(signals, attitudes, config, SPREAD, chance())
    noise = (noisy - signals).numpy()
    np.testing.assert_allclose(noise.std(axis=(0, 1)), 0.15 * SPREAD, rtol=0.03)
    neighbours = np.mean(noise[:, 1:] * noise[:, :-1]) / np.mean(noise**2)
    assert abs(neighbours) < 0.02


def test_bias_is_constant_in_a_window_and_on_gyroscopes_only(limb):
    signals, attitudes = batch_of(limb, 400)
    config = replace(NONE, gyroscope_bias_deg_s=2.0)
    biased, _ = augment(signals, attitudes, config, SPREAD, chance())
    bias = (biased - signals).numpy().reshape(400, -1, 2, 2, 3)
    np.testing.assert_allclose(bias, np.broadcast_to(bias[:, :1], bias.shape), atol=1e-12)
    np.testing.assert_array_equal(bias[:, :, :, 0], 0)
    assert np.rad2deg(bias[:, 0, :, 1].std()) == pytest.approx(2.0, rel=0.05)


def test_equal_seeds_make_equal_faults_and_the_input_is_kept(limb):
    signals, attitudes = batch_of(limb, 2)
    before = signals.clone()
    config = AugmentationConfig()
    first, again, other = (
        augment(signals, attitudes, config, SPREAD, chance(s))[0] for s in (1, 1, 2)
    )
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert not torch.equal(first, other)
    assert torch.equal(signals, before)
