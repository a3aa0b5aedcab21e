"""What a reproduction is asked for, and what its stages find out for one another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.dataset.exclusions import read_exclusions
from kinefuse.dataset.splits import Split, read_split
from kinefuse.dataset.store import Store, open_store
from kinefuse.errors import KinefuseError
from kinefuse.executor import DaskExecutor, Executor
from kinefuse.reproduction.budget import Budget
from kinefuse.reproduction.places import RECIPES, Places

ACTIVITIES = ("walking", "running")
EXTRACTED = "1_Extracted"


class NoData(KinefuseError):
    """There is nothing to reproduce from."""

    def __init__(self, folder: Path) -> None:
        wanted = " or ".join(f"{activity}_meta.h5" for activity in ACTIVITIES)
        super().__init__(
            f"{folder} holds no {wanted}, nor does {EXTRACTED} in it; name the folder that does, "
            "or write one with 'kinefuse convert STORE --to published'."
        )


class NothingLeft(KinefuseError):
    """No activity has enough people to go on with."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__(
            f"nothing can be reproduced: {' '.join(reasons)} At least three people are needed."
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is asked for."""

    data: Path
    """Holds ``walking_meta.h5`` and ``running_meta.h5``, or one of them."""
    places: Places
    budget: Budget
    seed: int = 0
    workers: int | None = None
    """To start on this machine; None is one a core."""
    scheduler: str | None = None
    """Address of workers that run already."""
    engine: Callable[[str | None, int | None], Executor] = DaskExecutor
    """Makes whoever computes, from ``scheduler`` and ``workers``."""

    @cached_property
    def files(self) -> dict[str, Path]:
        """By activity.

        Raises:
            NoData: There is none.
        """
        folders = (self.data, self.data / EXTRACTED)
        found = {
            activity: folder / f"{activity}_meta.h5"
            for activity in ACTIVITIES
            for folder in folders
            if (folder / f"{activity}_meta.h5").is_file()
        }
        if not found:
            raise NoData(self.data)
        return found

    @property
    def activities(self) -> tuple[str, ...]:
        """Those with enough people: known once there are splits."""
        return tuple(a for a in self.files if self.places.split(a).exists())

    def recipes(self, activity: str) -> tuple[str, ...]:
        """By which its people could be prepared: known once there are splits."""
        return tuple(r for r in RECIPES if self.places.exclusions(activity, r).exists())

    def prepared(self, recipe: str) -> tuple[str, ...]:
        """Activities that go on with this recipe."""
        return tuple(a for a in self.activities if recipe in self.recipes(a))

    @cached_property
    def executor(self) -> Executor:
        """Whoever computes; started when first needed."""
        return self.engine(self.scheduler, self.workers)

    def close(self) -> None:
        """End the workers, if there are any."""
        if "executor" in self.__dict__:
            self.executor.close()

    def store(self, activity: str, recipe: str) -> Store:
        """Trials of that recipe, without those its own check drops."""
        store = open_store(self.places.store(activity, recipe))
        file = self.places.exclusions(activity, recipe)
        return store.without(read_exclusions(file)) if file.exists() else store

    def split(self, activity: str) -> Split:
        """Who is trained on, tuned on and scored, by whichever recipe."""
        stores = [self.store(activity, recipe) for recipe in self.recipes(activity)]
        people = {person for store in stores for person in store.people}
        return read_split(self.places.split(activity), people)

    def kinds(self, activity: str) -> tuple[str, ...]:
        """Joints that training and tuning people have."""
        split, store = self.split(activity), self.store(activity, self.recipes(activity)[0])
        parts = [_kinds_of(store, people) for people in (split.train, split.validation)]
        return tuple(kind for kind in JOINT_KINDS if all(kind in part for part in parts))

    def as_words(self) -> dict[str, object]:
        """Everything that decides the result."""
        return {
            "data": {a: [str(f.absolute()), f.stat().st_size] for a, f in self.files.items()},
            "budget": self.budget.in_words,
            "seed": self.seed,
        }


def _kinds_of(store: Store, people: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for trial in store.of(people):
        present = set(trial.imus.joints()) & set(trial.angles.angles_rad)
        found |= {JOINTS[name].kind for name in present}
        if len(found) == len(JOINT_KINDS):
            break
    return found
