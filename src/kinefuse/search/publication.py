"""Finished trials take their place below ``trials/``: whole, and once."""

import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from optuna.trial import FrozenTrial, TrialState

from kinefuse.search.outcomes import (
    OUTCOME_FILE,
    TRIALS_FOLDER,
    TrialOutcome,
    read_outcome,
    trial_folder,
    write_outcome,
)
from kinefuse.search.task import RESULT


def published(folder: Path) -> Collection[int]:
    """Numbers of the trials that have their place."""
    return {int(f.parent.name) for f in (folder / TRIALS_FOLDER).glob(f"[0-9]*/{OUTCOME_FILE}")}


def publish(folder: Path, trial: FrozenTrial, work: Path) -> None:
    """Give a complete or pruned trial its place, and take its unfinished work away."""
    if trial.state == TrialState.PRUNED:
        publish_outcome(folder, outcome_of(trial, "pruned"))
    elif (work / RESULT).exists():
        result = read_outcome(work / RESULT / OUTCOME_FILE)
        write_outcome(work / RESULT, replace(result, number=trial.number))
        _place(work / RESULT, trial_folder(folder, trial.number))
    shutil.rmtree(work, ignore_errors=True)


def publish_outcome(folder: Path, outcome: TrialOutcome) -> None:
    """Give a trial without a model its place."""
    place = trial_folder(folder, outcome.number)
    beside = place.with_name(f"{place.name}.partial")
    beside.mkdir(parents=True, exist_ok=True)
    write_outcome(beside, outcome)
    _place(beside, place)


def outcome_of(trial: FrozenTrial, state: str, fault: str = "") -> TrialOutcome:
    """What the storage knows of a trial without a model."""
    history = tuple(sorted(trial.intermediate_values.items()))
    took_s = 0.0
    if trial.datetime_start and trial.datetime_complete:
        took_s = (trial.datetime_complete - trial.datetime_start).total_seconds()
    return TrialOutcome(
        number=trial.number,
        state=state,
        settings=trial.params,
        score_deg=history[-1][1] if history else None,
        iterations=trial.last_step or 0,
        seconds=took_s,
        history=history,
        fault=fault,
    )


def _place(beside: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # another driver has done it
        beside.replace(place)
