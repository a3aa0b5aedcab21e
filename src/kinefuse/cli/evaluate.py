"""``kinefuse evaluate``: a model scored on people it has never seen."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    model: Annotated[Path, typer.Argument(help="Model folder.")],
    stores: Annotated[list[Path], typer.Argument(help="Stores that 'kinefuse prepare' wrote.")],
    split: Annotated[
        Path | None,
        typer.Option(help="JSON whose 'test' people are scored; else those the model left out."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Model trained with --recipe published, to compare with.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for scores.csv, summary.csv and scores.svg.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the faults of sensors as worn.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Score alpha, beta and theta against the truth: RMSE, raw and with the mean removed.

    Method 'map': the angle network, the optimiser, and its corrected answer. Method 'ours': both
    networks of each joint, fused.
    """
    import polars as pl

    from kinefuse.cli.people import opened, scored_trials
    from kinefuse.cli.progress import show
    from kinefuse.cli.result_folder import filled_folder, refuse_to_overwrite
    from kinefuse.cli.score_figure import score_figure
    from kinefuse.cli.score_table import print_table
    from kinefuse.evaluation import (
        Contender,
        NobodyToScore,
        check_people_are_new,
        score_trials,
        summary,
    )
    from kinefuse.networks.saved_model import load_model

    if out is not None:
        refuse_to_overwrite(out, force=force)
    pairs, correction = opened(model)
    contenders = [Contender(method="map", model=pairs, correction=correction)]
    if pairs is not None:
        contenders.append(Contender(method="ours", model=pairs))
    if baseline is not None:
        contenders.append(Contender(method="published", model=load_model(baseline)))
    people, trials = scored_trials(tuple(stores), split, contenders[0].cards)
    check_people_are_new(contenders, people)
    rows: list[dict] = []
    steps = score_trials(trials, contenders, seed)
    for _ in show((_collected(step, rows) for step in steps), "scoring"):
        pass
    if not rows:
        raise NobodyToScore(people)
    scores = pl.DataFrame(rows)
    means = summary(scores)
    print_table(means)
    if out is not None:
        with filled_folder(out, force=force) as folder:
            scores.write_csv(folder / "scores.csv")
            means.write_csv(folder / "summary.csv")
            (folder / "scores.svg").write_text(score_figure(means))
        print(f"Scores: {out}")


def _collected(step, rows: list[dict]):
    progress, new = step
    rows.extend(new)
    return progress
