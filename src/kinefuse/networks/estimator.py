"""From signals in physical units to answers in physical units: what is trained and exported.

Features, standardisation and the meaning of the outputs live inside, so that weights alone say
everything and the ONNX file needs no recipe beside it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinefuse.errors import UnknownChoice
from kinefuse.networks.convolutional import Convolutional, ConvolutionalSettings
from kinefuse.networks.features import FEATURES, SIGNALS, Standardisation
from kinefuse.networks.recurrent import Recurrent, RecurrentSettings
from kinefuse.networks.rotation_output import rotation_of_six
from kinefuse.networks.targets import target
from kinefuse.networks.temporal import Temporal, TemporalSettings

NETWORKS = {
    "temporal": (Temporal, TemporalSettings),
    "convolutional": (Convolutional, ConvolutionalSettings),
    "recurrent": (Recurrent, RecurrentSettings),
}
"""Every network and the class of its settings."""

Settings = TemporalSettings | ConvolutionalSettings | RecurrentSettings

_LENGTH_FLOOR = 1e-12  # keeps the gradient of a norm finite at zero


@dataclass(frozen=True)
class Scales:
    """What standardised numbers mean, from the training people."""

    features: Standardisation
    answers: Standardisation
    """Used by the angles alone; a rotation needs none."""


def settings_of(network: str, given: Mapping[str, Any]) -> Settings:
    """The settings of a network, from plain values.

    Raises:
        UnknownChoice: No such network, or no such setting.
    """
    if network not in NETWORKS:
        raise UnknownChoice("network", network, known=NETWORKS)
    kind = NETWORKS[network][1]
    for name in given:
        if name not in kind.__dataclass_fields__:
            raise UnknownChoice(f"setting of '{network}'", name, known=kind.__dataclass_fields__)
    lists = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items()}
    return kind(**lists)


class Estimator(nn.Module):
    """(batch, time, 12) signals of a pair to angles (…, 3) or two attitudes (…, 2, 3, 3)."""

    feature_mean: Tensor
    feature_spread: Tensor
    answer_mean: Tensor
    answer_spread: Tensor

    def __init__(
        self, network: str, target_name: str, settings: Mapping[str, object], scales: Scales
    ) -> None:
        super().__init__()
        chosen = settings_of(network, settings)
        self.network, self.target, self.settings = network, target(target_name), asdict(chosen)
        self.body = NETWORKS[network][0](len(FEATURES), self.target.numbers, chosen)
        for name, values in _buffers(scales).items():
            self.register_buffer(name, torch.tensor(values, dtype=torch.float32))

    @property
    def context_samples(self) -> int:
        """How far to either side a sample's answer depends on its neighbours."""
        return self.body.context_samples

    def forward(self, signals: Tensor) -> Tensor:
        """Answers in physical units."""
        standard = (self._features(signals) - self.feature_mean) / self.feature_spread
        numbers = self.body(standard)
        if self.target.name == "angles":
            return numbers * self.answer_spread + self.answer_mean
        six = numbers.reshape(signals.shape[0], -1, 2, 6)
        return rotation_of_six(six)

    def _features(self, signals: Tensor) -> Tensor:
        vectors = signals.reshape(signals.shape[0], -1, len(SIGNALS) // 3, 3)
        lengths = (vectors.square().sum(-1, keepdim=True) + _LENGTH_FLOOR).sqrt()
        return torch.cat([vectors, lengths], dim=-1).flatten(2)


def _buffers(scales: Scales) -> dict[str, Float[np.ndarray, " channel"]]:
    return {
        "feature_mean": scales.features.mean,
        "feature_spread": scales.features.spread,
        "answer_mean": scales.answers.mean,
        "answer_spread": scales.answers.spread,
    }
