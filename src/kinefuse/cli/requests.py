"""What the options of ``train`` ask for, as plans."""

from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.exclusions import read_exclusions
from kinefuse.dataset.splits import Split, people_split
from kinefuse.dataset.store import Store, open_store
from kinefuse.errors import KinefuseError, UnknownChoice
from kinefuse.networks.targets import TARGETS
from kinefuse.training.config import TrainingConfig, recipe
from kinefuse.training.correction import CorrectionPlan
from kinefuse.training.correction_config import CorrectionConfig
from kinefuse.training.data import ANY_ACTIVITY
from kinefuse.training.train_model import TrainingPlan

ALL, CORRECTION = "all", "correction"
_ACTIVITIES = ("walking", "running", ANY_ACTIVITY)
_SHORT = {"published": "published-cnn"}


class OfEveryJoint(KinefuseError):
    """Something is asked of a correction that only networks of single joints have."""

    def __init__(self) -> None:
        super().__init__(
            "a correction is one network of all joints, of its own kind; leave --joint, --recipe "
            "and --network out, or choose --target angles, orientation or all."
        )


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
    targets = listed("target", wanted.target, tuple(TARGETS), besides=(CORRECTION,))
    stores, split = stores_and_split(folders, split_file, wanted.seed, without)
    return TrainingPlan(
        stores=stores,
        split=split,
        configs={t: _changed(recipe(named)[t], wanted) for t in targets},
        recipe=named,
        kinds=listed("joint", wanted.joint, JOINT_KINDS),
        activity=wanted.activity,
    )


def correction_plan(
    folders: tuple[Path, ...],
    split_file: Path | None,
    wanted: Wanted,
    without: Path | None = None,
) -> CorrectionPlan:
    """Stores, people and settings of the training of a correction.

    Raises:
        OfEveryJoint: Single joints, a recipe or a network are asked for.
        UnknownChoice: No activity is named.
        BadSplit: The split does not fit the stores, or nobody is left of one of its parts.
        UnreadableFile: A store, the split or the exclusions cannot be read.
    """
    if wanted.joint != ALL or wanted.network is not None or wanted.recipe != "ours":
        raise OfEveryJoint
    activities = tuple(a for a in _ACTIVITIES if a != ANY_ACTIVITY)
    if wanted.activity not in activities:
        raise UnknownChoice("activity of a correction", wanted.activity, known=activities)
    config = CorrectionConfig(seed=wanted.seed)
    if wanted.iterations is not None:
        config = replace(config, iterations=wanted.iterations)
    if wanted.misalignment_deg is not None:
        config = replace(config, misalignment_deg=wanted.misalignment_deg)
    stores, split = stores_and_split(folders, split_file, wanted.seed, without)
    return CorrectionPlan(stores=stores, split=split, activity=wanted.activity, config=config)


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


def listed(
    kind: str, words: str, known: tuple[str, ...], besides: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Names from 'a,b', or all of them from 'all', in the table's order.

    ``besides`` are further choices that are told to who chose wrongly.

    Raises:
        UnknownChoice: A name is not known.
    """
    if words == ALL:
        return known
    names = [word.strip() for word in words.split(",")]
    for name in names:
        if name not in known:
            raise UnknownChoice(kind, name, known=(*known, ALL, *besides))
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
