"""A correction network from its folder, run by onnxruntime in pieces: any length, bounded memory.

Two computations, ``trunk.onnx`` and ``head.onnx``, share the numbers of ``weights.safetensors``
(see ``networks.leg_correction``). Between them, the frames of the whole recording are summed up.
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
    RuntimeException,
)

from kinefuse.correction.card import CorrectionCard, read_correction_card
from kinefuse.errors import UnreadableFile
from kinefuse.networks.legs import BodySignals

TRUNK_FILE, HEAD_FILE = "trunk.onnx", "head.onnx"
WEIGHTS_FILE = "weights.safetensors"

PIECE_SAMPLES = 6000  # a minute at 100 Hz
_STRIDE = 2  # samples a frame
_SPREAD_FLOOR = 1e-4  # as in training
_DAMAGED = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, RuntimeException)

Frames = Float[np.ndarray, "width frame"]


@dataclass(frozen=True)
class LegAnswer:
    """What the network says about one leg, seen as a right leg."""

    turns_rad: Float[np.ndarray, "4 3"]
    """Rotation vector of ``R_given_true`` of pelvis, thigh, shank and foot."""
    course_rad: Float[np.ndarray, "time 3 3"]
    """By joint and plane, to be added to the angles between turned segments."""
    sd_rad: Float[np.ndarray, "time 3 3"]
    """One sigma of the corrected angles, not yet calibrated."""


@dataclass(frozen=True)
class CorrectionNetwork:
    """A card and the two computations it stands beside."""

    folder: Path
    card: CorrectionCard

    @property
    def rate_hz(self) -> float:
        """Samples a second of what it is told."""
        return self.card.rate_hz

    def leg(self, seen: BodySignals, moves: Float[np.ndarray, " time"] | None = None) -> LegAnswer:
        """The answer for the right leg of a body, or for a left one seen in the mirror.

        Args:
            seen: At the network's rate.
            moves: From 0 to 1, where the person moves as the network has seen people move; only
                there is the alignment judged. By default everywhere.
        """
        samples = len(seen.vectors)
        frames = self._frames(seen)
        moments = _moments(frames, moves, samples)
        length = frames.shape[1]
        context = -(-self.card.head_context_samples // _STRIDE)
        courses, sds, turns = [], [], np.zeros((4, 3))
        for core, around in pieces(length, context, PIECE_SAMPLES // _STRIDE):
            answer = self._head.run(
                None, {"frames": frames[None, :, around], "moments": moments[None]}
            )
            turns, course, sd = (np.asarray(part)[0].astype(np.float64) for part in answer)
            kept = slice(
                _STRIDE * (core.start - around.start), _STRIDE * (core.stop - around.start)
            )
            courses.append(course[kept])
            sds.append(sd[kept])
        return LegAnswer(turns, np.concatenate(courses)[:samples], np.concatenate(sds)[:samples])

    def _frames(self, seen: BodySignals) -> Frames:
        samples = len(seen.vectors)
        parts = []
        for core, around in pieces(samples, self.card.trunk_context_samples, PIECE_SAMPLES):
            told = {
                "vectors": seen.vectors[None, around].astype(np.float32),
                "angles_rad": seen.angles_rad[None, around].astype(np.float32),
                "worn": seen.worn[None].astype(np.float32),
                "glued": seen.glued[None].astype(np.float32),
            }
            frames = np.asarray(self._trunk.run(None, told)[0])[0]
            last = None if core.stop == samples else (core.stop - around.start) // _STRIDE
            parts.append(frames[:, (core.start - around.start) // _STRIDE : last])
        return np.concatenate(parts, axis=1)

    @cached_property
    def _trunk(self) -> onnxruntime.InferenceSession:
        return _open(self.folder / TRUNK_FILE)

    @cached_property
    def _head(self) -> onnxruntime.InferenceSession:
        return _open(self.folder / HEAD_FILE)


def load_correction(folder: Path) -> CorrectionNetwork:
    """Open a folder that training a correction wrote; its numbers are read when first needed.

    Raises:
        UnreadableFile: The folder, its card or one of its files is missing or damaged.
    """
    network = CorrectionNetwork(folder, read_correction_card(folder))
    for name in (TRUNK_FILE, HEAD_FILE, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise UnreadableFile(folder / name, "this file is missing", "copy the whole folder")
    return network


def pieces(samples: int, context: int, length: int) -> Iterator[tuple[slice, slice]]:
    """Slices to keep, and slices to run so that what is kept sees its whole neighbourhood.

    All start at even numbers, so that strides inside a network fall in step.
    """
    context, length = context + context % _STRIDE, max(length, 2 * context)
    length += length % _STRIDE
    for start in range(0, samples, length):
        stop = min(start + length, samples)
        yield slice(start, stop), slice(max(start - context, 0), min(stop + context, samples))


def _moments(
    frames: Frames, moves: Float[np.ndarray, " time"] | None, samples: int
) -> Float[np.ndarray, " moments"]:
    """Mean and spread of every channel, over what moves."""
    at = np.minimum(_STRIDE * np.arange(frames.shape[1]), samples - 1)
    weights = np.ones(len(at)) if moves is None or not moves[at].any() else moves[at]
    mean = np.average(frames, axis=1, weights=weights)
    variance = np.average((frames - mean[:, None]) ** 2, axis=1, weights=weights)
    return np.concatenate([mean, np.sqrt(variance + _SPREAD_FLOOR)]).astype(np.float32)


def _open(file: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except _DAMAGED as error:
        raise UnreadableFile(file, "this network is damaged", "copy the folder again") from error
