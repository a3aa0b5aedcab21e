"""The stages that learn: search, its best networks, orientations, fusion, our correction."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import Store, open_store
from kinefuse.progress import Progress
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.places import NETWORKS, OURS, PUBLISHED
from kinefuse.reproduction.tasks import Task, run_tasks
from kinefuse.search.best import NothingComplete, rankings, write_best
from kinefuse.search.driver import search
from kinefuse.search.outcomes import STUDY_FILE
from kinefuse.search.plan import SearchPlan
from kinefuse.training.config import recipe
from kinefuse.training.correction import CorrectionPlan, train_correction
from kinefuse.training.correction_config import CorrectionConfig
from kinefuse.training.data import NothingToLearnFrom
from kinefuse.training.fit_fusion import refit
from kinefuse.training.train_model import TrainingPlan, train_model

_ORIENTATION_RECIPE = "published-lstm"


def search_all(job: Job, notes: list[str]) -> Iterator[Progress]:
    """Networks of every joint and kind, as the paper's search draws them."""
    for activity in job.prepared(PUBLISHED):
        store, split = job.store(activity, PUBLISHED), job.split(activity)
        for joint in job.kinds(activity):
            for network in NETWORKS:
                plan = SearchPlan(
                    stores=(store,),
                    split=split,
                    activity=activity,
                    joint=joint,
                    network=network,
                    trials=job.budget.trials[network],
                    scale=job.budget.iterations,
                    seed=job.seed,
                )
                folder = job.places.study(activity, joint, network)
                try:
                    for step in search(plan, folder, job.executor):
                        yield replace(step, message=f"{folder.name}: {step.message}")
                except NothingToLearnFrom as error:
                    notes.append(f"{folder.name} was not searched: {error}")


def train_orientations(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """The published orientation network of every joint, and what it says of the people left out."""
    yield from run_tasks(
        job.executor,
        [
            Task(
                f"orientations, {activity}",
                _train_orientation,
                OrientationWish(
                    store=job.store(activity, PUBLISHED),
                    split=job.split(activity),
                    activity=activity,
                    kinds=job.kinds(activity),
                    iterations=job.budget.orientation_iterations,
                    seed=job.seed,
                    out=job.places.orientation(activity),
                ),
                job.places.orientation(activity),
            )
            for activity in job.prepared(PUBLISHED)
        ],
    )


@dataclass(frozen=True, kw_only=True)
class OrientationWish:
    """What orientation networks are to be trained on."""

    store: Store
    split: Split
    activity: str
    kinds: tuple[str, ...]
    iterations: int
    seed: int
    out: Path


def _train_orientation(wish: OrientationWish) -> Iterator[Progress]:
    config = recipe(_ORIENTATION_RECIPE)["orientation"].lasting(wish.iterations)
    plan = TrainingPlan(
        stores=(wish.store,),
        split=wish.split,
        configs={"orientation": replace(config, seed=wish.seed)},
        recipe=_ORIENTATION_RECIPE,
        kinds=wish.kinds,
        activity=wish.activity,
        keep_predictions=True,
    )
    return train_model(plan, wish.out)


def choose_best(job: Job, notes: list[str]) -> Iterator[Progress]:
    """One published model an activity: each joint's best network beside its orientations."""
    activities = job.prepared(PUBLISHED)
    for done, activity in enumerate(activities, start=1):
        folders = []
        for joint in job.kinds(activity):
            of_joint = [job.places.study(activity, joint, network) for network in NETWORKS]
            of_joint = [folder for folder in of_joint if (folder / STUDY_FILE).exists()]
            try:
                if of_joint:
                    rankings(of_joint)
                    folders += of_joint
            except NothingComplete as error:
                notes.append(f"{activity}, {joint}: {error}")
        out = job.places.model(activity, PUBLISHED)
        if folders and not out.exists():
            write_best(rankings(folders), out, job.places.orientation(activity))
        yield Progress(done, len(activities), activity)


def fit_as_published(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """Ratio of SDs and weights from true orientations, as published."""
    for activity in models(job, PUBLISHED):
        store = open_store(job.places.store(activity, PUBLISHED))
        yield from refit(job.places.model(activity, PUBLISHED), (store,), PUBLISHED)


def train_ours(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """The network that corrects our optimiser."""
    yield from run_tasks(
        job.executor,
        [
            Task(
                f"correction, {activity}",
                _train_correction,
                CorrectionWish(
                    store=job.store(activity, OURS),
                    split=job.split(activity),
                    activity=activity,
                    config=replace(job.budget.correction, seed=job.seed),
                    work=job.places.correction_work(activity),
                    out=job.places.model(activity, OURS),
                ),
                job.places.model(activity, OURS),
            )
            for activity in job.prepared(OURS)
        ],
    )


@dataclass(frozen=True, kw_only=True)
class CorrectionWish:
    """What a correction is to be trained on."""

    store: Store
    split: Split
    activity: str
    config: CorrectionConfig
    work: Path
    out: Path


def _train_correction(wish: CorrectionWish) -> Iterator[Progress]:
    plan = CorrectionPlan(
        stores=(wish.store,), split=wish.split, activity=wish.activity, config=wish.config
    )
    yield from train_correction(plan, wish.work, wish.out)
    shutil.rmtree(wish.work)


def models(job: Job, of_recipe: str) -> list[str]:
    """Activities for which there is a model."""
    return [a for a in job.activities if job.places.model(a, of_recipe).exists()]
