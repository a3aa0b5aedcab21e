"""``kinefuse train``: stores of trials in, a model folder out."""

from pathlib import Path
from typing import Annotated

import typer

ALL = "all"


def train(
    stores: Annotated[list[Path], typer.Argument(help="Stores that 'kinefuse prepare' wrote.")],
    out: Annotated[Path, typer.Option(help="Model folder to write; it must not exist.")],
    split: Annotated[
        Path | None,
        typer.Option(help="JSON with train, validation and test lists of people; else 80/10/10."),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(help="Exclusions that 'kinefuse check --out' wrote.")
    ] = None,
    joint: Annotated[
        str, typer.Option(help="hip, knee, ankle, several with commas, or all.")
    ] = ALL,
    target: Annotated[
        str,
        typer.Option(
            help="angles, orientation, or all: networks of single joints; or correction: the "
            "network of the default method, of all joints together."
        ),
    ] = ALL,
    recipe: Annotated[
        str, typer.Option(help="ours, published-cnn or published-lstm (published = the first).")
    ] = "ours",
    network: Annotated[
        str | None,
        typer.Option(help="temporal, convolutional or recurrent instead of the recipe's."),
    ] = None,
    activity: Annotated[str, typer.Option(help="walking, running, or any.")] = "any",
    seed: Annotated[int, typer.Option(help="Equal seeds give equal models on one machine.")] = 0,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="Of each network, instead of the recipe's.")
    ] = None,
    misalignment_deg: Annotated[
        float | None, typer.Option(min=0, help="SD of the strap-on error trained for.")
    ] = None,
    keep_predictions: Annotated[
        bool | None,
        typer.Option(
            "--keep-predictions/--no-keep-predictions",
            help="Of validation and test people; without it kept for --target orientation.",
        ),
    ] = None,
    threads: Annotated[
        int,
        typer.Option(min=1, help="Processor threads; more only help on idle cores."),
    ] = 1,
) -> None:
    """Train networks on trials; killed, the same command goes on where it was.

    Reads stores; writes a model folder: plain numbers and a card, whole or not at all.
    """
    from kinefuse.cli.extras import needs_extra

    needs_extra("train")
    import torch

    from kinefuse.cli.requests import CORRECTION, Wanted

    torch.set_num_threads(threads)
    wanted = Wanted(
        joint=joint,
        target=target,
        recipe=recipe,
        network=network,
        activity=activity,
        seed=seed,
        iterations=iterations,
        misalignment_deg=misalignment_deg,
    )
    places = tuple(stores), split, without
    if target == CORRECTION:
        _train_correction(places, wanted, out)
    else:
        _train_pairs(places, wanted, out, keep_predictions)
    print(f"Model: {out}")


def _train_pairs(places, wanted, out: Path, keep_predictions: bool | None) -> None:
    """The networks of single joints."""
    from dataclasses import replace

    from kinefuse.cli.progress import show
    from kinefuse.cli.requests import training_plan
    from kinefuse.training.train_model import train_model

    folders, split, without = places
    keep = wanted.target == "orientation" if keep_predictions is None else keep_predictions
    plan = replace(training_plan(folders, split, wanted, without), keep_predictions=keep)
    _say_who(plan.split)
    for step in show(train_model(plan, out), "training"):
        if step.done == step.total:
            print(f"{step.network}: validation RMSE {step.validation_rmse_deg:.2f} deg", flush=True)


def _train_correction(places, wanted, out: Path) -> None:
    """The network that corrects the optimiser."""
    import shutil

    from kinefuse.cli.progress import show
    from kinefuse.cli.requests import correction_plan
    from kinefuse.training.correction import train_correction

    folders, split, without = places
    plan = correction_plan(folders, split, wanted, without)
    _say_who(plan.split)
    work = out.with_name(f"{out.name}.training")
    for _ in show(train_correction(plan, work, out), "training"):
        pass
    shutil.rmtree(work)


def _say_who(split) -> None:
    print(
        f"{len(split.train)} people to train on, {len(split.validation)} to tune on, "
        f"{len(split.test)} left out.",
        flush=True,
    )
