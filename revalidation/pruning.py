"""What giving up trials half-way saves: searches with and without pruning, on simulated walking.

    OMP_NUM_THREADS=1 python revalidation/pruning.py [--trials 40] [--scale 0.03] [--seeds 0]
                                                     [--pruners halving]

One worker, so that nothing depends on luck with timing; the knee and the published space for CNNs.
The search without pruning runs first. Each search with pruning then starts afresh with the same
seed and takes as many trials as fit into ``SHARE`` of the iterations that the first spent; what
counts is how many it had spent when a network came within ``WITHIN`` of the first one's best.
Writes ``results/pruning.csv``. About a quarter of an hour of one core a seed; goes on in --work.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kinefuse.dataset.splits import people_split
from kinefuse.dataset.store import Store, open_store, trial_file, write_trial
from kinefuse.executor import DaskExecutor
from kinefuse.search.driver import search
from kinefuse.search.outcomes import TrialOutcome, read_study
from kinefuse.search.plan import SearchPlan
from kinefuse.search.pruning import NO_PRUNING, PRUNERS
from kinefuse.simulation.gait import person_name, simulate_one

SHARE, WITHIN = 0.40, 1.02
_MORE = 5  # trials at a time, until the iterations are spent
OUT = Path(__file__).parent / "results" / "pruning.csv"


def main(
    trials: int, scale: float, seeds: list[int], people: int, pruners: list[str], work: Path
) -> None:
    """Search, compare, write after each search."""
    store = simulated(work / "store", people)
    rows: list[dict] = []
    for seed in seeds:
        for row in compared(store, trials, scale, seed, pruners, work):
            rows.append(row)
            table = pl.DataFrame(rows, infer_schema_length=None)
            table.write_csv(OUT, float_precision=4)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(table)


def simulated(folder: Path, people: int) -> Store:
    """Walkers, 12 s each at the published rate; a tenth of them is scored on."""
    for i in range(people):
        if not trial_file(folder, person_name("walking", i), "walking").exists():
            write_trial(folder, simulate_one(i, "walking", 0, seconds=12.0))
    return open_store(folder)


def compared(
    store: Store, trials: int, scale: float, seed: int, pruners: list[str], work: Path
) -> Iterator[dict]:
    """A row for each way to prune."""
    split = people_split(store.people, None, 0)

    def found(pruner: str, count: int) -> list[TrialOutcome]:
        plan = SearchPlan(
            stores=(store,), split=split, activity="walking", joint="knee", network="cnn",
            trials=count, scale=scale, pruner=pruner, seed=seed,
        )  # fmt: skip
        folder = work / f"{pruner}-{scale:g}-{seed}"
        executor = DaskExecutor(workers=1)
        try:
            for _ in search(plan, folder, executor):
                pass
        finally:
            executor.close()
        return sorted(read_study(folder).trials, key=lambda trial: trial.number)

    whole = found(NO_PRUNING, trials)
    spent, best = sum(trial.iterations for trial in whole), lowest(whole)
    yield in_words(NO_PRUNING, seed, scale, whole, spent, best)
    for pruner in pruners:
        count, pruned = _MORE, found(pruner, _MORE)
        while sum(trial.iterations for trial in pruned) < SHARE * spent and count < 10 * trials:
            count += _MORE
            pruned = found(pruner, count)
        yield in_words(pruner, seed, scale, pruned, spent, best)


def in_words(
    pruner: str, seed: int, scale: float, trials: list[TrialOutcome], spent: int, best_deg: float
) -> dict:
    """One search, and when it had reached the best of the search without pruning."""
    reached, so_far = None, 0
    for trial in trials:
        so_far += trial.iterations
        near = trial.state == "complete" and (trial.score_deg or 0) <= WITHIN * best_deg
        if near and reached is None:
            reached = so_far
    return {
        "seed": seed,
        "scale": scale,
        "pruner": pruner,
        "trials": len(trials),
        "complete": sum(trial.state == "complete" for trial in trials),
        "iterations": so_far,
        "share_of_unpruned": so_far / spent,
        "best_deg": lowest(trials),
        "best_to_unpruned": lowest(trials) / best_deg,
        "iterations_to_within": reached,
        "share_to_within": None if reached is None else reached / spent,
    }


def lowest(trials: list[TrialOutcome]) -> float:
    """Best score of the complete ones [deg]; infinite if there is none."""
    scores = [t.score_deg for t in trials if t.state == "complete" and t.score_deg is not None]
    return min(scores, default=float("inf"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--scale", type=float, default=0.03)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument(
        "--pruners", nargs="+", default=[name for name in PRUNERS if name != NO_PRUNING]
    )
    parser.add_argument("--work", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = asked.work or Path(folder)
        main(asked.trials, asked.scale, asked.seeds, asked.people, asked.pruners, work)
