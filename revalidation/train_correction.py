"""The network after the optimiser: trained on equal data beside the published method, or to ship.

    OMP_NUM_THREADS=1 python revalidation/train_correction.py train running WORK
    OMP_NUM_THREADS=1 python revalidation/train_correction.py score running WORK PUBLISHED
    OMP_NUM_THREADS=1 python revalidation/train_correction.py package running WORK

(and the same for walking). `train` uses the people that the published model PUBLISHED was
trained on: six runners of RBDS (`running_rbds.json`; `running_rbds.py` says how to make WORK/store)
or 28 simulated walkers (`walking_simulated.json`; WORK/store is `train_packaged.py`'s
`simulated_walking`). `score` compares both on the people left out, on the same recordings: sensors
'aligned', 'as worn', and 'mounted' anyhow and aligned by `kinefuse.alignment`; it writes
`results/correction_<activity>.csv`. `package` trains on everybody that `train_packaged.py` names,
WORK being its folder, and puts the network beside the packaged model. Killed, the same command
lines go on.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from train_packaged import real, simulated
from train_packaged import split as packaged_split

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.correction import CorrectionNetwork, correct, load_correction
from kinefuse.dataset.conditions import AS_WORN, MOUNTED
from kinefuse.dataset.splits import read_split
from kinefuse.dataset.store import open_store
from kinefuse.evaluation import Contender, check_people_are_new, score_trials, summary
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.saved_model import load_model
from kinefuse.recordings import Trial
from kinefuse.statistics import NINETY
from kinefuse.training.correction import CorrectionPlan, train_correction
from kinefuse.training.correction_config import UNTOLD, CorrectionConfig, WearingConfig
from kinefuse.training.wearings import Wearing, optimised, wear
from kinefuse.whole_body.wearing import ALIGNED

HERE = Path(__file__).parent
PACKAGED = HERE.parent / "src" / "kinefuse" / "models"
SPLITS = {"running": "running_rbds.json", "walking": "walking_simulated.json"}
CONDITIONS = (ALIGNED, UNTOLD, AS_WORN, MOUNTED)
# Many people need fewer wearings each; most of what is worn is mounted anyhow and then aligned.
TO_SHIP = CorrectionConfig(
    wearings=WearingConfig(times={ALIGNED: 1, AS_WORN: 2, MOUNTED: 2}, partly=1),
    shares={ALIGNED: 0.1, AS_WORN: 0.4, MOUNTED: 0.5},
)


def train(activity: str, work: Path) -> None:
    """On the published method's people."""
    store = open_store(work / "store")
    split = read_split(HERE / SPLITS[activity], store.people)
    _train(CorrectionPlan(stores=(store,), split=split, activity=activity), work, work / "ours")


def package(activity: str, work: Path) -> None:
    """On everybody who may be shipped, and install."""
    stores = simulated(activity, work), real(activity, work)
    plan = CorrectionPlan(
        stores=stores, split=packaged_split(stores), activity=activity, config=TO_SHIP
    )
    trained = work / f"correction_{activity}"
    if not trained.exists():
        _train(plan, work / f"work_{activity}", trained)
    home = PACKAGED / activity / "correction"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(trained, home)
    size = sum(file.stat().st_size for file in home.iterdir())
    print(f"{home}: {size / 1e6:.2f} MB")


def score(activity: str, work: Path, published: Path | None = None) -> None:
    """Ours and the published method on the people left out."""
    network = load_correction(work / "ours")
    people = network.card.people["test"]
    trials = list(open_store(work / "store").of(people))
    rows = [row for trial in trials for row in _ours(trial, network)]
    coverage = (
        pl.DataFrame(rows)
        .group_by("condition", "joint", "plane", maintain_order=True)
        .agg(pl.col("inside").filter(pl.col("answer") == "corrected").mean().alias("coverage"))
    )
    rows = [{k: v for k, v in row.items() if k != "inside"} for row in rows]
    if published is not None:
        contender = Contender(method="published", model=load_model(published))
        check_people_are_new([contender], people)
        for _, scored in score_trials(trials, [contender]):
            rows += [row for row in scored if row["answer"] == "theta"]
    means = summary(pl.DataFrame(rows)).join(
        coverage, on=["condition", "joint", "plane"], how="left", maintain_order="left"
    )
    means.write_csv(HERE / "results" / f"correction_{activity}.csv", float_precision=3)
    _say(means)


def _train(plan: CorrectionPlan, work: Path, out: Path) -> None:
    for step in train_correction(plan, work, out):
        if step.done % 50 == 0 or step.done == step.total:
            print(f"{step.done}/{step.total}: {step.message}", flush=True)
    print(json.dumps(load_correction(out).card.scores, indent=1))


def _ours(trial: Trial, network: CorrectionNetwork) -> Iterator[dict]:
    """Rows as of ``evaluation``, of the optimiser alone and of the corrected angles."""
    for condition in CONDITIONS:
        wearing = Wearing(person=trial.person, trial=trial.name, condition=condition, seed=0)
        seen = wear(trial, wearing).at(network.rate_hz)
        session, truth = seen.trial.imus, seen.trial.angles.angles_rad
        body = optimised(session, trial.activity, seen.alignment)
        found = correct(session, body, network, seen.told)
        for name in found.angles.angles_rad:
            words = {
                "condition": condition,
                "activity": trial.activity,
                "person": trial.person,
                "trial": trial.name,
                "side": JOINTS[name].side,
                "joint": JOINTS[name].kind,
                "method": "ours",
            }
            pairs = {"optimiser": body.angles, "corrected": found.angles}
            for answer, angles in pairs.items():
                error = angles.angles_rad[name] - truth[name]
                inside = np.mean(np.abs(error) <= NINETY * found.sd_rad[name], axis=0)
                raw = np.rad2deg(rmse(angles.angles_rad[name], truth[name]))
                shape = np.rad2deg(rmse_mean_removed(angles.angles_rad[name], truth[name]))
                for i, plane in enumerate(PLANES):
                    told = {"rmse_deg": float(raw[i]), "rmse_mean_removed_deg": float(shape[i])}
                    yield (
                        words
                        | {"plane": plane, "answer": answer}
                        | told
                        | {"inside": float(inside[i])}
                    )


def _say(means: pl.DataFrame) -> None:
    for what in ("rmse_mean_removed_deg", "rmse_deg"):
        table = means.with_columns(pl.format("{} {}", "method", "answer").alias("who")).pivot(
            on="who", index=["condition", "joint", "plane"], values=what
        )
        with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=2, tbl_hide_dataframe_shape=True):
            print(what)
            print(table)
            print(table.group_by("condition", maintain_order=True).agg(pl.col(pl.Float64).mean()))


if __name__ == "__main__":
    command, of, *folders = sys.argv[1:]
    {"train": train, "score": score, "package": package}[command](of, *map(Path, folders))
