"""Files that torch wrote before version 1.6, by torch's own weights-only loader."""

import pickle
import re
from pathlib import Path
from typing import Any

from kinefuse.errors import UnreadableFile
from kinefuse.formats.restricted_pickle import RefusedPickle

_GLOBAL = re.compile(r"GLOBAL (\S+)")


def read_legacy(path: Path) -> Any:
    """The values of such a file, with arrays in place of tensors.

    Raises:
        RefusedPickle: It wants to build something else.
        UnreadableFile: It is no such file, or torch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise UnreadableFile(
            path, "this is no present-day torch file", "install kinefuse[train] to read old ones"
        ) from error
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        wanted = _GLOBAL.search(str(error))
        if wanted:
            raise RefusedPickle(path, wanted[1]) from error
        raise UnreadableFile(path, "this is no torch file", "copy it again") from error
    except (RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(path, "this is no whole torch file", "copy it again") from error
    return _arrays(found)


def _arrays(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _arrays(inner) for key, inner in value.items()}
    return value.detach().numpy() if hasattr(value, "detach") else value
