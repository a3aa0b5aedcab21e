"""The state of a training as plain numbers: safetensors with a JSON header, written atomically."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from kinefuse.errors import UnreadableFile
from kinefuse.whole_files import written_whole


@dataclass(frozen=True)
class Checkpoint:
    """Everything that the next iteration depends on; chance is a function of seed and step."""

    step: int
    weights: Mapping[str, Tensor]
    averaged: Mapping[str, Tensor]
    optimiser: Mapping[str, Tensor]
    history: list[dict] = field(default_factory=list)
    """Validation scores so far."""


_PARTS = ("weights", "averaged", "optimiser")


def write_checkpoint(file: Path, checkpoint: Checkpoint) -> None:
    """Replace ``file`` at once: a kill leaves the older checkpoint or the newer, never a half."""
    tensors = {
        f"{part}/{name}": values.detach().cpu().contiguous()
        for part in _PARTS
        for name, values in getattr(checkpoint, part).items()
    }
    header = {"state": json.dumps({"step": checkpoint.step, "history": checkpoint.history})}
    with written_whole(file) as beside:
        save_file(tensors, beside, metadata=header)


def read_checkpoint(file: Path) -> Checkpoint:
    """Read what ``write_checkpoint`` wrote.

    Raises:
        UnreadableFile: It is damaged.
    """
    try:
        with safe_open(file, framework="pt") as stored:
            state = json.loads((stored.metadata() or {})["state"])
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(
            file, "this checkpoint is damaged", "delete it to train this network again"
        ) from error
    parts = {
        part: {n.removeprefix(f"{part}/"): t for n, t in tensors.items() if n.startswith(part)}
        for part in _PARTS
    }
    return Checkpoint(step=state["step"], history=state["history"], **parts)


def optimiser_state(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Adam's moments and step of every parameter, by number."""
    state = optimiser.state_dict()["state"]
    return {f"{i}/{name}": value for i, row in state.items() for name, value in row.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, flat: Mapping[str, Tensor]) -> None:
    """Put back what ``optimiser_state`` took out."""
    words = optimiser.state_dict()
    for key, value in flat.items():
        number, name = key.split("/")
        words["state"].setdefault(int(number), {})[name] = value
    optimiser.load_state_dict(words)
