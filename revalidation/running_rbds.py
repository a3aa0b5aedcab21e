"""Running, four people left out: ours beside the published method, on the same people and data.

    kinefuse prepare ../shared/data/running_markers_rbds --out WORK/store
    kinefuse train WORK/store --split revalidation/running_rbds.json --activity running \
        --out WORK/ours
    kinefuse train WORK/store --split revalidation/running_rbds.json --activity running \
        --recipe published-cnn --out WORK/published
    python revalidation/running_rbds.py WORK

scores both on runners 4, 11, 18 and 23 and writes ``results/running_rbds.csv``. Sensors 'aligned'
sit exactly in the segments' axes, as in the paper; 'as worn' they are strapped on askew (8 deg), on
flesh, with the noise and bias of a consumer's sensor. The same command lines, killed, go on.
"""

import sys
from pathlib import Path

import polars as pl

from kinefuse.cli.requests import scored_trials
from kinefuse.evaluation import Contender, check_people_are_new, score_trials, summary
from kinefuse.networks.saved_model import load_model

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "running_rbds.csv"
AIM_DEG = {"flexion": 1.27, "adduction": 2.52, "rotation": 3.34}  # published, mean removed


def main(work: Path) -> None:
    """Score, write, and say which aims are met."""
    contenders = [
        Contender(method=method, model=load_model(work / name))
        for method, name in (("ours", "ours"), ("published", "published"))
        if (work / name).exists()
    ]
    people, trials = scored_trials(
        (work / "store",), HERE / "running_rbds.json", contenders[0].model.card
    )
    check_people_are_new(contenders, people)
    rows: list[dict] = []
    for progress, scored in score_trials(trials, contenders):
        rows += scored
        print(f"{progress.done}/{progress.total} {progress.message}", flush=True)
    means = summary(pl.DataFrame(rows))
    RESULTS.parent.mkdir(exist_ok=True)
    means.write_csv(RESULTS, float_precision=3)
    _say(means)


def _say(means: pl.DataFrame) -> None:
    best = means.filter(pl.col("answer") == "theta").select(
        "condition", "joint", "plane", "method", pl.col("rmse_mean_removed_deg")
    )
    beside = best.pivot(on="method", index=["condition", "joint", "plane"])
    aims = pl.DataFrame({"plane": list(AIM_DEG), "aim": list(AIM_DEG.values())})
    with pl.Config(tbl_rows=-1, float_precision=2, tbl_hide_dataframe_shape=True):
        print(beside.join(aims, on="plane", maintain_order="left"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
