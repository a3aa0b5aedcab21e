"""A model from its folder, run by onnxruntime alone: no torch, no pickle, nothing executed.

``model.json`` (the card) and, for each network, ``networks/<kind>_<target>/network.onnx`` beside
its ``weights.safetensors``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from jaxtyping import Float
from onnxruntime.capi.onnxruntime_pybind11_state import (  # pyright: ignore[reportMissingImports]
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)

from kinefuse import so3
from kinefuse.anatomy.conventions import to_ours
from kinefuse.errors import KinefuseError, UnknownChoice, UnreadableFile
from kinefuse.networks.limbs import Pair, mirror_rotations, mirrored_pair
from kinefuse.networks.model_card import MIRRORED, ModelCard, network_name, read_card

NETWORK_FILE = "network.onnx"
WEIGHTS_FILE = "weights.safetensors"
NETWORKS_FOLDER = "networks"
OURS = "isb"

CHUNK_SAMPLES = 6000  # a minute at 100 Hz: memory stays bounded whatever the recording
_STRIDE = 64  # chunks start at multiples of it, so strides inside a network fall in step
_DAMAGED = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf)
Attitudes = Float[np.ndarray, "time 3 3"]


class WhichSide(KinefuseError):
    """A network that was taught left legs unmirrored has to be told which leg it sees."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"{folder}: this model was taught left legs as they are, not mirrored, and cannot be "
            "used here, where the side is not known; use it with 'kinefuse estimate' or 'evaluate'."
        )


@dataclass(frozen=True)
class Model:
    """A card and the networks it lists."""

    folder: Path
    card: ModelCard

    @property
    def rate_hz(self) -> float:
        """Samples a second of the pairs it expects."""
        return self.card.rate_hz

    def has(self, kind: str, target: str) -> bool:
        """Whether a network for this kind of joint and target is there."""
        return network_name(kind, target) in self.card.networks

    def predict_angles(
        self, pair: Pair, kind: str, side: str | None = None
    ) -> Float[np.ndarray, "time 3"]:
        """Flexion, adduction, internal rotation [rad] of a joint, from its two sensors.

        Args:
            pair: As of a right leg, whatever its side.
            kind: hip, knee or ankle.
            side: 'r' or 'l'; only networks that were taught left legs as they are need it.

        Raises:
            UnknownChoice: The model holds no such network.
            WhichSide: This model needs the side and it was not told.
        """
        numbers = self._run(self._taught(pair, side), network_name(kind, "angles"))
        angles = numbers.astype(np.float64)
        if self.card.angle_convention == OURS:
            return angles
        columns = np.rad2deg(angles)
        return to_ours(columns, f"{kind}_{side or 'r'}", self.card.angle_convention)

    def predict_orientations(
        self, pair: Pair, kind: str, side: str | None = None
    ) -> tuple[Attitudes, Attitudes]:
        """Attitudes in the travel frame of the proximal and the distal sensor, as a right leg.

        Args:
            pair: As of a right leg, whatever its side.
            kind: hip, knee or ankle.
            side: As of ``predict_angles``.

        Raises:
            UnknownChoice: The model holds no such network.
            WhichSide: This model needs the side and it was not told.
        """
        numbers = self._run(self._taught(pair, side), network_name(kind, "orientation"))
        both = so3.polished(numbers.astype(np.float64))
        if self.card.left_legs != MIRRORED and side == "l":
            both = mirror_rotations(both)
        return both[:, 0], both[:, 1]

    def _taught(self, pair: Pair, side: str | None) -> Pair:
        """The pair as such sensors entered while this model was taught."""
        if self.card.left_legs == MIRRORED:
            return pair
        if side is None:
            raise WhichSide(self.folder)
        return mirrored_pair(pair) if side == "l" else pair

    @cached_property
    def _sessions(self) -> dict[str, onnxruntime.InferenceSession]:
        return {}

    def _session(self, name: str) -> onnxruntime.InferenceSession:
        if name not in self._sessions:
            self._sessions[name] = _open(self.folder / NETWORKS_FOLDER / name / NETWORK_FILE)
        return self._sessions[name]

    def _run(self, pair: Pair, name: str) -> np.ndarray:
        if name not in self.card.networks:
            raise UnknownChoice(f"network of the model {self.folder}", name, self.card.networks)
        session = self._session(name)
        signals = pair.astype(np.float32)[None]
        parts = []
        for core, around in _chunks(len(pair), self.card.networks[name].context_samples):
            answers = np.asarray(session.run(None, {"signals": signals[:, around]})[0])
            parts.append(answers[0, core.start - around.start : core.stop - around.start])
        return np.concatenate(parts)


def load_model(folder: Path) -> Model:
    """Open a model folder; networks are read when first asked for.

    Raises:
        UnreadableFile: The folder, its card or a network's file is missing or damaged.
    """
    model = Model(folder, read_card(folder))
    for name in model.card.networks:
        file = folder / NETWORKS_FOLDER / name / NETWORK_FILE
        if not file.is_file():
            raise UnreadableFile(file, "this network is missing", "copy the whole model folder")
    return model


def _open(file: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except _DAMAGED as error:
        raise UnreadableFile(file, "this network is damaged", "copy the model again") from error


def _chunks(samples: int, context: int) -> Iterator[tuple[slice, slice]]:
    """Slices to keep, and slices to run so that what is kept sees its whole neighbourhood."""
    context = -(-context // _STRIDE) * _STRIDE
    length = max(CHUNK_SAMPLES, 4 * context) // _STRIDE * _STRIDE
    for start in range(0, samples, length):
        stop = min(start + length, samples)
        yield slice(start, stop), slice(max(start - context, 0), min(stop + context, samples))
