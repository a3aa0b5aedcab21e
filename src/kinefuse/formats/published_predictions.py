"""The published system's ``predictions/{x,y,y_pred}_{val,test}.npy`` beside a trained model.

Arrays (row, time, channel): 16 input channels, 3 true and 3 predicted angles [deg] (of orientation
networks: 18 numbers, two rotations). Rows come in pairs, right leg then left leg of one person: the
side is told by a row's parity alone. It is made a name here, once, at the door.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import KinefuseError, UnreadableFile

PARTS = ("val", "test")
FOLDER = "predictions"
KINDS = ("x", "y", "y_pred")


class OddRows(KinefuseError):
    """Rows that are no pairs of legs."""

    def __init__(self, path: object, rows: int) -> None:
        super().__init__(
            f"{path}: {rows} rows are no pairs of a right and a left leg; write both legs of "
            "everybody, right first."
        )


@dataclass(frozen=True, kw_only=True)
class Legs:
    """One side of everybody, in the order of the file."""

    x: Float[np.ndarray, "person time channel"]
    """As stored: the channels that the network saw."""
    y: Float[np.ndarray, "person time answer"]
    """The truth, in degrees and the convention 'published'."""
    y_pred: Float[np.ndarray, "person time answer"]
    """What the network said."""


Predictions = dict[str, dict[str, Legs]]
"""By part ('val', 'test'), then by side ('r', 'l')."""


def has_predictions(folder: Path) -> bool:
    """Whether such files lie right here."""
    return any((folder / f"y_pred_{part}.npy").is_file() for part in PARTS)


def read_predictions(folder: Path) -> Predictions:
    """Every part that is there.

    Raises:
        UnreadableFile: A file is missing or damaged, or two do not fit together.
        OddRows: The rows are no pairs of legs.
    """
    found = {}
    for part in PARTS:
        if (folder / f"y_pred_{part}.npy").is_file():
            rows = {kind: _load(folder / f"{kind}_{part}.npy") for kind in KINDS}
            found[part] = _by_side(rows, folder / f"y_pred_{part}.npy")
    if not found:
        raise UnreadableFile(folder, "it holds no y_pred_val.npy or y_pred_test.npy", "name it")
    return found


def write_predictions(folder: Path, predictions: Predictions) -> None:
    """Write every part; the folder has to exist.

    Raises:
        UnreadableFile: The two sides are of different people.
    """
    for part, legs in predictions.items():
        for kind in KINDS:
            right, left = (getattr(legs[side], kind) for side in SIDES)
            if right.shape != left.shape:
                raise UnreadableFile(
                    folder, f"{kind} of both sides differ", "give both legs of everybody"
                )
            rows = np.stack([right, left], axis=1).reshape(-1, *right.shape[1:])
            np.save(folder / f"{kind}_{part}.npy", rows)


def _by_side(rows: dict[str, np.ndarray], file: Path) -> dict[str, Legs]:
    shapes = {values.shape[:2] for values in rows.values()}
    if len(shapes) > 1 or rows["y"].shape != rows["y_pred"].shape:
        raise UnreadableFile(file, "x, y and y_pred do not fit together", "copy all three again")
    if len(rows["y"]) % len(SIDES):
        raise OddRows(file, len(rows["y"]))
    return {
        side: Legs(**{kind: values[i :: len(SIDES)] for kind, values in rows.items()})
        for i, side in enumerate(SIDES)
    }


def _load(file: Path) -> Float[np.ndarray, "row time channel"]:
    try:
        values = np.load(file, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise UnreadableFile(file, "this is no whole array of numbers", "copy it again") from error
    if values.ndim != 3 or values.dtype.kind not in "fi":
        raise UnreadableFile(
            file,
            f"it holds {values.dtype} {values.shape}, not (row, time, channel)",
            "copy it again",
        )
    return values.astype(np.float64)
