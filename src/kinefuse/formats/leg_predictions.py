"""What a network said of legs, and the truth, as one HDF5 file of named parts and sides.

``/<part>/<side>/{channels,true,predicted}``, (person, time, ...). Angles are ours, in radians, if
the file's attribute ``answers`` says 'angles'; else as the network gave them.
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.anatomy.conventions import from_ours, to_ours
from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.formats.hdf5_files import refuse_other_files
from kinefuse.formats.published_predictions import Legs, Predictions
from kinefuse.whole_files import written_whole

FILE = "predictions.h5"
_NAMES = {"x": "channels", "y": "true", "y_pred": "predicted"}
_ANGLES = 3
_CONVENTION = "published"


def write_leg_predictions(path: Path, kind: str, predictions: Predictions) -> None:
    """Write the file; one of that name is replaced.

    Raises:
        UnknownChoice: There is no such kind of joint.
    """
    if kind not in JOINT_KINDS:
        raise UnknownChoice("joint", kind, known=JOINT_KINDS)
    with written_whole(path) as beside, h5py.File(beside, "w") as h5:
        h5.attrs["joint"], h5.attrs["answers"] = kind, _answers(predictions)
        for part, sides in predictions.items():
            for side, legs in sides.items():
                for theirs, ours in _NAMES.items():
                    values = getattr(legs, theirs)
                    if theirs != "x" and values.shape[-1] == _ANGLES:
                        values = to_ours(values, f"{kind}_{side}", _CONVENTION)
                    h5.create_dataset(f"{part}/{side}/{ours}", data=values)


def read_leg_predictions(path: Path) -> tuple[str, Predictions]:
    """Kind of joint, and everything in the published convention and unit.

    Raises:
        UnreadableFile: It is missing, damaged or something else.
    """
    try:
        with h5py.File(path, "r") as opened:
            h5: Any = opened  # h5py types any child as any of all kinds
            refuse_other_files(h5)
            kind = str(h5.attrs["joint"])
            found = {
                part: {side: _legs(h5[part][side], f"{kind}_{side}") for side in h5[part]}
                for part in h5
            }
    except (OSError, KeyError, TypeError) as error:
        raise UnreadableFile(path, "it holds no predictions of legs", "convert again") from error
    return kind, found


def _legs(group: Any, joint: str) -> Legs:
    rows = {theirs: group[ours][()].astype(np.float64) for theirs, ours in _NAMES.items()}
    for name in ("y", "y_pred"):
        if rows[name].shape[-1] == _ANGLES:
            rows[name] = from_ours(rows[name], joint, _CONVENTION)
    return Legs(**rows)


def _answers(predictions: Predictions) -> str:
    """What the last axis of ``true`` and ``predicted`` is."""
    lengths = {legs.y.shape[-1] for sides in predictions.values() for legs in sides.values()}
    return "angles" if lengths == {_ANGLES} else "numbers"
