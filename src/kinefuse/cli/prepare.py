"""``kinefuse prepare``: marker files in, a store of trials out."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    sources: Annotated[list[Path], typer.Argument(help="C3D or *_meta.h5 files, or directories.")],
    out: Annotated[
        Path, typer.Option(help="Store to write; finished trials in it are kept, others added.")
    ],
    recipe: Annotated[
        str, typer.Option(help="ours, or published (*_meta.h5 only: as Rapp et al. 2021 did).")
    ] = "ours",
    markerset: Annotated[
        str | None, typer.Option(help="Name, or your own .toml; without it told by the file names.")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(min=1, help="Of the trials in Hz; else 200, or the file's if published."),
    ] = None,
    any_length: Annotated[
        bool,
        typer.Option("--any-length", help="Published: keep people of trials of any length."),
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Files at once; without it one a processor core.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Prepare again what is there already.")
    ] = False,
) -> None:
    """Turn marker recordings into trials with simulated sensors and true joint angles.

    Reads C3D and *_meta.h5 files; writes a store: a file a trial, and prepared.json, which tells
    what became of every recording. Stopped, the same command goes on where it was. A trial that
    fails a check is stored and listed with its reason, but never trained on.
    """
    import os

    from kinefuse.cli.progress import show
    from kinefuse.dataset import prepare as preparing
    from kinefuse.dataset.marker_sources import find_sources
    from kinefuse.dataset.recipes import recipe as recipe_named
    from kinefuse.formats.markersets import markerset as markerset_named

    chosen = markerset_named(markerset) if markerset else None
    row = recipe_named(recipe)
    found = find_sources(sources, chosen)
    steps = preparing.prepare(
        found,
        out,
        rate_hz=rate,
        recipe_name=recipe,
        any_length=any_length,
        keep=not force,
        processes=jobs or os.cpu_count() or 1,
    )
    outcomes = []
    for step in show(steps, "preparing"):
        if not outcomes:
            print(f"{len(found)} recordings to prepare.", flush=True)
        outcomes.append(step.outcome)
    if row.warning:
        print(f"Recipe '{recipe}': {row.warning}.")
    if row.shared_lengths_only:
        _show_lengths(found, any_length)
    _show_outcomes(outcomes)
    _show_agreement(outcomes)
    print(f"Store: {out} (what was bridged, cut and found: {out / preparing.REPORT})")


def _show_lengths(found: tuple, any_length: bool) -> None:
    from kinefuse.dataset.recipes import groups_by_length

    for file, groups in groups_by_length(found).items():
        rule = "all kept, as --any-length says" if any_length else "more than 10 % share a kept one"
        print(f"Lengths of trial in {file.name} ({rule}):")
        for group in groups:
            print(f"    {group.told(any_length)}")


def _show_outcomes(outcomes: list) -> None:
    for outcome in sorted(outcomes, key=lambda o: (o.activity, o.person, o.name)):
        print(
            f"{outcome.person:<18} {outcome.name:<22} {outcome.activity:<8} "
            f"{outcome.seconds:7.2f} s  {outcome.verdict}"
        )
        for reason in (*outcome.faults, *([outcome.left_out] if outcome.left_out else [])):
            print(f"    {reason}")
        for note in outcome.mended:
            print(f"    {note}")
        if outcome.missing:
            print(f"    not in the recording: {', '.join(outcome.missing)}")
    counts = {v: sum(o.verdict == v for o in outcomes) for v in ("sound", "failed", "left out")}
    people = len({o.person for o in outcomes if o.verdict == "sound"})
    print(", ".join(f"{n} {v}" for v, n in counts.items()) + f"; {people} people to train on.")


def _show_agreement(outcomes: list) -> None:
    from kinefuse.dataset.agreement import average

    sound = [row for o in outcomes if o.verdict == "sound" for row in o.agreement]
    if not sound:
        return
    print("\nOur angles against those in the files (mean over sound recordings and sides):")
    print(f"{'joint':<8}{'plane':<12}{'offset':>8}{'RMSE, mean removed':>21}{'r':>7}")
    for row in average(sound):
        print(
            f"{row.joint:<8}{row.plane:<12}{row.offset_deg:>6.1f}°"
            f"{row.rmse_mean_removed_deg:>19.2f}°{row.r:>7.2f}"
        )
    print()
