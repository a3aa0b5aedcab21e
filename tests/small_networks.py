"""Untrained networks small enough to build in every test, and a model folder of them."""

import numpy as np
import torch

from kinefuse.networks.estimator import Estimator, Scales
from kinefuse.networks.export import write_network
from kinefuse.networks.features import Standardisation
from kinefuse.networks.model_card import ModelCard, NetworkCard, write_card
from kinefuse.networks.targets import TARGETS

SMALL = {
    "temporal": {"width": 8, "dilations": [1, 2]},
    "convolutional": {"layers": 2, "width": 10, "window": 11},
    "recurrent": {"layers": 2, "width": 10},
}
SCALES = Scales(
    Standardisation(np.linspace(-1, 1, 16), np.linspace(1, 4, 16)),
    Standardisation(np.array([0.5, 0.1, -0.1]), np.array([0.4, 0.1, 0.2])),
)


def small(network, target="angles", seed=0):
    torch.manual_seed(seed)
    return Estimator(network, target, SMALL[network], SCALES).eval()


def signals(samples, batch=1):
    return torch.randn(batch, samples, 12, generator=torch.Generator().manual_seed(1)) * 5


def write_model(folder, network, seed=0):
    """A model for the knee with untrained networks."""
    cards = {}
    for target in TARGETS:
        estimator, name = small(network, target, seed), f"knee_{target}"
        write_network(folder / "networks" / name, estimator)
        cards[name] = NetworkCard(
            kind="knee",
            target=target,
            network=network,
            settings=estimator.settings,
            context_samples=estimator.context_samples,
        )
    card = ModelCard(
        name="small",
        recipe="ours",
        activity="walking",
        rate_hz=100.0,
        networks=cards,
        sources=("puppets, CC0",),
        people={"train": ("p1",), "validation": ("p2",), "test": ()},
    )
    write_card(folder, card)
    return folder
