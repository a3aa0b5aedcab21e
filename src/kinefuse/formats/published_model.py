"""A published model folder: ``model.pt``, ``model_kwargs.pkl``, ``norm_dict.pt``.

Files may carry a prefix (``Walking_Knee_model.pt``), and a bare ``model_dict.pt`` may lie alone.
Nothing is executed on reading, and torch is not needed for present-day files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.errors import UnreadableFile
from kinefuse.formats.restricted_pickle import read_plain_pickle
from kinefuse.formats.torch_files import is_torch_zip, read_torch_zip

MODEL, KWARGS, NORM, INFO = "model.pt", "model_kwargs.pkl", "norm_dict.pt", "info.json"
BARE = "model_dict.pt"
OURS = "kinefuse"
"""In ``info.json``: what only this program knows of a model that it wrote in this format."""
_ENDINGS = (MODEL, BARE)
_NORMS = ("x_mean", "x_std", "y_mean", "y_std")
_ACTIVITIES = ("walking", "running")
_WAY_OUT = "copy the whole model folder again"


@dataclass(frozen=True, kw_only=True)
class Norms:
    """Mean and SD of every channel: 16 inputs; 3 angles [deg], or 12 numbers of attitudes."""

    x_mean: Float[np.ndarray, " channel"]
    x_std: Float[np.ndarray, " channel"]
    y_mean: Float[np.ndarray, " answer"]
    y_std: Float[np.ndarray, " answer"]

    @property
    def hangs(self) -> bool:
        """Whether gravity is the published simulation's: -9.81 on the axis that points up."""
        up_m_s2 = self.x_mean[[1, 9]]  # acc y of the proximal and the distal sensor
        return bool(up_m_s2.sum() < 0)


@dataclass(frozen=True, kw_only=True)
class PublishedModel:
    """What such a folder holds."""

    path: Path
    state: Mapping[str, np.ndarray]
    """The network's numbers, by the published names."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Constructor arguments; empty beside a bare state dict."""
    norms: Norms | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    kind: str | None = None
    """Of joint, if a name says it."""
    activity: str | None = None

    @property
    def hangs(self) -> bool:
        """Whether its accelerometers read -9.81 on the axis that points up.

        Ours always do once they are in that format, and say so; of others the means tell.
        """
        said = self.info.get(OURS)
        ours = isinstance(said, dict) and bool(said)
        return ours or (self.norms is not None and self.norms.hangs)


def published_models(path: Path) -> tuple[Path, ...]:
    """The state dicts of every published model in a folder or below, or the file itself."""
    if path.is_file():
        return (path,) if path.name.endswith(_ENDINGS) else ()
    return tuple(sorted(file for end in _ENDINGS for file in path.rglob(f"*{end}")))


def is_published_model(path: Path) -> bool:
    """Whether a folder or file is a published model and no model of ours."""
    return not (path / "model.json").exists() and bool(published_models(path))


def read_published_model(file: Path) -> PublishedModel:
    """Read a model by its state dict, with what lies beside it.

    Raises:
        RefusedPickle: A file wants to build something that is no plain value.
        UnreadableFile: A file is damaged or of another layout.
    """
    prefix = file.name.removesuffix(BARE).removesuffix(MODEL)
    kwargs, norm, info = (file.with_name(prefix + name) for name in (KWARGS, NORM, INFO))
    state = _tensors(file)
    if not isinstance(state, dict) or not state:
        raise UnreadableFile(file, "it holds no table of tensors", _WAY_OUT)
    return PublishedModel(
        path=file,
        state={str(name): np.asarray(values) for name, values in state.items()},
        kwargs=_table(kwargs) if kwargs.exists() else {},
        norms=_norms(norm) if norm.exists() else None,
        info=_words(info) if info.exists() else {},
        kind=_named_in(file, JOINT_KINDS),
        activity=_named_in(file, _ACTIVITIES),
    )


def _tensors(file: Path) -> Any:
    if not file.is_file():
        raise UnreadableFile(file, "there is no such file", _WAY_OUT)
    if is_torch_zip(file):
        return read_torch_zip(file)
    from kinefuse.formats.torch_legacy import read_legacy  # torch, for files before 2020 only

    return read_legacy(file)


def _norms(file: Path) -> Norms:
    found = _tensors(file)
    try:
        params = found["params"]
        rows = {name: np.asarray(params[name], dtype=np.float64).reshape(-1) for name in _NORMS}
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(file, f"it lacks {error}", _WAY_OUT) from error
    norms = Norms(**rows)
    if norms.x_mean.shape != norms.x_std.shape or norms.y_mean.shape != norms.y_std.shape:
        raise UnreadableFile(file, "its means and deviations differ in number", _WAY_OUT)
    if not all(np.isfinite(row).all() for row in rows.values()):
        raise UnreadableFile(file, "a mean or deviation is no number", _WAY_OUT)
    if (norms.x_std <= 0).any() or (norms.y_std <= 0).any():
        raise UnreadableFile(file, "a deviation is not positive", _WAY_OUT)
    return norms


def _table(file: Path) -> dict[str, Any]:
    found = read_plain_pickle(file)
    if not isinstance(found, dict):
        raise UnreadableFile(file, "it holds no table of settings", _WAY_OUT)
    return {str(name): value for name, value in found.items()}


def _words(file: Path) -> dict[str, Any]:
    import json

    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return {}  # only what we wrote ourselves is used, and that is whole
    return found if isinstance(found, dict) else {}


def _named_in(file: Path, names: tuple[str, ...]) -> str | None:
    """The one of these names that the file's or its nearest folder's name says."""
    for part in (file.name, *reversed(file.absolute().parent.parts)):
        said = [name for name in names if name in part.lower()]
        if len(said) == 1:
            return said[0]
    return None
