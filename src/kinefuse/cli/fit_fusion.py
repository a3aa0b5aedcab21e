"""``kinefuse fit-fusion``: how a model's two answers are made one, fitted anew."""

from pathlib import Path
from typing import Annotated

import typer


def fit_fusion(
    model: Annotated[Path, typer.Argument(help="Model folder with both networks of a joint.")],
    stores: Annotated[
        list[Path], typer.Argument(help="Stores that hold the model's validation people.")
    ],
    parameters: Annotated[
        str | None,
        typer.Option(
            help="published (ratio of SDs and weights, from true orientations) or ours "
            "(smoothing and shares, from what will be used); without it those of its recipe."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace parameters of this kind in the card.")
    ] = False,
) -> None:
    """Fit, a joint and plane, how the angle network and the orientations are made one answer.

    Reads the model and its validation people's trials; writes the parameters into model.json.
    """
    from kinefuse.cli.progress import watch
    from kinefuse.dataset.store import open_store
    from kinefuse.networks.saved_model import load_model
    from kinefuse.training.fit_fusion import check_free, refit

    if not force:
        check_free(load_model(model), parameters)
    opened = tuple(open_store(folder) for folder in stores)
    fitted = watch(refit(model, opened, parameters), "fitting")
    for kind, ways in fitted.items():
        for way, words in ways.items():
            print(f"{kind}, {way}: {_said(words)}")
    print(f"Parameters: {model / 'model.json'}")


def _said(words: dict) -> str:
    """Its numbers, a plane each where there are three."""
    flat = {}
    for name, value in words.items():
        flat |= value if isinstance(value, dict) else {name: value}
    return "; ".join(f"{name.replace('_', ' ')} {_numbers(value)}" for name, value in flat.items())


def _numbers(value: float | list[float] | tuple[float, ...]) -> str:
    if isinstance(value, (int, float)):
        return f"{value:.3g}"
    return " / ".join(f"{number:.2f}" for number in value)
