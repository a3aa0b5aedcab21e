"""``kinefuse optimize``: orientations and angles of a store's trials, to files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl


def optimize(
    model: Annotated[Path, typer.Argument(help="Model folder.")],
    stores: Annotated[list[Path], typer.Argument(help="Stores that 'kinefuse prepare' wrote.")],
    out: Annotated[Path, typer.Option(help="Folder for a file a trial; finished trials are kept.")],
    method: Annotated[
        str,
        typer.Option(
            help="map, or published: dead reckoning from the network's first answer; "
            "published-bfgs searches for the same frame by frame: hours a trial."
        ),
    ] = "map",
    split: Annotated[
        Path | None,
        typer.Option(help="JSON whose 'test' people are taken; else those the model left out."),
    ] = None,
    condition: Annotated[
        str, typer.Option(help="How sensors sit: aligned, 'as worn' or mounted (any direction).")
    ] = "aligned",
    seed: Annotated[int, typer.Option(help="Of the faults of sensors as worn.")] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Estimate finished trials once more.")
    ] = False,
) -> None:
    """Estimate orientations and angles, with standard deviations, of the model's test people.

    Writes a file a trial (HDF5) and errors.csv. Stopped, the same command goes on where it was.
    """
    import polars as pl

    from kinefuse.cli.people import opened, scored_entries
    from kinefuse.cli.progress import show
    from kinefuse.evaluation import Contender, check_people_are_new
    from kinefuse.store_estimates import Request, estimate_trials, file_of
    from kinefuse.whole_files import written_whole

    pairs, correction = opened(model)
    request = Request(
        model=pairs, correction=correction, method=method, condition=condition, seed=seed
    )
    used = Contender(method="map", model=pairs, correction=correction)
    people, entries = scored_entries(tuple(stores), split, used.cards)
    check_people_are_new([used], people)
    if force:
        for entry in entries:
            file_of(out, entry).unlink(missing_ok=True)
    rows: list[dict] = []
    steps = estimate_trials(entries, out, request)
    for _ in show((_collected(step, rows) for step in steps), "optimizing"):
        pass
    table = pl.DataFrame(rows)
    with written_whole(out / "errors.csv") as beside:
        table.write_csv(beside, float_precision=4)
    _print_means(table, f"{method}, sensors {condition}, {len(people)} people")
    print(f"Estimates: {out} ({len(entries)} trials)")


def _collected(step, rows: list[dict]):
    progress, new = step
    rows.extend(new)
    return progress


def _print_means(table: "pl.DataFrame", title: str) -> None:
    import polars as pl
    from rich.console import Console
    from rich.table import Table

    numbers = [name for name, kind in table.schema.items() if kind.is_float()]
    shown = Table(title=f"{title}: mean over people, trials and sides")
    for heading in ("joint", "plane", *numbers):
        shown.add_column(heading.replace("_", " "), justify="right")
    means = table.group_by("joint", "plane", maintain_order=True).agg(pl.col(numbers).mean())
    for joint, plane, *values in means.iter_rows():
        shown.add_row(joint, plane, *(f"{value:.2f}" for value in values))
    Console().print(shown)
