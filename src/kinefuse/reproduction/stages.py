"""The paper from beginning to end: one row a stage, in order, and how to run one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kinefuse.progress import Progress
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.learning import (
    choose_best,
    fit_as_published,
    search_all,
    train_orientations,
    train_ours,
)
from kinefuse.reproduction.preparation import check_and_split, describe_people, prepare_both
from kinefuse.reproduction.records import Running, StageRecord, record_of
from kinefuse.reproduction.results import optimise, score, tabulate
from kinefuse.reproduction.summary import summarise

_KEEP_EVERY = 20  # steps between notes of the time spent


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the paper."""

    name: str
    run: Callable[[Job, list[str]], Iterator[Progress]]
    """Does what is not done yet; what a reader has to know goes into the list."""
    command: str
    """That does the same for one activity."""
    reads: tuple[str, ...]
    writes: tuple[str, ...]


STAGES = (
    Stage(
        name="prepare",
        run=prepare_both,
        command="kinefuse prepare ACTIVITY_meta.h5 --recipe published "
        "--out stores/ACTIVITY_published",
        reads=("1_Extracted/*_meta.h5",),
        writes=("stores/",),
    ),
    Stage(
        name="check",
        run=check_and_split,
        command="kinefuse check stores/ACTIVITY_published --limits published "
        "--out quality/ACTIVITY_published.json",
        reads=("stores/",),
        writes=("quality/", "splits/"),
    ),
    Stage(
        name="describe",
        run=describe_people,
        command="kinefuse describe stores/ACTIVITY_published "
        "--without quality/ACTIVITY_published.json --out people/ACTIVITY",
        reads=("stores/",),
        writes=("people/",),
    ),
    Stage(
        name="search",
        run=search_all,
        command="kinefuse search stores/ACTIVITY_published --activity ACTIVITY --joint JOINT "
        "--network NETWORK --trials N --split splits/ACTIVITY.json --out search/...",
        reads=("stores/", "splits/"),
        writes=("search/",),
    ),
    Stage(
        name="summarize",
        run=summarise,
        command="kinefuse summarize search/* --out summary/summary.xlsx",
        reads=("search/",),
        writes=("summary/",),
    ),
    Stage(
        name="orientation",
        run=train_orientations,
        command="kinefuse train stores/ACTIVITY_published --recipe published-lstm "
        "--target orientation --split splits/ACTIVITY.json --out orientation/ACTIVITY",
        reads=("stores/", "splits/"),
        writes=("orientation/",),
    ),
    Stage(
        name="best",
        run=choose_best,
        command="kinefuse best search/ACTIVITY_* --orientation orientation/ACTIVITY "
        "--out models/ACTIVITY_published",
        reads=("search/", "orientation/"),
        writes=("models/",),
    ),
    Stage(
        name="fit-fusion",
        run=fit_as_published,
        command="kinefuse fit-fusion models/ACTIVITY_published stores/ACTIVITY_published "
        "--parameters published",
        reads=("models/", "stores/"),
        writes=("models/",),
    ),
    Stage(
        name="ours",
        run=train_ours,
        command="kinefuse train stores/ACTIVITY_ours --target correction --activity ACTIVITY "
        "--split splits/ACTIVITY.json --out models/ACTIVITY_ours",
        reads=("stores/", "splits/"),
        writes=("models/",),
    ),
    Stage(
        name="optimize",
        run=optimise,
        command="kinefuse optimize models/ACTIVITY_published stores/ACTIVITY_published "
        "--method published --out optimised/ACTIVITY_published",
        reads=("models/", "stores/"),
        writes=("optimised/",),
    ),
    Stage(
        name="score",
        run=score,
        command="kinefuse evaluate models/ACTIVITY_ours stores/ACTIVITY_ours --out results",
        reads=("models/", "stores/"),
        writes=("scores/",),
    ),
    Stage(
        name="results",
        run=tabulate,
        command="kinefuse evaluate ... --out results",
        reads=("scores/",),
        writes=("results/",),
    ),
)
"""In the order of the paper; ours trains beside the published method and is scored with it."""


def run_stage(stage: Stage, job: Job) -> Iterator[Progress]:
    """Run a stage that is not done; its time and notes are kept, whichever way it ends."""
    if record_of(job.places.records, stage.name).done:
        return
    with Running(job.places.records, stage.name) as running:
        for i, step in enumerate(stage.run(job, running.notes)):
            if i % _KEEP_EVERY == 0:
                running.keep()
            yield step


def records(job: Job) -> list[tuple[Stage, StageRecord]]:
    """What is known of every stage."""
    return [(stage, record_of(job.places.records, stage.name)) for stage in STAGES]
