"""Networks that others trained, and the people they have never seen; needs no PyTorch."""

from collections.abc import Sequence
from pathlib import Path

from kinefuse.correction import CorrectionNetwork, load_correction
from kinefuse.correction.card import CorrectionCard
from kinefuse.dataset.splits import read_split
from kinefuse.dataset.store import StoreEntry, open_store, read_trial
from kinefuse.evaluation import NobodyToScore
from kinefuse.networks.model_card import CARD_FILE, ModelCard
from kinefuse.networks.saved_model import Model, load_model
from kinefuse.packaged import correction_in
from kinefuse.recordings import Trial
from kinefuse.training.data import ANY_ACTIVITY

Card = ModelCard | CorrectionCard


def opened(folder: Path) -> tuple[Model | None, CorrectionNetwork | None]:
    """The networks of a model folder: of single joints, and the correction.

    Raises:
        UnreadableFile: It holds neither, or one of them is damaged.
    """
    correction = correction_in(folder)
    if correction is None:
        return load_model(folder), None
    model = load_model(folder) if (folder / CARD_FILE).exists() else None
    return model, load_correction(correction)


def scored_entries(
    folders: tuple[Path, ...], split_file: Path | None, cards: Sequence[Card]
) -> tuple[tuple[str, ...], list[StoreEntry]]:
    """Whom to score, and where their trials of the model's activity are.

    The file's test people, else those that the training of every network left out.

    Raises:
        NobodyToScore: None of them has a sound trial in the stores.
    """
    stores = tuple(open_store(folder) for folder in folders)
    if split_file is None:
        left_out = [set(card.people.get("test", ())) for card in cards]
        people = tuple(sorted(set.intersection(*left_out)))
    else:
        everybody = sorted({person for store in stores for person in store.people})
        people = read_split(split_file, everybody).test
    activity = cards[0].activity
    entries = [
        entry
        for store in stores
        for entry in store.sound
        if entry.person in people and activity in (ANY_ACTIVITY, entry.activity)
    ]
    if not entries:
        raise NobodyToScore(people)
    return people, entries


def scored_trials(
    folders: tuple[Path, ...], split_file: Path | None, cards: Sequence[Card]
) -> tuple[tuple[str, ...], list[Trial]]:
    """As ``scored_entries``, read."""
    people, entries = scored_entries(folders, split_file, cards)
    return people, [read_trial(entry.file) for entry in entries]
