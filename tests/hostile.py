"""Pickles that do harm to whoever executes them: a file appears where they were opened."""

import os
import pickle
import zipfile
from pathlib import Path

import torch


class Trap:
    """Asks whoever unpickles it to run a shell command."""

    def __init__(self, flag: Path) -> None:
        self.command = f"touch '{flag}'"

    def __reduce__(self):
        return os.system, (self.command,)


def hostile_kwargs(file: Path, flag: Path, protocol: int = 4) -> None:
    """A ``model_kwargs.pkl`` whose dropout is a command."""
    words = {"model_type": "CustomConv1D", "conv_dropout": [Trap(flag)]}
    file.write_bytes(pickle.dumps(words, protocol))


def hostile_torch(file: Path, flag: Path) -> None:
    """A torch file whose structure runs a command."""
    torch.save({"params": {"x_mean": torch.zeros(1, 1, 16), "x_std": Trap(flag)}}, file)
    assert zipfile.is_zipfile(file)


def hostile_legacy(file: Path, flag: Path) -> None:
    """The same in torch's format of before 2020."""
    torch.save({"a": Trap(flag)}, file, _use_new_zipfile_serialization=False)
