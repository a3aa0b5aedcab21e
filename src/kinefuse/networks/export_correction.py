"""A trained correction network as plain files: one set of numbers, two computations.

The numbers are written once, in half precision, as ``weights.safetensors``; the two ONNX files
hold no weights of their own but say where in that file they lie (ONNX *external data*: offset and
length of little-endian numbers, which is what safetensors stores).
"""

import io
import json
import struct
import warnings
from pathlib import Path

import onnx
import torch
from onnx import helper
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from kinefuse.networks.leg_correction import LegCorrection
from kinefuse.whole_files import written_whole

_OPSET = 17  # read by every onnxruntime since 1.12
_EXAMPLE_SAMPLES = 51  # odd, so that nothing relies on an even length
PARTS = ("trunk", "head")
_INPUTS = {"trunk": ("vectors", "angles_rad", "worn", "glued"), "head": ("frames", "moments")}
_OUTPUTS = {"trunk": ("frames",), "head": ("turns_rad", "course_rad", "sd_rad")}
_TIMELESS = ("worn", "glued", "moments", "turns_rad")


def write_correction(folder: Path, network: LegCorrection, weights_file: str) -> None:
    """Write the weights and one ONNX file a part; an interrupted write leaves no half file."""
    folder.mkdir(parents=True, exist_ok=True)
    halved = {name: _halved(values) for name, values in network.state_dict().items()}
    with written_whole(folder / weights_file) as beside:
        save_file(halved, beside)
    places = _places(folder / weights_file)
    frames = torch.zeros(1, network.settings["width"], _EXAMPLE_SAMPLES)  # pyright: ignore
    examples = {
        "trunk": (
            torch.zeros(1, _EXAMPLE_SAMPLES, 7, 3, 3),
            torch.zeros(1, _EXAMPLE_SAMPLES, 6, 3),
            torch.ones(1, 7),
            torch.zeros(1, 1),
        ),
        "head": (frames, torch.zeros(1, 2 * frames.shape[1])),
    }
    was_training = network.training
    network.eval().cpu()
    for part in PARTS:
        graph = _exported(getattr(network, part), part, examples[part])
        _point_to(
            graph,
            weights_file,
            {n.removeprefix(f"{part}."): p for n, p in places.items() if n.startswith(f"{part}.")},
        )
        with written_whole(folder / f"{part}.onnx") as beside:
            beside.write_bytes(graph.SerializeToString())
    network.train(was_training)


def read_correction_weights(folder: Path, weights_file: str, network: LegCorrection) -> None:
    """Load weights that ``write_correction`` wrote into a network of the same settings."""
    stored = load_file(folder / weights_file)
    network.load_state_dict({name: values.float() for name, values in stored.items()})


def _halved(values: Tensor) -> Tensor:
    """Weights in half precision, which moves angles by less than a hundredth of a degree."""
    return values.detach().to("cpu", torch.float16).contiguous()


def _places(file: Path) -> dict[str, tuple[int, int, list[int]]]:
    """By name: first byte, number of bytes, and shape of every tensor in a safetensors file."""
    raw = file.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: (
            8 + length + entry["data_offsets"][0],
            entry["data_offsets"][1] - entry["data_offsets"][0],
            entry["shape"],
        )
        for name, entry in header.items()
    }


def _exported(part: nn.Module, name: str, example: tuple[Tensor, ...]) -> onnx.ModelProto:
    axes = {
        given: {0: "batch"} if given in _TIMELESS else {0: "batch", _time_axis(given): "time"}
        for given in (*_INPUTS[name], *_OUTPUTS[name])
    }
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # deprecation of the tracing exporter
        torch.onnx.export(
            part,
            example,
            buffer,  # pyright: ignore[reportArgumentType]  # the tracing exporter takes streams
            input_names=list(_INPUTS[name]),
            output_names=list(_OUTPUTS[name]),
            dynamic_axes=axes,
            opset_version=_OPSET,
            do_constant_folding=False,
            dynamo=False,
        )
    return onnx.load_from_string(buffer.getvalue())


def _time_axis(name: str) -> int:
    return 2 if name == "frames" else 1


def _point_to(
    model: onnx.ModelProto, weights_file: str, places: dict[str, tuple[int, int, list[int]]]
) -> None:
    """Replace a graph's own numbers by their places in the weights file, read as single ones."""
    casts = []
    for tensor in list(model.graph.initializer):
        if tensor.name not in places:
            continue
        offset, length, shape = places[tensor.name]
        stored = onnx.TensorProto(
            name=f"{tensor.name}.half",
            data_type=onnx.TensorProto.FLOAT16,
            dims=shape,
            data_location=onnx.TensorProto.EXTERNAL,
        )
        for key, value in (("location", weights_file), ("offset", offset), ("length", length)):
            stored.external_data.add(key=key, value=str(value))
        casts.append(
            helper.make_node("Cast", [stored.name], [tensor.name], to=onnx.TensorProto.FLOAT)
        )
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(stored)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
