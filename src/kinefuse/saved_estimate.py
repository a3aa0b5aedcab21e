"""An estimate as one HDF5 file of plain numbers and words, and back, equal to the last bit.

A noun is a group whose attribute ``kinefuse_noun`` is its name in ``NOUNS``, a mapping or a tuple
is a group whose ``kinefuse_kind`` says so, an array is a dataset, and single values are attributes;
None is an empty one. Nothing else can be stored, so that reading builds nothing but these. An array
that an estimate holds in two places is stored once and linked.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.alignment import SegmentAlignment
from kinefuse.correction import CorrectedAngles
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.estimation import Estimate
from kinefuse.formats.hdf5_files import refuse_other_files
from kinefuse.optimiser import BodyEstimate, TermStatistics
from kinefuse.quality.finding import Finding
from kinefuse.recordings import JointAngles
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.session_description import Person
from kinefuse.whole_body import BodyAnswer
from kinefuse.whole_files import written_whole

ESTIMATE_FILE = "estimate.h5"
"""Its name in every folder of results."""
LAYOUT = 1  # raise it when a field changes its meaning; a new field with a default needs nothing
NOUNS: Mapping[str, Callable[..., Any]] = {
    noun.__name__: noun
    for noun in (
        BodyAnswer,
        BodyEstimate,
        CorrectedAngles,
        Estimate,
        Finding,
        JointAngles,
        Person,
        SegmentAlignment,
        SegmentOrientations,
        TermStatistics,
    )
}
"""All that an estimate is made of."""
_NOUN, _KIND = "kinefuse_noun", "kinefuse_kind"
_WAY_OUT = "estimate the recording again"


def write_estimate(path: Path, estimate: Estimate) -> None:
    """Write everything that reports, views and exports need; an existing file is replaced.

    Nobody meets half a file: it is written beside its place and renamed.
    """
    with written_whole(path) as beside, h5py.File(beside, "w") as h5:
        h5.attrs["layout"] = LAYOUT
        _put(h5, "estimate", estimate, {})


def read_estimate(path: Path) -> Estimate:
    """Read it back.

    Args:
        path: The file, or the folder of results that holds it.

    Raises:
        UnreadableFile: It is missing, truncated, of another version, or something else.
    """
    file = path / ESTIMATE_FILE if path.is_dir() else path
    if not file.exists():
        raise UnreadableFile(file, "there is no such estimate", "name a folder of results")
    try:
        with h5py.File(file, "r") as opened:
            h5: Any = opened  # h5py types any child as any of all kinds
            if h5.attrs.get("layout") != LAYOUT:
                raise UnreadableFile(file, "this estimate is of another version", _WAY_OUT)
            refuse_other_files(h5)
            found = _taken(h5["estimate"], {})
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        said = str(error).splitlines()[0]
        raise UnreadableFile(file, f"this holds no estimate ({said})", _WAY_OUT) from error
    except KinefuseError as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(file, f"this estimate is damaged ({error})", _WAY_OUT) from error
    if not isinstance(found, Estimate):
        raise UnreadableFile(file, "this holds no estimate", "name a folder of results")
    return found


def _put(group: Any, name: str, value: Any, stored: dict[int, Any]) -> None:
    """Store one value of a group; ``stored`` are the arrays that the file holds already."""
    if isinstance(value, np.ndarray):
        if id(value) not in stored:
            squeeze = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
            stored[id(value)] = group.create_dataset(name, data=value, **squeeze)
        else:
            group[name] = stored[id(value)]
    elif value is None:
        group.attrs[name] = h5py.Empty("f8")
    elif isinstance(value, str | bool | int | float | np.generic):
        group.attrs[name] = value
    else:
        kind, parts = _parts(value)
        inner = group.create_group(name, track_order=True)
        inner.attrs.update(kind)
        for part, held in parts.items():
            _put(inner, part, held, stored)


def _parts(value: Any) -> tuple[dict[str, str], Mapping[str, Any]]:
    """What a group says of itself, and what it holds."""
    if is_dataclass(value):
        noun = type(value).__name__
        if noun not in NOUNS:
            raise TypeError(f"{noun} is missing in kinefuse.saved_estimate.NOUNS")
        return {_NOUN: noun}, {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return {_KIND: "mapping"}, value
    if isinstance(value, tuple):
        return {_KIND: "tuple"}, {f"{i:06d}": part for i, part in enumerate(value)}
    raise TypeError(f"an estimate cannot hold a {type(value).__name__}")


def _taken(item: Any, taken: dict[Any, Any]) -> Any:
    """What a group or a dataset holds; ``taken`` are the arrays that were read already."""
    if isinstance(item, h5py.Dataset):
        if item not in taken:
            taken[item] = item[()]
        return taken[item]
    parts = {name: _taken(item[name], taken) for name in item}  # items() makes damaged ones None
    parts |= {name: _word(word) for name, word in item.attrs.items()}
    noun, kind = parts.pop(_NOUN, None), parts.pop(_KIND, None)
    if noun is not None:
        return NOUNS[noun](**parts)
    return tuple(parts[name] for name in sorted(parts)) if kind == "tuple" else parts


def _word(value: Any) -> Any:
    """A single value as Python has it."""
    if isinstance(value, h5py.Empty):
        return None
    return value.item() if isinstance(value, np.generic) else value
