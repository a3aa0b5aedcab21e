"""``kinefuse search``: stores of trials in, a study of many networks out."""

from pathlib import Path
from typing import Annotated

import typer


def search(
    stores: Annotated[list[Path], typer.Argument(help="Stores that 'kinefuse prepare' wrote.")],
    out: Annotated[Path, typer.Option(help="Study folder: new, or one to go on with.")],
    joint: Annotated[str, typer.Option(help="hip, knee or ankle.")],
    network: Annotated[str, typer.Option(help="cnn or lstm.")],
    activity: Annotated[str, typer.Option(help="walking, running, or any.")],
    trials: Annotated[
        int, typer.Option(min=1, help="To finish altogether, those already there included.")
    ] = 100,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; else one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Dask scheduler to use instead, tcp://HOST:PORT.")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(help="postgresql://USER@HOST/NAME for several drivers; else a journal file."),
    ] = None,
    no_pruning: Annotated[
        bool, typer.Option("--no-pruning", help="Train every network to its end.")
    ] = False,
    split: Annotated[
        Path | None,
        typer.Option(help="JSON with train, validation and test lists of people; else 80/10/10."),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(help="JSON of trials to leave out, from 'kinefuse check'.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the split, the choices and the networks.")] = 0,
    budget: Annotated[
        str, typer.Option(help="published, or small: a twentieth of its iterations.")
    ] = "published",
    iterations: Annotated[
        float | None, typer.Option(min=0.0, help="Factor on the published ones, for --budget.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads of each worker.")] = 1,
) -> None:
    """Search the published space for the network of one joint (Optuna's TPE, on Dask).

    Reads the stores. Writes into the study folder study.json, journal.log, data (windows, mapped
    by every worker) and, for each finished trial, trials/NUMBER with outcome.json and, if it was
    not pruned, its model. Stopped or killed, the same command goes on; more --trials goes further.
    """
    from kinefuse.cli.extras import needs_extra
    from kinefuse.cli.progress import watch

    needs_extra("search")
    from kinefuse.cli.requests import stores_and_split
    from kinefuse.executor import DaskExecutor
    from kinefuse.search.driver import search as drive
    from kinefuse.search.outcomes import read_study
    from kinefuse.search.plan import SearchPlan, begin
    from kinefuse.search.pruning import DEFAULT, NO_PRUNING
    from kinefuse.search.space import budget as factor

    opened, people = stores_and_split(tuple(stores), split, seed, without)
    plan = SearchPlan(
        stores=opened,
        split=people,
        activity=activity,
        joint=joint,
        network=network,
        trials=trials,
        scale=factor(budget) if iterations is None else iterations,
        pruner=NO_PRUNING if no_pruning else DEFAULT,
        seed=seed,
        storage=storage,
    )
    begin(out, plan)
    print(
        f"{len(people.train)} people to train on, {len(people.validation)} to score on, "
        f"{len(people.test)} left out.",
        flush=True,
    )
    executor = DaskExecutor(scheduler, workers)
    try:
        watch(drive(plan, out, executor, threads), "searching")
    finally:
        executor.close()
    found = read_study(out)
    best = found.best
    if best is not None:
        print(f"Best: trial {best.number}, validation RMSE {best.score_deg:.2f} deg")
    print(f"Study: {out} ({len(found.complete)} trained to the end, of {len(found.trials)})")
