"""Errors on real sensors against optical truth: every method, joint and plane, as they are.

    python revalidation/real_walks.py [MODEL]

with the packaged networks or those of another model folder. Writes ``results/real_walks.csv``
and prints an overview. Each row is one joint and plane of one person: RMSE raw and with both means
removed, bias, correlation and range-of-motion error, averaged over the person's stretches.
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl
from optical_walks import OpticalWalk, walks

from kinefuse import metrics
from kinefuse.alignment import align
from kinefuse.anatomy.joints import PLANES
from kinefuse.estimation import estimate
from kinefuse.methods import METHODS
from kinefuse.recordings import JointAngles

RESULTS = Path(__file__).parent / "results" / "real_walks.csv"
_MEASURES = {
    "rmse_deg": metrics.rmse,
    "rmse_mean_removed_deg": metrics.rmse_mean_removed,
    "bias_deg": metrics.bias,
    "correlation": metrics.correlation,
    "range_of_motion_error_deg": metrics.range_of_motion_error,
}


def main(model: Path | None) -> None:
    """Score every method on every walk."""
    rows = [row for walk in walks() for row in scores(walk, model)]
    table = pl.DataFrame(rows)
    RESULTS.parent.mkdir(exist_ok=True)
    table.write_csv(RESULTS, float_precision=3)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=2, tbl_hide_dataframe_shape=True):
        print(_overview(table))
    print(f"written: {RESULTS}")


def scores(walk: OpticalWalk, model: Path | None) -> list[dict[str, object]]:
    """One row a method, joint and plane."""
    alignment = align(walk.whole, "walking")
    answers = defaultdict(list)
    for session, where, truth in walk.stretches:
        for method in METHODS:
            found = estimate(session, "walking", model=model, method=method, alignment=alignment)
            answers[method].append((_part(found.angles, where), truth))
    return [
        {"walk": walk.name, "method": method, "joint": joint, "plane": plane}
        | {name: _mean(measure, pairs, joint, i) for name, measure in _MEASURES.items()}
        for method, pairs in answers.items()
        for joint in pairs[0][0].angles_rad
        for i, plane in enumerate(PLANES)
    ]


def _mean(measure, pairs, joint: str, plane: int) -> float:
    return float(np.nanmean([measure(*_degrees(*pair, joint, plane)) for pair in pairs]))


def _part(angles: JointAngles, where: slice) -> JointAngles:
    return JointAngles(
        rate_hz=angles.rate_hz,
        angles_rad={joint: curve[where] for joint, curve in angles.angles_rad.items()},
    )


def _degrees(found: JointAngles, truth: JointAngles, joint: str, plane: int) -> list[np.ndarray]:
    return [np.rad2deg(angles.angles_rad[joint][:, plane]) for angles in (found, truth)]


def _overview(table: pl.DataFrame) -> pl.DataFrame:
    """Mean-removed and raw error of each method, a kind of joint and plane, mean over walks."""
    return (
        table.with_columns(kind=pl.col("joint").str.head(-2))
        .group_by("method", "kind", "plane", maintain_order=True)
        .agg(pl.col("rmse_mean_removed_deg", "rmse_deg", "correlation").mean())
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
