"""What was estimated of a trial, as one HDF5 file of plain numbers and words.

``orientations/<segment>`` (time, 3, 3), ``angles_rad/<joint>`` and ``angles_sd_rad/<joint>``
(time, 3), in single precision; the attributes say the rate, and whose trial was estimated how.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.hdf5_files import refuse_other_files
from kinefuse.whole_files import written_whole

LAYOUT = 1  # raise it when the layout changes
_CURVES = ("orientations", "angles_rad", "angles_sd_rad")
Curves = Mapping[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class EstimatedTrial:
    """What a method says of one trial."""

    rate_hz: float
    orientations: Curves
    """``R_world_segment`` by segment; by ``joint/segment`` where each joint has its own."""
    angles_rad: Curves
    """By joint."""
    angles_sd_rad: Curves = field(default_factory=dict)
    """One sigma, by joint; empty where the method does not know."""
    words: Mapping[str, object] = field(default_factory=dict)
    """Person, trial, and how it was estimated; plain JSON values."""


def write_estimated_trial(path: Path, found: EstimatedTrial) -> None:
    """Write it; nobody ever meets half a file, since it is renamed into its place."""
    with written_whole(path) as beside, h5py.File(beside, "w") as h5:
        h5.attrs["layout"], h5.attrs["rate_hz"] = LAYOUT, found.rate_hz
        h5.attrs["words"] = json.dumps(dict(found.words))
        for kind in _CURVES:
            for name, values in getattr(found, kind).items():
                h5.create_dataset(f"{kind}/{name}", data=values.astype(np.float32))


def read_estimated_trial(path: Path) -> EstimatedTrial:
    """Read it back, in double precision.

    Raises:
        UnreadableFile: It is missing, truncated or something else.
    """
    way_out = "remove it and estimate again"
    try:
        with h5py.File(path, "r") as opened:
            h5: Any = opened  # h5py types any child as any of all kinds
            if h5.attrs.get("layout") != LAYOUT:
                raise UnreadableFile(path, "its layout is of another version", way_out)
            refuse_other_files(h5)
            return EstimatedTrial(
                rate_hz=float(h5.attrs["rate_hz"]),
                words=json.loads(h5.attrs["words"]),
                **{kind: _numbers(h5, kind) for kind in _CURVES},
            )
    except (OSError, KeyError) as error:
        raise UnreadableFile(path, f"this holds no estimate ({error})", way_out) from error


def _numbers(h5: Any, kind: str) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}

    def take(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()].astype(np.float64)

    if kind in h5:
        h5[kind].visititems(take)
    return found
