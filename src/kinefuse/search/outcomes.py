"""What a search has found, as files: ``study.json`` and ``trials/<number>/outcome.json``.

Reading them needs neither torch nor Optuna. A finished trial's folder is also a model folder; a
pruned or failed trial's holds its ``outcome.json`` alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kinefuse.anatomy.joints import JOINT_KINDS, PerPlane
from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.whole_files import write_json

STUDY_FILE, OUTCOME_FILE, TRIALS_FOLDER = "study.json", "outcome.json", "trials"
LAYOUT = 1  # raise it when the fields below change their meaning
STATES = ("complete", "pruned", "failed", "running")


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """One choice of hyper-parameters and how well a network of it did."""

    number: int
    state: str
    """One of ``STATES``."""
    settings: Mapping[str, float | int | bool]
    """learning_rate, decay, iterations (a stage), dropout, layers, width, and window of a CNN or
    bidirectional of an LSTM."""
    score_deg: float | None
    """Mean over planes and validation people of the raw RMSE; the last report of a pruned one."""
    validation: Mapping[str, PerPlane] = field(default_factory=dict)
    """By person, the RMSE of each plane [deg], mean over the person's trials and legs."""
    test: Mapping[str, PerPlane] = field(default_factory=dict)
    """The same of the people left out, at whom the search never looks."""
    iterations: int = 0
    """Trained, of both stages together."""
    seconds: float = 0.0
    """Spent on it, from first to last; of the worker that finished it."""
    history: tuple[tuple[int, float], ...] = ()
    """Iteration and score [deg], as reported on the way."""
    fault: str = ""
    """Why a failed one failed."""
    folder: Path | None = None
    """The model folder of a complete one."""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise UnknownChoice("state of a trial", self.state, known=STATES)


@dataclass(frozen=True, kw_only=True)
class StudyOutcomes:
    """A study and its trials so far, by number."""

    name: str
    folder: Path
    activity: str
    joint: str
    """Its kind: hip, knee or ankle."""
    network: str
    """'cnn' or 'lstm'."""
    trials: tuple[TrialOutcome, ...]

    @property
    def complete(self) -> tuple[TrialOutcome, ...]:
        """Trials that were trained to their end."""
        return tuple(trial for trial in self.trials if trial.state == "complete")

    @property
    def best(self) -> TrialOutcome | None:
        """The complete trial of the lowest score; the first of equals."""
        scored = [(t.score_deg, t.number, t) for t in self.complete if t.score_deg is not None]
        return min(scored)[2] if scored else None


def read_study(folder: Path) -> StudyOutcomes:
    """Everything a study has found so far; it may still be running.

    Raises:
        UnreadableFile: The folder holds no study, or one of its files is damaged.
    """
    words = read_request(folder)
    files = sorted((folder / TRIALS_FOLDER).glob(f"*/{OUTCOME_FILE}"))
    trials = [read_outcome(file) for file in files if "." not in file.parent.name]
    try:
        return StudyOutcomes(
            name=folder.absolute().name,
            folder=folder,
            activity=str(words["activity"]),
            joint=str(words["joint"]),
            network=str(words["network"]),
            trials=tuple(sorted(trials, key=lambda trial: trial.number)),
        )
    except KeyError as error:
        raise UnreadableFile(
            folder / STUDY_FILE, f"it lacks {error}", "name a folder that 'kinefuse search' wrote"
        ) from error


def read_request(folder: Path) -> dict[str, Any]:
    """What a study was asked for: the words of ``study.json``.

    Raises:
        UnreadableFile: There is none, or not of this version.
    """
    file, way_out = folder / STUDY_FILE, "name a folder that 'kinefuse search' wrote"
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(folder, "this folder holds no study", way_out) from error
    except ValueError as error:
        raise UnreadableFile(file, "this is not JSON", way_out) from error
    if not isinstance(words, dict) or words.get("layout") != LAYOUT:
        raise UnreadableFile(file, "this study is of another version", "search again")
    if words.get("joint") not in JOINT_KINDS:
        raise UnreadableFile(file, f"it is about the joint {words.get('joint')!r}", way_out)
    return words


def read_outcome(file: Path) -> TrialOutcome:
    """One trial's ``outcome.json``.

    Raises:
        UnreadableFile: It is damaged.
    """
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
        for part in ("validation", "test"):
            words[part] = {person: tuple(errors) for person, errors in words[part].items()}
        words["history"] = tuple((int(step), float(score)) for step, score in words["history"])
        words["folder"] = file.parent if words["state"] == "complete" else None
        return TrialOutcome(**words)
    except (ValueError, TypeError, KeyError, AttributeError, UnknownChoice) as error:
        raise UnreadableFile(
            file, "this outcome of a trial is damaged", "delete its folder and search on"
        ) from error


def write_outcome(folder: Path, outcome: TrialOutcome) -> None:
    """Write ``outcome.json`` into a trial's folder, beside its place first."""
    words = asdict(outcome) | {"folder": None}
    write_json(folder / OUTCOME_FILE, words)


def trial_folder(study: Path, number: int) -> Path:
    """Where a trial's files are, or would be."""
    return study / TRIALS_FOLDER / f"{number:05d}"
