"""The stages before any network: both preparations, who the people are, and whom to leave out."""

from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np

from kinefuse.dataset.description import TrialFacts, describe
from kinefuse.dataset.exclusions import Exclusion, read_reasons, write_exclusions
from kinefuse.dataset.length_groups import NobodySharesALength
from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.outcomes import read_report
from kinefuse.dataset.prepare import prepare
from kinefuse.dataset.splits import PARTS, Split, split_people
from kinefuse.dataset.store import open_store
from kinefuse.dataset.store_check import check_store
from kinefuse.errors import UnreadableFile
from kinefuse.executor import usable_cores
from kinefuse.progress import Progress
from kinefuse.quality.limits import limits
from kinefuse.report.description_files import write_description
from kinefuse.reproduction.job import Job, NothingLeft
from kinefuse.reproduction.places import OURS, RECIPES
from kinefuse.whole_files import write_json

FEWEST = 3
"""People; one each to train on, to tune on and to score."""


def prepare_both(job: Job, notes: list[str]) -> Iterator[Progress]:
    """Trials of every activity, as published and as ours."""
    for activity, file in job.files.items():
        for recipe in RECIPES:
            yield from _prepared(job, activity, file, recipe, notes)
            store = job.places.store(activity, recipe)
            outcomes = read_report(store)
            for outcome in outcomes:
                why = outcome.left_out or "; ".join(outcome.faults)
                if why:
                    notes.append(f"{activity}, {recipe}: {outcome.person} is left out: {why}")
                if outcome.missing:
                    listed = ", ".join(outcome.missing)
                    notes.append(f"{activity}, {recipe}: {outcome.person} lacks {listed}")


def _prepared(
    job: Job, activity: str, file: Path, recipe: str, notes: list[str]
) -> Iterator[Progress]:
    sources, store = find_sources([file]), job.places.store(activity, recipe)
    options = {"recipe_name": recipe, "keep": True, "processes": job.workers or usable_cores()}
    try:
        yield from prepare(sources, store, **options)
    except NobodySharesALength as error:
        notes.append(f"{activity}, {recipe}: {error} Nobody was dropped for it.")
        yield from prepare(sources, store, any_length=True, **options)


def check_and_split(job: Job, notes: list[str]) -> Iterator[Progress]:
    """Each recipe's own quality check, and one split of the people that both recipes keep.

    A recipe that has too few people is left out, and the other goes on alone.

    Raises:
        NothingLeft: No activity has three people.
    """
    missing = []
    for activity in job.files:
        dropped, people = {}, {}
        for recipe in RECIPES:
            dropped[recipe], kept = yield from _kept(job, activity, recipe, notes)
            if len(kept) >= FEWEST:
                people[recipe] = kept
            else:
                found = f"{activity}, {recipe}: {len(kept)} people are sound."
                notes.append(f"{found} That is too few, so this recipe is left out.")
                missing.append(found)
        if not people:
            continue
        both = sorted(set.intersection(*people.values()))
        if len(both) < FEWEST:
            people = {OURS: people[OURS]}
            both = sorted(people[OURS])
            notes.append(f"{activity}: the recipes share too few people, so only ours goes on.")
        for recipe in people:
            write_exclusions(job.places.exclusions(activity, recipe), dropped[recipe])
        split = split_people(both, np.random.default_rng([job.seed, *activity.encode()]))
        left = yield from _without_outliers(job, activity, split, notes)
        write_json(job.places.split(activity), left)
    if not job.activities:
        raise NothingLeft(missing)


def _kept(
    job: Job, activity: str, recipe: str, notes: list[str]
) -> Generator[Progress, None, tuple[tuple[Exclusion, ...], set[str]]]:
    """Whom a recipe's limits drop, and whom they keep.

    Limits that would leave too few to split are not applied: that is said, and all go on.
    """
    try:
        store = open_store(job.places.store(activity, recipe))
    except UnreadableFile:
        return (), set()  # nobody gave a trial
    verdict = yield from check_store(store, limits(recipe), ())
    dropped = verdict.exclusions()
    kept = {v.entry.person for v in verdict.trials} - {e.person for e in dropped}
    about = f"{activity}, {recipe}"
    if dropped and len(kept) < FEWEST:
        first = dropped[0]
        notes.append(
            f"{about}: the limits would drop {len(dropped)} of {len(verdict.trials)} people "
            f"({first.person}: {'; '.join(first.reasons)}), so they were not applied"
        )
        return (), {v.entry.person for v in verdict.trials}
    notes += [f"{about}: {e.person} is dropped: {'; '.join(e.reasons)}" for e in dropped]
    return dropped, kept


def _without_outliers(
    job: Job, activity: str, split: Split, notes: list[str]
) -> Generator[Progress, None, dict[str, list[str]]]:
    """The split less training people whose range of motion is unlike all other training people's.

    Both recipes then learn from the same people.
    """
    unlike: set[str] = set()
    for recipe in job.recipes(activity):
        verdict = yield from check_store(job.store(activity, recipe), limits(recipe), split.train)
        for trial in verdict.trials:
            if trial.outliers:
                unlike.add(trial.entry.person)
                reasons = "; ".join(trial.outliers)
                notes.append(f"{activity}, {recipe}: {trial.entry.person} is dropped: {reasons}")
    return {part: [p for p in getattr(split, part) if p not in unlike] for part in PARTS}


def describe_people(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """Who they are, how long their trials, what was dropped and why: tables and a figure."""
    for activity in job.activities:
        facts = yield from described(job, activity)
        folder = job.places.description(activity)
        folder.mkdir(parents=True, exist_ok=True)
        write_description(folder, activity, facts)


def described(job: Job, activity: str) -> Generator[Progress, None, tuple[TrialFacts, ...]]:
    """Everybody of an activity, as the published recipe has them where there is one."""
    recipe = job.recipes(activity)[0]
    store = open_store(job.places.store(activity, recipe))
    reasons = read_reasons(job.places.exclusions(activity, recipe))
    return (yield from describe(store, reasons))
