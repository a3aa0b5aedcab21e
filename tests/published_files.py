"""Published model folders made on the spot, of any of their networks."""

import pickle
from collections import OrderedDict
from itertools import pairwise

import numpy as np
import torch

HANGING = -9.5  # m/s2, mean of the up channel of a leg in the published simulation


def kwargs(model_type="CustomConv1D", layers=2, width=10, window=11, bidir=True, outputs=3):
    common = {"inp_size": [16], "outp_size": [outputs], "layers": layers * [width]}
    if model_type == "CustomLSTM":
        own = {"dropout": layers * [0.1], "bidir": bidir}
    else:
        own = {
            "window": window,
            "groups": layers * [1],
            "conv_activation": layers * ["ReLU"],
            "conv_dropout": layers * [0.1],
            "conv_batchnorm": True,
            "lin_layers": [20],
            "lin_activation": ["Sigmoid"],
            "lin_dropout": [],
        }
    prediction = "angle" if outputs == 3 else "orientation"
    return common | own | {"prediction": prediction, "model_type": model_type}


def state(words, seed=0):
    """Random numbers of the shapes that such arguments mean."""
    shapes = (_lstm_shapes if words["model_type"] == "CustomLSTM" else _conv_shapes)(words)
    rng = np.random.default_rng(seed)
    found = OrderedDict()
    for name, shape in shapes.items():
        values = torch.tensor(rng.normal(0, 0.3, shape), dtype=torch.float32)
        if name.endswith("running_var"):
            values = values.abs() + 0.5
        if name.endswith("num_batches_tracked"):
            values = torch.tensor(1000)
        found[name] = values
    return found


def norms(seed=0, outputs=3, up=HANGING):
    rng = np.random.default_rng([seed, 1])
    params = {
        "x_mean": rng.normal(0, 2, 16),
        "x_std": rng.uniform(0.5, 10, 16),
        "y_mean": rng.normal(0, 20, outputs),
        "y_std": rng.uniform(2, 20, outputs),
    }
    params["x_mean"][[1, 9]] = up
    return {n: torch.tensor(v, dtype=torch.float32).reshape(1, 1, -1) for n, v in params.items()}


def write_folder(folder, words=None, seed=0, up=HANGING, protocol=4):
    """Write ``model.pt``, ``model_kwargs.pkl`` and ``norm_dict.pt``."""
    words = words or kwargs()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(state(words, seed), folder / "model.pt")
    (folder / "model_kwargs.pkl").write_bytes(pickle.dumps(words, protocol))
    params = norms(seed, words["outp_size"][0], up)
    torch.save(
        {"norm_type": "standardize", "groups": False, "params": params}, folder / "norm_dict.pt"
    )
    return folder


def _conv_shapes(words):
    widths = [*words["inp_size"], *words["layers"]]
    shapes = {}
    for i, (before, after) in enumerate(pairwise(widths)):
        shapes |= {f"conv{i}.weight": (after, before, words["window"]), f"conv{i}.bias": (after,)}
        parts = ("weight", "bias", "running_mean", "running_var")
        shapes |= {f"conv_batchnorm{i}.{part}": (after,) for part in parts}
        shapes |= {f"conv_batchnorm{i}.num_batches_tracked": ()}
    sizes = [widths[-1], 20, *words["outp_size"]]
    for name, before, after in (("lin0", *sizes[:2]), ("lin_out", *sizes[1:])):
        shapes |= {f"{name}.weight": (after, before), f"{name}.bias": (after,)}
    return shapes


def _lstm_shapes(words):
    width, directions = words["layers"][0], ("", "_reverse") if words["bidir"] else ("",)
    shapes = {}
    for layer in range(len(words["layers"])):
        heard = 16 if layer == 0 else width * len(directions)
        for direction in directions:
            place = f"l{layer}{direction}"
            shapes[f"lstm0.weight_ih_{place}"] = (4 * width, heard)
            shapes[f"lstm0.weight_hh_{place}"] = (4 * width, width)
            shapes[f"lstm0.bias_ih_{place}"] = (4 * width,)
            shapes[f"lstm0.bias_hh_{place}"] = (4 * width,)
    shapes["linear_out.weight"] = (words["outp_size"][0], width * len(directions))
    shapes["linear_out.bias"] = (words["outp_size"][0],)
    return shapes
