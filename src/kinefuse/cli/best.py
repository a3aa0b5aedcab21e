"""``kinefuse best``: studies in, one model folder with each joint's best network out."""

from pathlib import Path
from typing import Annotated

import typer


def best(
    studies: Annotated[list[Path], typer.Argument(help="Folders that 'kinefuse search' wrote.")],
    out: Annotated[Path, typer.Option(help="Model folder to write.")],
    orientation: Annotated[
        Path | None,
        typer.Option(help="Model folder whose orientation networks are taken in, for fusion."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model that is there.")] = False,
) -> None:
    """Take each joint's network of the lowest validation score, from CNN and LSTM studies alike.

    Reads the studies' trials and, with --orientation, a model. Writes a model folder; its card
    keeps each network's score, study and place in the ranking. Nothing is trained.
    """
    from kinefuse.networks.model_card import network_name
    from kinefuse.search.best import rankings, write_best

    of_joint = rankings(studies)
    card = write_best(of_joint, out, orientation, force=force)
    for joint, places in of_joint.items():
        first = places[0]
        print(
            f"{joint}: trial {first.trial.number} of {first.study.name}, validation RMSE "
            f"{first.score_deg:.2f} deg, first of {len(places)}"
        )
        if orientation is not None and network_name(joint, "orientation") not in card.networks:
            print(f"{joint}: no orientation network in {orientation}, so nothing is fused")
    print(f"Model: {out}")
