"""One model out of many searches: each joint's network of the lowest validation score.

Nothing is trained; files are copied, and the card says how each was chosen.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.errors import KinefuseError, WouldOverwrite
from kinefuse.networks.model_card import (
    CARD_FILE,
    ModelCard,
    NetworkCard,
    network_name,
    read_card,
    write_card,
)
from kinefuse.networks.saved_model import NETWORKS_FOLDER
from kinefuse.search.outcomes import StudyOutcomes, TrialOutcome, read_request, read_study

RECIPE = "published-search"
"""Of the models a search finds; what begins with 'published' is treated as the published method."""

_KEPT_PLACES = 10
"""Of the ranking, in the card: enough to see how close the others came."""


class NothingComplete(KinefuseError):
    """None of a joint's studies has trained a network to its end."""

    def __init__(self, joint: str, studies: Iterable[str]) -> None:
        super().__init__(
            f"no trial about the {joint} is complete in {', '.join(studies)}; "
            "go on with the search, or leave these studies out."
        )


class CannotBeOne(KinefuseError):
    """Networks of different kinds of data do not belong into one model."""

    def __init__(self, what: str, first: object, second: object) -> None:
        super().__init__(
            f"{first} and {second} differ in their {what}, so their networks cannot be one model; "
            "search and train with the same stores, --activity and --split."
        )


class NoOrientation(KinefuseError):
    """A model folder has no orientation network of any joint that is asked for."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        super().__init__(
            f"{folder} holds none of the networks {', '.join(names)}; train them with "
            "'kinefuse train --recipe published --target orientation', or leave out --orientation."
        )


@dataclass(frozen=True)
class Place:
    """One complete trial in the ranking of its joint."""

    study: StudyOutcomes
    trial: TrialOutcome

    @property
    def score_deg(self) -> float:
        """Its validation score."""
        return self.trial.score_deg if self.trial.score_deg is not None else float("inf")

    @property
    def folder(self) -> Path:
        """Its model folder."""
        return self.trial.folder or self.study.folder

    def in_words(self, rank: int) -> dict[str, object]:
        """For the card."""
        return {
            "place": rank,
            "study": self.study.name,
            "network": self.study.network,
            "trial": self.trial.number,
            "score_deg": self.score_deg,
        }


def rankings(folders: Sequence[Path]) -> dict[str, list[Place]]:
    """Complete trials of all studies, by joint, the lowest score first; equals as given.

    Raises:
        UnreadableFile: A folder holds no study.
        CannotBeOne: The studies are about different activities or people.
        NothingComplete: All trials about a joint were given up or still run.
    """
    studies = [read_study(folder) for folder in folders]
    for other in folders[1:]:
        for what in ("activity", "split"):
            if read_request(folders[0]).get(what) != read_request(other).get(what):
                raise CannotBeOne(what, folders[0], other)
    of_joint: dict[str, list[Place]] = {}
    for joint in JOINT_KINDS:
        about = [study for study in studies if study.joint == joint]
        places = [Place(study, trial) for study in about for trial in study.complete]
        if about and not places:
            raise NothingComplete(joint, [study.name for study in about])
        if places:
            of_joint[joint] = sorted(places, key=lambda place: place.score_deg)
    return of_joint


def write_best(
    of_joint: dict[str, list[Place]],
    out: Path,
    orientation: Path | None = None,
    *,
    force: bool = False,
) -> ModelCard:
    """Write the model of each joint's first place; ``out`` is whole or as it was.

    Args:
        of_joint: From ``rankings``.
        out: Model folder to be.
        orientation: Model folder whose orientation networks are taken in.
        force: Replace a model that is there.

    Raises:
        WouldOverwrite: ``out`` exists, and ``force`` is not said or it is no model.
        CannotBeOne: Rates or people differ.
    """
    if out.exists() and not (force and (out / CARD_FILE).exists()):
        raise WouldOverwrite(out)
    parts = [(place, read_card(place[0].folder)) for place in of_joint.values()]
    first = parts[0][1]
    networks: dict[str, NetworkCard] = {}
    files: dict[str, Path] = {}
    for places, card in parts:
        _check(first, places[0].folder, card, parts[0][0][0].folder)
        (name,) = card.networks
        networks[name] = _with_ranking(card.networks[name], places)
        files[name] = places[0].folder / NETWORKS_FOLDER / name
    sources = {source for _, card in parts for source in card.sources}
    if orientation is not None:
        other = read_card(orientation)
        _check(first, orientation, other, parts[0][0][0].folder)
        taken = _orientations(other, tuple(of_joint), orientation)
        networks |= taken
        files |= {name: orientation / NETWORKS_FOLDER / name for name in taken}
        sources |= set(other.sources)
    card = replace(
        first,
        name=out.name,
        recipe=RECIPE,
        networks=networks,
        sources=tuple(sorted(sources)),
        joints={},
        kinefuse_version=version("kinefuse"),
    )
    _write(out, card, files)
    return card


def _check(first: ModelCard, folder: Path, card: ModelCard, first_folder: Path) -> None:
    people = [{part: set(names) for part, names in c.people.items()} for c in (first, card)]
    same = {
        "rate": first.rate_hz == card.rate_hz,
        "activity": first.activity == card.activity,
        "people": people[0] == people[1],
    }
    for what, equal in same.items():
        if not equal:
            raise CannotBeOne(what, first_folder, folder)


def _orientations(card: ModelCard, kinds: Sequence[str], folder: Path) -> dict[str, NetworkCard]:
    names = [network_name(kind, "orientation") for kind in kinds]
    found = {name: card.networks[name] for name in names if name in card.networks}
    if not found:
        raise NoOrientation(folder, names)
    return found


def _with_ranking(card: NetworkCard, places: Sequence[Place]) -> NetworkCard:
    chosen = places[0].in_words(1) | {"of": len(places)}
    ranking = [place.in_words(i) for i, place in enumerate(places[:_KEPT_PLACES], start=1)]
    return replace(card, scores={**card.scores, "search": chosen, "ranking": ranking})


def _write(out: Path, card: ModelCard, files: dict[str, Path]) -> None:
    beside = out.absolute().with_name(f"{out.name}.partial{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for name, folder in files.items():
            shutil.copytree(folder, beside / NETWORKS_FOLDER / name)
        write_card(beside, card)
        if out.exists():
            shutil.rmtree(out)
        beside.replace(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
