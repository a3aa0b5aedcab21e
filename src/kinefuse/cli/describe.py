"""``kinefuse describe``: who is in a store, and what was dropped and why."""

from pathlib import Path
from typing import Annotated

import typer

_TOLD = 20  # dropped recordings on the screen; all are in the files


def describe(
    store: Annotated[Path, typer.Argument(help="Store that 'kinefuse prepare' wrote.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for description.md, people.csv, trials.csv and lengths.svg."),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(help="Exclusions that 'kinefuse check --out' wrote.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Tell a store's people by sex, height, mass, speed; its trials' lengths; what is dropped, why.

    Reads a store with its prepared.json, and changes nothing in it. Numbers are mean ± SD over
    people; what the recordings do not tell is unknown.
    """
    from kinefuse.cli.progress import watch
    from kinefuse.dataset.description import describe as described
    from kinefuse.dataset.exclusions import read_reasons
    from kinefuse.dataset.store import open_store
    from kinefuse.report.description_files import (
        dropped_lines,
        length_table,
        missing_lines,
        people_table,
        write_description,
    )
    from kinefuse.whole_folders import filled_folder, refuse_to_overwrite

    if out is not None:
        refuse_to_overwrite(out, force=force)
    exclusions = read_reasons(without) if without else ()
    facts = watch(described(open_store(store), exclusions), "describing")
    _print_table(f"{store}: mean ± SD over people", people_table(facts))
    _print_table("Lengths of trial", length_table(facts))
    dropped, missing = list(dropped_lines(facts)), list(missing_lines(facts))
    print(f"{len(dropped)} recordings dropped, {len(missing)} incomplete.")
    for line in [*dropped, *missing][:_TOLD]:
        print(f"    {line}")
    if len(dropped) + len(missing) > _TOLD:
        print(f"    ... and {len(dropped) + len(missing) - _TOLD} more; --out FOLDER lists all.")
    if out is not None:
        with filled_folder(out, force=force) as folder:
            write_description(folder, store.resolve().name, facts)
        print(f"Description: {out / 'description.md'}")


def _print_table(title: str, table: tuple[list[str], list[list[str]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    headings, rows = table
    drawn = Table(title=title)
    for heading in headings:
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console = Console()
    console.width = max(console.width, 100)
    console.print(drawn)
