"""What a second worker saves: the same search with one and with two, for the same trials.

    OMP_NUM_THREADS=1 python benchmarks/search_workers.py [--trials 60] [--workers 1 2]

The knee's CNN on simulated walkers, a fixed small budget without pruning. The settings of all
trials are drawn beforehand and queued, so that every run does the same work in one order. The clock
runs from the first trial's start to the last one's end, workers being ready and data mapped. The
aim is a speed-up of 1.7 with two workers on two idle cores.
"""

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from kinefuse.dataset.splits import people_split
from kinefuse.dataset.store import Store, open_store, write_trial
from kinefuse.executor import DaskExecutor
from kinefuse.search.address import created
from kinefuse.search.driver import SearchProgress, search
from kinefuse.search.outcomes import read_study
from kinefuse.search.plan import SearchPlan, begin
from kinefuse.search.space import Between, Choice, Steps, space
from kinefuse.simulation.gait import simulate_one

PEOPLE, SECONDS = 12, 8.0


def main(trials: int, scale: float, counts: list[int], store: Path | None) -> None:
    """Search with each number of workers and compare."""
    with tempfile.TemporaryDirectory() as folder:
        walkers = open_store(store) if store else simulated(Path(folder) / "store")
        first = None
        for workers in counts:
            took_s, iterations = timed(walkers, trials, scale, workers, Path(folder))
            first = first or took_s
            print(
                f"{workers} workers: {trials} trials, {iterations} iterations in {took_s:.1f} s; "
                f"speed-up {first / took_s:.2f}",
                flush=True,
            )


def simulated(folder: Path) -> Store:
    """A few walkers at the published rate."""
    for i in range(PEOPLE):
        write_trial(folder, simulate_one(i, "walking", 0, seconds=SECONDS))
    return open_store(folder)


def timed(store: Store, trials: int, scale: float, workers: int, folder: Path) -> tuple[float, int]:
    """Seconds and trained iterations of one search."""
    plan = SearchPlan(
        stores=(store,),
        split=people_split(store.people, None, 0),
        activity="walking",
        joint="knee",
        network="cnn",
        trials=trials,
        scale=scale,
        pruner="none",
    )
    study = (folder / f"study-{workers}").absolute()
    begin(study, plan)
    queue(plan, study)
    executor = DaskExecutor(workers=workers)
    try:
        warm(executor, workers)
        start = None
        for step in search(plan, study, executor):
            if start is None and isinstance(step, SearchProgress):
                start = perf_counter()
        took_s = perf_counter() - (start or 0.0)
    finally:
        executor.close()
    found = read_study(study)
    return took_s, sum(trial.iterations for trial in found.complete)


def queue(plan: SearchPlan, study: Path) -> None:
    """Put the settings of all trials into the study's book, drawn evenly from the space."""
    rng = np.random.default_rng(0)
    book = created(plan.address(study), lambda *_: None)
    for _ in range(plan.trials):
        book.enqueue_trial(
            {name: drawn(choice, rng) for name, choice in space(plan.network, plan.scale).items()}
        )


def drawn(choice: Choice, rng: np.random.Generator) -> float | int:
    """One value of a setting."""
    if isinstance(choice, Between):
        return float(rng.uniform(choice.low, choice.high))
    if isinstance(choice, Steps):
        return int(rng.choice(np.arange(choice.low, choice.high + 1, choice.step)))
    return choice.values[rng.integers(len(choice.values))]


def warm(executor: DaskExecutor, workers: int) -> None:
    """Every worker has its libraries loaded, as in a search that lasts for hours."""
    for i in range(workers):
        executor.submit(f"warm-{i}", load_libraries, i)
    done = 0
    while done < workers:
        done += len(executor.finished(1.0))


def load_libraries(_: int) -> None:
    """Import what a trial imports; long enough that no worker does it twice."""
    import kinefuse.search.task  # noqa: F401

    sleep(2.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--scale", type=float, default=0.01, help="of the published iterations")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--store", type=Path, help="walkers to use instead of simulated ones")
    asked = parser.parse_args()
    main(asked.trials, asked.scale, asked.workers, asked.store)
