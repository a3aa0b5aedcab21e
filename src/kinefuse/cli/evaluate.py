"""``kinefuse evaluate``: a model scored on people it has never seen."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kinefuse.errors import KinefuseError

if TYPE_CHECKING:
    import polars as pl

    from kinefuse.evaluation import Contender
    from kinefuse.networks.model_card import ModelCard

WORKBOOK = "results.xlsx"
PUBLISHED = "published"
"""The method, and how the recipes of the paper begin."""


class TwoBaselines(KinefuseError):
    """A published model is to be compared with another one under one name."""

    def __init__(self, model: Path) -> None:
        super().__init__(
            f"{model} was itself trained as published, so its rows and those of --baseline would "
            "mix; leave --baseline out, and evaluate the other model by itself."
        )


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
        Path | None, typer.Option(help="Folder for the tables: workbook, CSV, LaTeX and a figure.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the faults of sensors as worn.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Score alpha, beta and theta against the truth: RMSE, raw and with the mean removed.

    Method 'map': the angle network, the optimiser, and its corrected answer. Method 'ours': both
    networks of each joint, fused. Method 'published': as in the paper, of the baseline or of a
    model that was itself trained by a published recipe.

    Reads the model folders and the stores. Writes, into the folder of results: results.xlsx,
    final_table.csv and final_table.tex (network, and network and optimisation, raw and calibrated,
    mean and SD over people), scores.csv (every trial), summary.csv (every answer) and scores.svg.
    """
    import polars as pl

    from kinefuse.cli.people import scored_trials
    from kinefuse.cli.progress import show
    from kinefuse.cli.score_table import print_table
    from kinefuse.evaluation import NobodyToScore, check_people_are_new, score_trials, summary
    from kinefuse.whole_folders import filled_folder, refuse_to_overwrite

    if out is not None:
        refuse_to_overwrite(out, force=force)
    contenders = _contenders(model, baseline)
    people, trials = scored_trials(tuple(stores), split, contenders[0].cards)
    check_people_are_new(contenders, people)
    rows: list[dict] = []
    steps = score_trials(trials, contenders, seed)
    for _ in show((_collected(step, rows) for step in steps), "scoring"):
        pass
    if not rows:
        raise NobodyToScore(people)
    scores = pl.DataFrame(rows)
    print_table(summary(scores))
    if out is not None:
        with filled_folder(out, force=force) as folder:
            write_tables(folder, scores)
        print(f"Scores: {out}")


def write_tables(folder: Path, scores: "pl.DataFrame") -> None:
    """Every table of an evaluation, into an existing folder.

    Without the library that writes workbooks there is none, and stderr says what to install.
    """
    from kinefuse.cli.score_figure import score_figure
    from kinefuse.evaluation import summary
    from kinefuse.report.final_table import final_table
    from kinefuse.report.latex import latex_tables
    from kinefuse.report.result_workbook import write_results_workbook
    from kinefuse.report.workbook import NoWorkbook, can_write_workbooks
    from kinefuse.whole_files import write_text

    means, final = summary(scores), final_table(scores)
    scores.write_csv(folder / "scores.csv")
    means.write_csv(folder / "summary.csv")
    final.write_csv(folder / "final_table.csv", float_precision=4)
    write_text(folder / "final_table.tex", latex_tables(final))
    write_text(folder / "scores.svg", score_figure(means))
    if can_write_workbooks():
        write_results_workbook(folder / WORKBOOK, scores)
    else:
        print(f"kinefuse: no {WORKBOOK}: {NoWorkbook('use the CSV files beside')}", file=sys.stderr)


def _contenders(model: Path, baseline: Path | None) -> "list[Contender]":
    """Every method that the model's card allows, and the baseline."""
    from kinefuse.cli.people import opened
    from kinefuse.evaluation import Contender
    from kinefuse.networks.saved_model import load_model

    pairs, correction = opened(model)
    contenders = [Contender(method="map", model=pairs, correction=correction)]
    methods = () if pairs is None else _methods_of(pairs.card)
    if baseline is not None and methods == (PUBLISHED,):
        raise TwoBaselines(model)
    contenders += [
        Contender(method=method, model=pairs)
        for method in methods
        if baseline is None or method != PUBLISHED
    ]
    if baseline is not None:
        contenders.append(Contender(method=PUBLISHED, model=load_model(baseline)))
    return contenders


def _methods_of(card: "ModelCard") -> tuple[str, ...]:
    """'ours' unless it is a published model for which no fusion of ours was fitted, and so on."""
    from kinefuse.dataset.conditions import CONDITIONS

    of_paper = card.recipe.startswith(PUBLISHED)
    fitted = {name for joint in card.joints.values() for name in joint}
    ours = not of_paper or fitted & set(CONDITIONS)
    published = of_paper or PUBLISHED in fitted
    return ("ours",) * bool(ours) + (PUBLISHED,) * bool(published)


def _collected(step, rows: list[dict]):
    progress, new = step
    rows.extend(new)
    return progress
