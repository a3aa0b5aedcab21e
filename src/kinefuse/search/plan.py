"""What a search is asked for, and the words of it that ``study.json`` keeps."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.splits import PARTS, Split
from kinefuse.dataset.store import Store, StoreEntry
from kinefuse.errors import UnknownChoice
from kinefuse.networks.model_card import ModelCard
from kinefuse.search.address import Address, without_password
from kinefuse.search.best import RECIPE
from kinefuse.search.engine_errors import NotAStudy, OtherStudy
from kinefuse.search.learning_set import Wanted
from kinefuse.search.outcomes import LAYOUT, STUDY_FILE, read_request
from kinefuse.search.pruning import DEFAULT
from kinefuse.search.space import REPORT_EVERY, OneOf, scaled_iterations, space
from kinefuse.training.config import TrainingConfig, recipe
from kinefuse.training.data import ANY_ACTIVITY, NothingToLearnFrom

_JOURNAL = "journal.log"
_ACTIVITIES = ("walking", "running", ANY_ACTIVITY)
_STAGES = 2


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    """Everything that decides what a search finds, and how many trials it may take."""

    stores: tuple[Store, ...]
    split: Split
    activity: str
    joint: str
    network: str
    trials: int
    """To finish altogether, complete or pruned."""
    scale: float = 1.0
    """Of the published iterations."""
    pruner: str = DEFAULT
    seed: int = 0
    storage: str | None = None
    """URL of a PostgreSQL database; None keeps a journal in the study's folder."""

    def __post_init__(self) -> None:
        space(self.network, self.scale)
        if self.joint not in JOINT_KINDS:
            raise UnknownChoice("joint", self.joint, known=JOINT_KINDS)
        if self.activity not in _ACTIVITIES:
            raise UnknownChoice("activity", self.activity, known=_ACTIVITIES)
        if self.storage is not None:
            without_password(self.storage)
        for part in ("train", "validation"):
            if not self.entries(part):
                raise NothingToLearnFrom(f"{part} people", self.activity)

    @property
    def base(self) -> TrainingConfig:
        """The recipe that a trial's settings are put into."""
        return recipe(f"published-{self.network}")["angles"]

    @property
    def card(self) -> ModelCard:
        """Of every trial's model, without its network."""
        return ModelCard(
            name=f"{self.activity} {self.joint} {self.network}",
            recipe=RECIPE,
            activity=self.activity,
            rate_hz=self.base.rate_hz,
            networks={},
            sources=tuple(sorted({entry.source for entry in self.entries("train")})),
            people=vars(self.split),
        )

    @property
    def wanted(self) -> Wanted:
        """The legs it learns from and is scored on."""
        return Wanted(
            entries={part: self.entries(part) for part in PARTS},
            kind=self.joint,
            rate_hz=self.base.rate_hz,
            flesh=self.base.flesh,
            activity=self.activity,
        )

    def entries(self, part: str) -> tuple[StoreEntry, ...]:
        """Sound trials of a part's people, of the activity."""
        return tuple(
            entry
            for store in self.stores
            for entry in store.sound
            if entry.person in getattr(self.split, part)
            and self.activity in (ANY_ACTIVITY, entry.activity)
        )

    def address(self, folder: Path) -> Address:
        """Where the trials of the study in ``folder`` are kept."""
        iterations = space(self.network, self.scale)["iterations"]
        longest = max(iterations.values) if isinstance(iterations, OneOf) else 0
        words = json.dumps(self.as_words(), sort_keys=True)
        return Address(
            storage=self.storage or str((folder / _JOURNAL).absolute()),
            name=f"{self.activity}-{self.joint}-{self.network}-{_digest(words)}",
            pruner=self.pruner,
            report_every=scaled_iterations(REPORT_EVERY, self.scale),
            longest=_STAGES * longest,
        )

    def as_words(self) -> dict[str, object]:
        """Everything that decides what is found, as plain values; not how many trials."""
        return {
            "layout": LAYOUT,
            "activity": self.activity,
            "joint": self.joint,
            "network": self.network,
            "space": {name: repr(choice) for name, choice in self._space().items()},
            "iterations": self.scale,
            "pruning": self.pruner,
            "seed": self.seed,
            "storage": without_password(self.storage) if self.storage else "journal",
            "split": {part: list(getattr(self.split, part)) for part in PARTS},
            "trials": [[e.person, e.name, e.samples, e.rate_hz] for e in self._everything()],
            "recipe": self.base.as_words(),
        }

    def data_digest(self) -> str:
        """A name for the mapped windows: another one as soon as a file of the stores changes."""
        files = [[str(e.file), os.stat(e.file).st_mtime_ns] for e in self._everything()]
        words = [self.as_words()[k] for k in ("joint", "split", "recipe")] + files
        return _digest(json.dumps(words))

    def _space(self) -> dict[str, object]:
        return dict(space(self.network, self.scale))

    def _everything(self) -> list[StoreEntry]:
        return [entry for part in PARTS for entry in self.entries(part)]


def begin(folder: Path, plan: SearchPlan) -> None:
    """Note in ``study.json`` what is asked for, or check that it is what was asked for before.

    Raises:
        OtherStudy: The folder holds a study of something else.
    """
    words = json.loads(json.dumps(plan.as_words()))  # as it will be read back
    file = folder / STUDY_FILE
    if file.exists():
        before = read_request(folder)
        differing = [key for key in words if words[key] != before.get(key)]
        if differing:
            raise OtherStudy(folder, differing)
        return
    folder.mkdir(parents=True, exist_ok=True)
    strangers = [f.name for f in folder.iterdir() if not f.name.startswith(STUDY_FILE)]
    if strangers and not file.exists():
        raise NotAStudy(folder)
    beside = folder / f"{STUDY_FILE}.partial{os.getpid()}"
    stores = {"stores": [str(store.folder.absolute()) for store in plan.stores]}
    beside.write_text(json.dumps(words | stores, indent=1) + "\n", encoding="utf-8")
    try:
        os.link(beside, file)
    except FileExistsError:  # another driver was faster
        begin(folder, plan)
    finally:
        beside.unlink()


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:12]
