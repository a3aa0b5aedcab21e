"""Joint angles on real sensors against optical truth: the optimiser beside everyone else.

    OMP_NUM_THREADS=1 python revalidation/optimiser_walks.py

The walks of ``real_walks.py``: ``gaittech`` (one person, 9.55 s of truth in 35 s) and ``kamkfm``
(two people, ten steps of a second each). All get the same alignment, found without optics.
Methods: those of ``kinefuse.estimate``, and of ``contenders.py`` on the same aligned sensors. RMSE
in degrees, raw and with both means removed.

Writes ``results/optimiser_walks.csv``, a row a walk, method, joint and plane.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from contenders import body_methods
from optical_walks import OpticalWalk, walks

from kinefuse import metrics
from kinefuse.alignment import align, in_segment_axes
from kinefuse.anatomy.joints import PLANES
from kinefuse.estimation import estimate
from kinefuse.recordings import ImuSession, JointAngles

RESULTS = Path(__file__).parent / "results" / "optimiser_walks.csv"
_MEASURES = {
    "rmse_deg": metrics.rmse,
    "rmse_mean_removed_deg": metrics.rmse_mean_removed,
    "correlation": metrics.correlation,
}
_ORDER = ("fused", "network", "orientation", "classical", "vqf", "dead reckoning", "optimiser")


def main() -> None:
    """Score everyone on every walk."""
    rows = [row for walk in walks() for row in scores(walk)]
    table = pl.DataFrame(rows)
    table.write_csv(RESULTS, float_precision=3)
    for measure in ("rmse_mean_removed_deg", "rmse_deg"):
        print(measure)
        _say(table, measure)
    print(f"written: {RESULTS}")


def scores(walk: OpticalWalk) -> Iterator[dict[str, object]]:
    """One row a method, joint and plane: the mean over the walk's stretches."""
    alignment = align(walk.whole, "walking")
    pairs = defaultdict(list)
    for number, (session, where, truth) in enumerate(walk.stretches, start=1):
        for method, angles in answers(session, alignment):
            pairs[method].append((angles, where, truth))
        print(f"{walk.name}: {number} of {len(walk.stretches)}", flush=True)
    for method, answered in pairs.items():
        for joint in answered[0][2].angles_rad:
            for i, plane in enumerate(PLANES):
                curves = [
                    [
                        np.rad2deg(each.angles_rad[joint][part, i])
                        for each, part in ((angles, where), (truth, slice(None)))
                    ]
                    for angles, where, truth in answered
                ]
                yield {"walk": walk.name, "method": method, "joint": joint, "plane": plane} | {
                    name: float(np.nanmean([measure(*pair) for pair in curves]))
                    for name, measure in _MEASURES.items()
                }


def answers(session: ImuSession, alignment) -> Iterator[tuple[str, JointAngles]]:
    """Angles by everyone, all with the same alignment."""
    found = estimate(session, "walking", alignment=alignment)
    yield found.method, found.angles
    yield from found.alternatives.items()
    aligned = in_segment_axes(session, alignment)
    for name, method in body_methods().items():
        if name not in found.alternatives:
            yield name, method(aligned, "walking", alignment).angles


def _say(table: pl.DataFrame, measure: str) -> None:
    """Means over sides, a row a walk's data set, joint and plane; the last rows over everything."""
    kinds = table.with_columns(
        data=pl.col("walk").str.split(" ").list.first(), joint=pl.col("joint").str.head(-2)
    )
    wide = (
        kinds.group_by("data", "joint", "plane", "method", maintain_order=True)
        .agg(pl.col(measure).mean())
        .pivot(on="method", index=["data", "joint", "plane"])
    )
    known = [name for name in _ORDER if name in wide.columns]
    wide = wide.select("data", "joint", "plane", *known)
    mean = wide.group_by("data", maintain_order=True).agg(pl.col(known).mean())
    mean = mean.with_columns(joint=pl.lit("all"), plane=pl.lit("mean"))
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        float_precision=2,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_width_chars=120,
    ):
        print(pl.concat([wide, mean.select(wide.columns)]))


if __name__ == "__main__":
    main()
