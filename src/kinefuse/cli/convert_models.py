"""Model folders of both formats, into each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.cli.convert_types import Conversion, Told
from kinefuse.progress import Progress

if TYPE_CHECKING:
    from kinefuse.dataset.store import Store
    from kinefuse.networks.saved_model import Model
    from kinefuse.recordings import Trial


def _is_ours(path: Path) -> bool:
    return (path / "model.json").is_file()


def _is_published(path: Path) -> bool:
    from kinefuse.formats.published_model import is_published_model

    return is_published_model(path)


def _to_published(source: Path, out: Path, told: Told) -> Iterator[Progress]:
    from kinefuse.networks.saved_model import load_model
    from kinefuse.results.published_models import NeedsTorch

    try:
        from kinefuse.networks.published_export import write_as_published
    except ImportError as error:
        raise NeedsTorch(source) from error
    model = load_model(source)
    total = len(model.card.networks)
    for done, (_, sentences) in enumerate(write_as_published(model, out), start=1):
        for sentence in sentences:
            yield Progress(done, total, sentence)
    if told.store is None:
        yield Progress(
            total, total, "No predictions: name the store of its people with --store to have them."
        )
        return
    yield from _predictions(model, out, told.store)


def _predictions(model: "Model", out: Path, folder: Path) -> Iterator[Progress]:
    """``predictions/`` beside each angle network, of the validation and test people."""
    from kinefuse.dataset.store import open_store
    from kinefuse.formats.published_predictions import FOLDER, write_predictions
    from kinefuse.networks.published_export import network_folder
    from kinefuse.networks.published_rows import published_rows

    store = open_store(folder)
    parts = {
        their: _trials(store, model.card.people.get(ours, ()), model.card.activity)
        for ours, their in (("validation", "val"), ("test", "test"))
    }
    for card in model.card.networks.values():
        if card.target != "angles":
            yield Progress(0, 1, f"{card.kind} {card.target}: predictions are of angles alone.")
            continue
        predictions, sentences = published_rows(model, parts, card.kind)
        for sentence in sentences:
            yield Progress(0, 1, sentence)
        if not predictions:
            yield Progress(0, 1, f"{card.kind}: {folder} holds nobody whom it was not trained on.")
            continue
        place = network_folder(out, card) / FOLDER
        place.mkdir()
        write_predictions(place, predictions)
        yield Progress(1, 1)


def _trials(store: "Store", people: tuple[str, ...], activity: str) -> "list[Trial]":
    """The first sound trial of each, as published files hold one a person."""
    from kinefuse.dataset.store import read_trial
    from kinefuse.dataset.to_published import activities_in, one_trial_a_person

    held = activities_in(store.entries)
    activities = [activity] if activity in held else held
    entries = [e for a in activities for e in one_trial_a_person(store, a).entries.values()]
    return [read_trial(entry.file) for entry in entries if entry.person in people]


def _to_ours(source: Path, out: Path, told: Told) -> Iterator[Progress]:
    from kinefuse.results.published_models import converted

    for sentence in converted(source, out, told.joint, told.activity):
        yield Progress(1, 1, sentence)


MODELS = (
    Conversion(
        what="a model folder becomes one that the published demo can load",
        to="published",
        recognises=_is_ours,
        run=_to_published,
    ),
    Conversion(
        what="published model folders become one of ours",
        to="kinefuse",
        recognises=_is_published,
        run=_to_ours,
    ),
)
