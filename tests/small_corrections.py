"""Untrained correction networks small enough to build in every test, and folders of them."""

import numpy as np
import torch

from kinefuse.correction.card import CorrectionCard, write_correction_card
from kinefuse.correction.model import WEIGHTS_FILE
from kinefuse.networks.export_correction import write_correction
from kinefuse.networks.leg_correction import LegCorrection, LegScales, LegSettings

SMALL = LegSettings(width=8, trunk=(1, 2), head=(1,), dropout=0.1)
SCALES = LegScales(
    vectors_mean=np.linspace(-1, 1, 63).reshape(7, 3, 3),
    vectors_spread=np.linspace(1, 4, 63).reshape(7, 3, 3),
    angles_mean_rad=np.linspace(-0.2, 0.2, 18).reshape(6, 3),
    angles_spread_rad=np.linspace(0.1, 0.4, 18).reshape(6, 3),
    error_rad=np.linspace(0.05, 0.15, 9).reshape(3, 3),
)


def small_network(seed=0, answers=1.0):
    """Untrained, with answers of about a tenth of a radian; zero ``answers`` corrects nothing."""
    torch.manual_seed(seed)
    network = LegCorrection(SMALL, SCALES).eval()
    with torch.no_grad():
        for layer in (network.head.turns, network.head.read_out):
            layer.weight.normal_(std=0.3).mul_(answers)
            layer.bias.normal_(std=0.3).mul_(answers)
        for parameter in network.parameters():  # as they will be stored
            parameter.copy_(parameter.half().float())
    return network


def write_small_correction(folder, network=None, **card):
    """A folder of an untrained network."""
    network = network or small_network()
    write_correction(folder, network, WEIGHTS_FILE)
    words = {
        "name": "small",
        "activity": "walking",
        "rate_hz": 100.0,
        "settings": network.settings,
        "trunk_context_samples": network.trunk_context_samples,
        "head_context_samples": network.head_context_samples,
        "sources": ("puppets, CC0",),
        "people": {"train": ("p1",), "validation": ("p2",), "test": ()},
    }
    write_correction_card(folder, CorrectionCard(**(words | card)))
    return folder
