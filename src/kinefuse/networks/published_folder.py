"""Published model folders -> our estimators and model folders.

What differs is folded into the numbers, exactly: degrees become radians; accelerometers that were
taught with -9.81 on the axis that points up are given the right sign by turning the sign of that
channel's mean and of the first layer's weights for it; attitudes in the clinic's laboratory become
attitudes in our world by exchanging and negating rows of the last layer. What cannot be folded is
written into the card, and ``Model`` does it: left legs unmirrored, angles of another sequence.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinefuse.anatomy.conventions import convention
from kinefuse.errors import KinefuseError
from kinefuse.formats.published_lab import R_WORLD_LAB, RATE_HZ
from kinefuse.formats.published_model import OURS, PublishedModel
from kinefuse.networks.estimator import NETWORKS, Estimator, Scales, settings_of
from kinefuse.networks.export import write_network
from kinefuse.networks.features import FEATURES, Standardisation
from kinefuse.networks.model_card import (
    AS_THEY_ARE,
    ModelCard,
    NetworkCard,
    network_name,
    write_card,
)
from kinefuse.networks.published_names import (
    INPUTS,
    check_kwargs,
    dropout_of,
    names,
    network_of,
)

ANGLES, ORIENTATION = "angles", "orientation"
UP_CHANNELS = [FEATURES.index(f"{place}_acc_y") for place in ("proximal", "distal")]
RECIPE = "published, converted"
CONVENTION = (
    "A network of the published system (Rapp et al. 2021), taught with its simulated sensors: x "
    "forward, y up, z right at foot contact, on both sides; left legs enter as they are. {gravity} "
    "There a leaning sensor leaks gravity into z instead of x, since its attitude stands where the "
    "transpose is due; no recording can undo that. Angles come as in '*_data.h5', in radians, and "
    "are turned into ours (ISB, z-x-y) by the program."
)
_HUNG = (
    "It was taught -9.81 m/s2 on the y axis at rest; on conversion that channel's mean and its "
    "weights changed sign: it now expects specific force, +9.81."
)
_UPRIGHT = "It was taught specific force, +9.81 m/s2 on the y axis at rest, and is unchanged."
_EVERY_TARGET = {3: ANGLES, 12: ORIENTATION}


class NoNormalisation(KinefuseError):
    """A bare state dict does not say what standardised numbers mean."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"{path}: there is no norm_dict.pt beside it, so nothing can be estimated with it; "
            "add that file, or run the network on standardised channels in Python "
            "(kinefuse.networks.published_folder.standardised)."
        )


class WhichModel(KinefuseError):
    """It is not known what a published folder is for, or there are two for the same."""

    def __init__(self, path: object, what: str, way_out: str) -> None:
        super().__init__(f"{path}: {what}; {way_out}.")


def standardised(model: PublishedModel) -> nn.Module:
    """The network alone: standardised channels (batch, time, 16) to standardised answers.

    Raises:
        OtherNetwork: It is none of the published ones.
    """
    network, settings = network_of(model.state, model.path)
    check_kwargs(model.kwargs, model.path)
    outputs = len(model.state["linear_out.bias" if network == "recurrent" else "lin_out.bias"])
    body = NETWORKS[network][0](INPUTS, outputs, settings_of(network, settings))  # pyright: ignore
    theirs = {ours: torch.tensor(model.state[their]) for ours, their in names(network, settings)}
    body.load_state_dict(theirs)
    return body.eval()


def estimator_of(model: PublishedModel) -> Estimator:
    """The same network from signals of specific force to radians, or to two attitudes.

    Raises:
        NoNormalisation: There is no ``norm_dict.pt`` beside it.
        OtherNetwork: It is none of the published ones.
        WhichModel: It answers neither with 3 angles nor with 12 numbers of attitudes.
    """
    norms = model.norms
    if norms is None:
        raise NoNormalisation(model.path)
    network, settings = network_of(model.state, model.path)
    body = standardised(model)
    target = target_of(model)
    mean, spread = norms.x_mean.copy(), norms.x_std
    if len(mean) != INPUTS:
        raise WhichModel(model.path, f"norm_dict.pt has {len(mean)} channels", "give one with 16")
    if model.hangs:
        mean[UP_CHANNELS] *= -1
        turn_inputs(body, UP_CHANNELS)
    answers = Standardisation(np.zeros(3), np.ones(3))
    if target == ANGLES:
        signs = _signs_undone(model)
        answers = Standardisation(signs * np.deg2rad(norms.y_mean), np.deg2rad(norms.y_std))
        turn_outputs(body, np.diag(signs))
    else:
        turn_outputs(body, OUR_ROWS)
    given = settings | {"dropout": dropout_of(model.kwargs)}
    estimator = Estimator(network, target, given, Scales(Standardisation(mean, spread), answers))
    estimator.body.load_state_dict(body.state_dict())
    return estimator.eval()


def target_of(model: PublishedModel) -> str:
    """'angles' or 'orientation', by the number of its answers.

    Raises:
        WhichModel: It is neither.
    """
    last = [name for name in ("linear_out.bias", "lin_out.bias") if name in model.state]
    outputs = len(model.state[last[0]]) if last else 0
    if outputs not in _EVERY_TARGET:
        raise WhichModel(
            model.path, f"it gives {outputs} numbers a sample", "convert networks of 3 or 12"
        )
    return _EVERY_TARGET[outputs]


def write_as_ours(
    models: Sequence[PublishedModel], folder: Path, name: str, activity: str | None = None
) -> ModelCard:
    """One model folder of ours from published ones, each for another joint or target.

    Args:
        models: Each says its kind of joint.
        folder: To fill.
        name: For the card.
        activity: Where no name says it; 'any' if nothing does.

    Raises:
        WhichModel: A kind of joint is not known, or two are for the same.
        NoNormalisation: One is a bare state dict.
    """
    cards: dict[str, NetworkCard] = {}
    for model in models:
        target = target_of(model)
        if model.kind is None:
            raise WhichModel(model.path, "no name says its joint", "say --joint hip, knee or ankle")
        called = network_name(model.kind, target)
        if called in cards:
            raise WhichModel(model.path, f"there are two for {called}", "convert one at a time")
        estimator = estimator_of(model)
        write_network(folder / "networks" / called, estimator)
        cards[called] = NetworkCard(
            kind=model.kind,
            target=target,
            network=estimator.network,
            settings=estimator.settings,
            context_samples=estimator.context_samples,
            training=dict(model.info),
        )
    activities = {model.activity for model in models if model.activity}
    known = activities.pop() if len(activities) == 1 else "any"
    card = _card(models, cards, name, activity or known)
    write_card(folder, card)
    return card


def turn_inputs(body: nn.Module, channels: Sequence[int]) -> None:
    """Let a network hear these channels with the other sign."""
    with torch.no_grad():
        for weights in _first_weights(body):
            weights[:, list(channels)] *= -1


def turn_outputs(body: nn.Module, matrix: Float[np.ndarray, "n n"]) -> None:
    """Let a network answer with these combinations of its numbers; exact for signs and orders."""
    last = _last_layer(body)
    turning = torch.tensor(matrix, dtype=torch.float32)
    with torch.no_grad():
        last.weight.copy_(turning @ last.weight)
        last.bias.copy_(turning @ last.bias)


def _our_rows() -> Float[np.ndarray, "12 12"]:
    """Our 12 numbers from theirs.

    Theirs are a 3x4 table row by row: both columns of the proximal attitude, then of the distal,
    in the laboratory. Ours are one column after the other, in the world.
    """
    matrix = np.zeros((12, 12))
    for place in range(2):
        for column in range(2):
            ours = slice(6 * place + 3 * column, 6 * place + 3 * column + 3)
            theirs = [4 * axis + 2 * place + column for axis in range(3)]
            matrix[ours, theirs] = R_WORLD_LAB
    return matrix


OUR_ROWS = _our_rows()


def their_signs(kind: str) -> Float[np.ndarray, "3"]:
    """Signs of flexion, adduction and rotation there; the sequence of axes is another matter."""
    return np.array(convention("published").signs[f"{kind}_r"], dtype=np.float64)


def _signs_undone(model: PublishedModel) -> Float[np.ndarray, "3"]:
    """Those of our own angles under their signs; a published network's are undone by ``Model``."""
    said = _said([model])
    if said.get("angle_convention") != "isb" or model.kind is None:
        return np.ones(3)
    return their_signs(model.kind)


def _first_weights(body: nn.Module) -> list[Tensor]:
    lstm = getattr(body, "lstm", None)
    if lstm is None:
        return [body.convolutions[0][0].weight]  # pyright: ignore
    return [w for n, w in lstm.named_parameters() if n.startswith("weight_ih_l0")]


def _last_layer(body: nn.Module) -> nn.Linear:
    linear = [layer for layer in body.modules() if isinstance(layer, nn.Linear)]
    return linear[-1]


def _card(
    models: Sequence[PublishedModel], cards: Mapping[str, NetworkCard], name: str, activity: str
) -> ModelCard:
    said = _said(models)
    hung = [model.path.parent.name for model in models if model.hangs]
    gravity = _HUNG if hung else _UPRIGHT
    if 0 < len(hung) < len(models):
        gravity = f"{_HUNG} (Of {', '.join(hung)} only; the others were taught the right sign.)"
    return ModelCard(
        name=name,
        recipe=said.get("recipe", RECIPE),
        activity=activity,
        rate_hz=said.get("rate_hz", RATE_HZ),
        networks=cards,
        sources=tuple(said.get("sources", ("not stated; networks trained by others",))),
        people={part: tuple(p) for part, p in said.get("people", _NOBODY).items()},
        convention=said.get("convention", CONVENTION.format(gravity=gravity)),
        left_legs=said.get("left_legs", AS_THEY_ARE),
        angle_convention=said.get("angle_convention", "published"),
        joints=said.get("joints", {}),
    )


_NOBODY: Mapping[str, tuple[str, ...]] = {"train": (), "validation": (), "test": ()}


def _said(models: Sequence[PublishedModel]) -> dict[str, Any]:
    """What we ourselves wrote of a model when it became a published one."""
    said = models[0].info.get(OURS, {}) if models else {}
    return said if isinstance(said, dict) else {}
