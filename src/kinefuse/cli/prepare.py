"""``kinefuse prepare``: marker files in, a store of trials out."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    sources: Annotated[list[Path], typer.Argument(help="C3D or *_meta.h5 files, or directories.")],
    out: Annotated[
        Path, typer.Option(help="Store to write; trials of the same name are replaced.")
    ],
    markerset: Annotated[
        str | None, typer.Option(help="Name, or your own .toml; without it told by the file names.")
    ] = None,
    rate: Annotated[float, typer.Option(help="Rate of the simulated sensors in Hz.")] = 200.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Files at once; without it one a processor core.")
    ] = None,
) -> None:
    """Turn marker recordings into trials with simulated sensors and true joint angles.

    A trial that fails a check is stored and listed with its reason, but never trained on.
    """
    import os

    from kinefuse.cli.progress import show
    from kinefuse.dataset import prepare as preparing
    from kinefuse.dataset.marker_sources import find_sources
    from kinefuse.formats.markersets import markerset as markerset_named

    chosen = markerset_named(markerset) if markerset else None
    found = find_sources(sources, chosen)
    print(f"{len(found)} recordings to prepare.")
    steps = preparing.prepare(found, out, rate_hz=rate, processes=jobs or os.cpu_count() or 1)
    outcomes = [step.outcome for step in show(steps, "preparing") if step.outcome]
    _show_outcomes(outcomes)
    _show_agreement(outcomes)
    print(f"Store: {out} (what was bridged, cut and found: {out / preparing.REPORT})")


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
