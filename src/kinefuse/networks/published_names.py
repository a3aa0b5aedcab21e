"""The published networks' numbers under our names, and ours under theirs.

``CustomConv1D``: ``conv<i>``, ``conv_batchnorm<i>``, ``lin0``, ``lin_out``. ``CustomLSTM``:
``lstm0``, ``linear_out``. Layers, orders and shapes are the same, so that only names differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from kinefuse.errors import KinefuseError
from kinefuse.networks.convolutional import READ_OUT, ConvolutionalSettings
from kinefuse.networks.recurrent import RecurrentSettings

INPUTS = 16
TYPES = {"convolutional": "CustomConv1D", "recurrent": "CustomLSTM"}
"""Our network, and the published class."""
State = Mapping[str, np.ndarray]
_PARTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


class OtherNetwork(KinefuseError):
    """A published file holds a network that this program has not."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(
            f"{path}: {what}, where one of the paper's networks is expected (1 to 3 equal "
            "convolutions and one small layer, or 1 to 3 equal LSTM layers, of 16 channels); "
            "convert only such models."
        )


class NotPublished(KinefuseError):
    """A network of ours that the published code cannot run."""

    def __init__(self, network: str) -> None:
        super().__init__(
            f"the published code has no network '{network}'; train one with "
            "--network convolutional or --network recurrent."
        )


def network_of(state: State, path: object) -> tuple[str, dict[str, object]]:
    """Our network and its settings, read off the shapes.

    Raises:
        OtherNetwork: It is none of the published ones.
    """
    reader = _recurrent if "lstm0.weight_ih_l0" in state else _convolutional
    try:
        network, settings = reader(state)
        expected = {ours for ours, _ in names(network, settings)}
    except (KeyError, IndexError, ValueError) as error:
        raise OtherNetwork(path, f"it lacks {error}") from error
    theirs = {their for _, their in names(network, settings)}
    if set(state) != theirs or not expected:
        strange = sorted(set(state) ^ theirs)
        raise OtherNetwork(path, f"it has or lacks {', '.join(strange[:3])}")
    return network, settings


def names(network: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Our name and theirs of every tensor of a network's body.

    Raises:
        NotPublished: The published code has no such network.
    """
    if network not in TYPES:
        raise NotPublished(network)
    if network == "recurrent":
        yield from _recurrent_names(settings)
        return
    for i in range(settings["layers"]):
        for part in _PARTS[:2]:
            yield f"convolutions.{i}.0.{part}", f"conv{i}.{part}"
        for part in _PARTS:
            yield f"convolutions.{i}.2.{part}", f"conv_batchnorm{i}.{part}"
    for place, their in ((0, "lin0"), (2, "lin_out")):
        for part in _PARTS[:2]:
            yield f"read_out.{place}.{part}", f"{their}.{part}"


def kwargs_of(network: str, settings: Mapping[str, Any], outputs: int) -> dict[str, Any]:
    """Constructor arguments, as ``model_kwargs.pkl`` holds them."""
    layers, dropout = settings["layers"], float(settings["dropout"])
    common = {
        "inp_size": [INPUTS],
        "outp_size": [outputs],
        "layers": layers * [settings["width"]],
    }
    prediction = {"prediction": "angle" if outputs == 3 else "orientation"}
    if network == "recurrent":
        own = {"dropout": layers * [dropout], "bidir": bool(settings["bidirectional"])}
    else:
        own = {
            "window": settings["window"],
            "groups": layers * [1],
            "conv_activation": layers * ["ReLU"],
            "conv_dropout": layers * [dropout],
            "conv_batchnorm": True,
            "lin_layers": [READ_OUT],
            "lin_activation": ["Sigmoid"],
            "lin_dropout": [],
        }
    return common | own | prediction | {"model_type": TYPES[network]}


def dropout_of(kwargs: Mapping[str, Any]) -> float:
    """Share silenced while training; 0 where it is not said."""
    said = kwargs.get("conv_dropout", kwargs.get("dropout", []))
    return float(said[0]) if said else 0.0


def check_kwargs(kwargs: Mapping[str, Any], path: object) -> None:
    """Refuse what the shapes of the numbers do not tell: other activations, grouped channels.

    Raises:
        OtherNetwork: One of them differs from the paper's.
    """
    wanted = {
        "conv_activation": {"ReLU"},
        "lin_activation": {"Sigmoid"},
        "groups": {1},
        "model_type": set(TYPES.values()),
    }
    for name, allowed in wanted.items():
        said = kwargs.get(name, [])
        for value in said if isinstance(said, list) else [said]:
            if value not in allowed:
                raise OtherNetwork(path, f"its {name} is {value}")


def _convolutional(state: State) -> tuple[str, dict[str, object]]:
    layers = sum(name.startswith("conv") and name.endswith("weight") for name in state) // 2
    shapes = [state[f"conv{i}.weight"].shape for i in range(layers)]
    width, inputs, window = shapes[0]
    equal = all(shape == (width, width, window) for shape in shapes[1:])
    if not equal or inputs != INPUTS or window % 2 == 0 or len(state["lin0.bias"]) != READ_OUT:
        raise ValueError(f"equal layers (found {shapes})")
    settings = ConvolutionalSettings(layers=layers, width=width, window=window, dropout=0.0)
    return "convolutional", asdict(settings)


def _recurrent(state: State) -> tuple[str, dict[str, object]]:
    width, inputs = state["lstm0.weight_hh_l0"].shape[1], state["lstm0.weight_ih_l0"].shape[1]
    if inputs != INPUTS:
        raise ValueError(f"{INPUTS} channels (found {inputs})")
    settings = RecurrentSettings(
        layers=sum(n.startswith("lstm0.weight_hh") and not n.endswith("_reverse") for n in state),
        width=width,
        bidirectional="lstm0.weight_hh_l0_reverse" in state,
        dropout=0.0,
    )
    return "recurrent", asdict(settings)


def _recurrent_names(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    directions = ("", "_reverse") if settings["bidirectional"] else ("",)
    for layer in range(settings["layers"]):
        for direction in directions:
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                name = f"{part}_l{layer}{direction}"
                yield f"lstm.{name}", f"lstm0.{name}"
    for part in _PARTS[:2]:
        yield f"read_out.{part}", f"linear_out.{part}"
