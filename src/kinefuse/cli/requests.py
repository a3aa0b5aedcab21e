"""What the options of ``train`` ask for, as plans."""

from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.exclusions import read_exclusions
from kinefuse.dataset.splits import Split, people_split
from kinefuse.dataset.store import Store, open_store
from kinefuse.errors import UnknownChoice
from kinefuse.networks.targets import TARGETS
from kinefuse.training.config import TrainingConfig, recipe
from kinefuse.training.data import ANY_ACTIVITY
from kinefuse.training.train_model import TrainingPlan

ALL = "all"
_ACTIVITIES = ("walking", "running", ANY_ACTIVITY)
_SHORT = {"published": "published-cnn"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The options of ``kinefuse train`` but for its folders."""

    joint: str = ALL
    target: str = ALL
    recipe: str = "ours"
    network: str | None = None
    activity: str = ANY_ACTIVITY
    seed: int = 0
    iterations: int | None = None
    misalignment_deg: float | None = None


def training_plan(
    folders: tuple[Path, ...],
    split_file: Path | None,
    wanted: Wanted,
    without: Path | None = None,
) -> TrainingPlan:
    """Stores, people and settings of a training.

    Raises:
        UnknownChoice: An option names something that does not exist.
        BadSplit: The split does not fit the stores, or nobody is left of one of its parts.
        UnreadableFile: A store, the split or the exclusions cannot be read.
    """
    if wanted.activity not in _ACTIVITIES:
        raise UnknownChoice("activity", wanted.activity, known=_ACTIVITIES)
    named = _SHORT.get(wanted.recipe, wanted.recipe)
    targets = listed("target", wanted.target, tuple(TARGETS))
    stores, split = stores_and_split(folders, split_file, wanted.seed, without)
    return TrainingPlan(
        stores=stores,
        split=split,
        configs={t: _changed(recipe(named)[t], wanted) for t in targets},
        recipe=named,
        kinds=listed("joint", wanted.joint, JOINT_KINDS),
        activity=wanted.activity,
    )


def stores_and_split(
    folders: tuple[Path, ...], split_file: Path | None, seed: int, without: Path | None = None
) -> tuple[tuple[Store, ...], Split]:
    """What to learn from: stores and people, less those that ``without`` excludes.

    The split is of everybody with a sound trial, and only then loses people, so that it is the one
    that ``kinefuse check`` looked at.
    """
    stores = tuple(open_store(folder) for folder in folders)
    split = people_split((p for store in stores for p in store.people), split_file, seed)
    if without is None:
        return stores, split
    exclusions = read_exclusions(without)
    stores = tuple(store.without(exclusions) for store in stores)
    return stores, split.among({p for store in stores for p in store.people})


def listed(kind: str, words: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names from 'a,b', or all of them from 'all', in the table's order.

    Raises:
        UnknownChoice: A name is not known.
    """
    if words == ALL:
        return known
    names = [word.strip() for word in words.split(",")]
    for name in names:
        if name not in known:
            raise UnknownChoice(kind, name, known=(*known, ALL))
    return tuple(name for name in known if name in names)


def _changed(config: TrainingConfig, wanted: Wanted) -> TrainingConfig:
    config = replace(config, seed=wanted.seed)
    if wanted.network is not None and wanted.network != config.network:
        config = replace(config, network=wanted.network, settings={})
    if wanted.iterations is not None:
        config = config.lasting(wanted.iterations)
    if wanted.misalignment_deg is not None:
        worn = replace(config.augmentation, misalignment_deg=wanted.misalignment_deg)
        config = replace(config, augmentation=worn)
    return config
