"""Our model folders -> folders that the published demo can load.

What ``published_folder`` folds into the numbers is unfolded again. What cannot be unfolded is said
in ``info.json`` and to the user: left legs that have to be mirrored, angles of another sequence.
"""

import json
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kinefuse.formats.published_model import INFO, KWARGS, MODEL, NORM, OURS
from kinefuse.networks.estimator import Estimator, Scales
from kinefuse.networks.export import read_weights
from kinefuse.networks.features import FEATURES, Standardisation
from kinefuse.networks.model_card import MIRRORED, ModelCard, NetworkCard
from kinefuse.networks.published_folder import (
    ANGLES,
    OUR_ROWS,
    UP_CHANNELS,
    their_signs,
    turn_inputs,
    turn_outputs,
)
from kinefuse.networks.published_names import kwargs_of, names
from kinefuse.networks.saved_model import NETWORKS_FOLDER, Model
from kinefuse.whole_files import write_text

_PROTOCOL = 4  # as the published files; read by every Python since 3.4
_SEGMENTS = {
    "hip": ["pelvis", "thigh"],
    "knee": ["thigh", "shank"],
    "ankle": ["shank", "foot"],
}
_CONVERTED_ROTATIONS = 18  # two 3x3 matrices: what their orientation networks are scored on


def write_as_published(model: Model, out: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Write ``<out>/<Joint>/<target>/`` for every network of a model.

    Yields:
        Each folder, and what the published code will not know of it.

    Raises:
        NotPublished: A network is none of the published ones.
    """
    for name, card in model.card.networks.items():
        estimator = _opened(model.folder / NETWORKS_FOLDER / name, card)
        folder = network_folder(out, card)
        folder.mkdir(parents=True)
        _write(folder, estimator, model.card, card)
        yield folder, lost(model.card, card)


def network_folder(out: Path, card: NetworkCard) -> Path:
    """Where a network of a model is written to."""
    return out / card.kind.capitalize() / card.target


def lost(card: ModelCard, network: NetworkCard) -> tuple[str, ...]:
    """What a folder in the published format cannot hold, or its code does not do."""
    what = f"{network.kind} {network.target}"
    sentences = []
    if card.left_legs == MIRRORED:
        sentences.append(
            f"{what}: left legs have to be mirrored before they enter, acc (x, y, -z) and "
            "gyr (-x, -y, z), which demo.py does not do."
        )
    if network.target == ANGLES and card.angle_convention != "published":
        sentences.append(
            f"{what}: signs and degrees are the published ones, but the angles stay those of the "
            "ISB sequence z-x-y, the clinic's are y-x-z."
        )
    if card.rate_hz != 200.0:
        sentences.append(f"{what}: it expects {card.rate_hz:g} Hz, the published code has 200.")
    return tuple(sentences)


def _opened(folder: Path, card: NetworkCard) -> Estimator:
    blank = Standardisation(np.zeros(len(FEATURES)), np.ones(len(FEATURES)))
    answers = Standardisation(np.zeros(3), np.ones(3))
    estimator = Estimator(card.network, card.target, card.settings, Scales(blank, answers))
    list(names(card.network, estimator.settings))  # refuses what they have not
    read_weights(folder, estimator)
    return estimator.eval()


def _write(folder: Path, estimator: Estimator, card: ModelCard, network: NetworkCard) -> None:
    body, mean = estimator.body, _numbers(estimator.feature_mean)
    turn_inputs(body, UP_CHANNELS)
    mean[UP_CHANNELS] *= -1
    y_mean, y_std = np.zeros(_CONVERTED_ROTATIONS), np.ones(_CONVERTED_ROTATIONS)
    if network.target == ANGLES:
        signs = np.ones(3) if card.angle_convention == "published" else their_signs(network.kind)
        turn_outputs(body, np.diag(signs))
        y_mean = signs * np.rad2deg(_numbers(estimator.answer_mean))
        y_std = np.rad2deg(_numbers(estimator.answer_spread))
    else:
        turn_outputs(body, OUR_ROWS.T)
    ours = body.state_dict()
    state = OrderedDict(
        (their, ours[our].contiguous()) for our, their in names(network.network, estimator.settings)
    )
    torch.save(state, folder / MODEL)
    norms = {
        "x_mean": mean,
        "y_mean": y_mean,
        "x_std": _numbers(estimator.feature_spread),
        "y_std": y_std,
    }
    params = {n: torch.tensor(v, dtype=torch.float32).reshape(1, 1, -1) for n, v in norms.items()}
    torch.save({"norm_type": "standardize", "groups": False, "params": params}, folder / NORM)
    outputs = estimator.target.numbers
    kwargs = kwargs_of(network.network, estimator.settings, outputs)
    (folder / KWARGS).write_bytes(pickle.dumps(kwargs, protocol=_PROTOCOL))
    write_text(folder / INFO, json.dumps(_info(card, network, kwargs), indent=2) + "\n")


def _numbers(values: torch.Tensor) -> np.ndarray:
    return values.detach().double().numpy().copy()


def _info(card: ModelCard, network: NetworkCard, kwargs: dict[str, Any]) -> dict[str, Any]:
    """What their info.json says of a network, and under 'kinefuse' what only ours knows."""
    words = asdict(card)
    kept = ("name", "recipe", "activity", "rate_hz", "sources", "people", "convention", "joints")
    return {
        "name": card.name,
        "model_type": kwargs["model_type"],
        "inp": _SEGMENTS[network.kind],
        "outp": [network.kind],
        "prediction": kwargs["prediction"],
        "training": dict(network.training),
        "scores": dict(network.scores),
        OURS: {
            **{name: words[name] for name in kept},
            "left_legs": card.left_legs,
            "angle_convention": card.angle_convention,
            "lost": list(lost(card, network)),
        },
    }
