"""A trained network as plain files: weights in safetensors, the computation in ONNX."""

import io
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from kinefuse.networks.estimator import Estimator
from kinefuse.networks.features import SIGNALS
from kinefuse.networks.saved_model import NETWORK_FILE, WEIGHTS_FILE
from kinefuse.whole_files import written_whole

_OPSET = 17  # read by every onnxruntime since 1.12
_EXAMPLE_SAMPLES = 51  # odd, so that nothing relies on an even length


def write_network(folder: Path, estimator: Estimator) -> None:
    """Write ``weights.safetensors`` and ``network.onnx``; an interrupted write leaves neither."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: values.contiguous() for name, values in estimator.state_dict().items()}
    with written_whole(folder / WEIGHTS_FILE) as beside:
        save_file(weights, beside)
    with written_whole(folder / NETWORK_FILE) as beside:
        beside.write_bytes(as_onnx(estimator))


def read_weights(folder: Path, estimator: Estimator) -> None:
    """Load weights that ``write_network`` wrote into an estimator of the same settings."""
    estimator.load_state_dict(load_file(folder / WEIGHTS_FILE))


def as_onnx(estimator: Estimator) -> bytes:
    """The network for any batch and any length.

    Uses the tracing exporter: the newer one writes the example's length into LSTMs.
    """
    was_training = estimator.training
    estimator.eval().cpu()
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # deprecation, and tracing's notes on LSTM batch size
        torch.onnx.export(
            estimator,
            (torch.zeros(1, _EXAMPLE_SAMPLES, len(SIGNALS)),),
            buffer,  # pyright: ignore[reportArgumentType]  # the tracing exporter takes streams
            input_names=["signals"],
            output_names=["answers"],
            dynamic_axes={"signals": {0: "batch", 1: "time"}, "answers": {0: "batch", 1: "time"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    estimator.train(was_training)
    return buffer.getvalue()
