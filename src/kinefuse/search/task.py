"""One trial, on whichever worker: train, report, and leave a model folder.

Everything it needs is in its ``TrialTask``, the mapped windows and the study's storage; a worker
that dies in the middle is followed by another that goes on from the last checkpoint.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from socket import gethostname
from time import monotonic

import numpy as np
import torch
from optuna.exceptions import UpdateFinishedTrialError

from kinefuse.anatomy.joints import PLANES, PerPlane
from kinefuse.dataset.windows import Limb
from kinefuse.errors import KinefuseError
from kinefuse.metrics import rmse
from kinefuse.networks.export import write_network
from kinefuse.networks.model_card import ModelCard, NetworkCard, network_name, write_card
from kinefuse.networks.saved_model import NETWORKS_FOLDER
from kinefuse.search.address import Address, opened
from kinefuse.search.learning_set import LearningSet, read_learning_set
from kinefuse.search.outcomes import OUTCOME_FILE, TrialOutcome, read_outcome, write_outcome
from kinefuse.search.space import Value, training_config
from kinefuse.training.config import TrainingConfig
from kinefuse.training.loop import Training
from kinefuse.training.scores import predict

RESULT = "result"
"""Below a trial's work folder: its model folder to be, once it is whole."""

GONE = "gone"
"""State of a trial that was given to somebody else while it ran."""


@dataclass(frozen=True, kw_only=True)
class TrialTask:
    """One choice of settings, and where everything about it is."""

    address: Address
    number: int
    trial_id: int
    settings: Mapping[str, Value]
    card: ModelCard
    """Of the model to be; its networks are added."""
    kind: str
    """Of joint."""
    network: str
    """'cnn' or 'lstm'."""
    data: Path
    """Folder of the ``LearningSet``."""
    work: Path
    """Folder of the unfinished trial."""
    seed: int
    threads: int = 1


@dataclass(frozen=True)
class Ended:
    """How a trial ended; the words of a complete one are in its folder."""

    state: str
    """'complete', 'pruned', 'failed' or ``GONE``."""
    score_deg: float | None = None
    fault: str = ""
    """What the user has to mend; other trials would fail likewise."""


def run_trial(task: TrialTask) -> Ended:
    """Train one network of the study to its end, or until it is given up."""
    torch.set_num_threads(task.threads)
    try:
        return _run(task)
    except KinefuseError as error:  # in words, since it crosses to another process
        return Ended("failed", fault=str(error))


def person_errors(training: Training, limbs: tuple[Limb, ...]) -> dict[str, PerPlane]:
    """By person, the raw RMSE of each plane [deg], mean over trials and legs."""
    rows: dict[str, list[np.ndarray]] = {}
    for limb in limbs:
        answer = predict(training.estimator, limb.signals, training.device)
        rows.setdefault(limb.person, []).append(np.rad2deg(rmse(answer, limb.angles_rad)))
    means = {person: np.mean(errors, axis=0) for person, errors in sorted(rows.items())}
    return {p: (float(m[0]), float(m[1]), float(m[2])) for p, m in means.items()}


def _run(task: TrialTask) -> Ended:
    start = monotonic()
    finished = task.work / RESULT / OUTCOME_FILE
    if not finished.exists():
        data = read_learning_set(task.data)
        config = training_config(task.network, task.settings, task.address.report_every, task.seed)
        state = task.work / "state.safetensors"
        training = Training(
            "angles", data.train, data.validation, config, state, scales=data.scales
        )
        ended = _train(training, task)
        if ended != "complete":
            return Ended(ended)
        _leave_result(task, training, config, data, monotonic() - start)
    return Ended("complete", read_outcome(finished).score_deg)


def _train(training: Training, task: TrialTask) -> str:
    """Run the training and report on the way; how it ended."""
    reporter = _Reporter(task)
    try:
        if reporter.gives_up(training):  # reports from before a restart come first
            return "pruned"
        for _ in training.run():
            if reporter.gives_up(training):
                return "pruned"
    except UpdateFinishedTrialError:
        return GONE
    return "complete"


class _Reporter:
    """Tells the storage what a training's history has gained."""

    def __init__(self, task: TrialTask) -> None:
        self._study, self._trial, self._told = opened(task.address), task.trial_id, 0

    def gives_up(self, training: Training) -> bool:
        """Report what is new; whether the pruner, or a network that is NaN, ends the trial."""
        news = training.history[self._told :]
        self._told += len(news)
        return any([self._report(row["step"], row["mean_deg"], training) for row in news])

    def _report(self, step: int, score_deg: float, training: Training) -> bool:
        if not np.isfinite(score_deg):
            return True
        storage = self._study._storage
        storage.set_trial_intermediate_value(self._trial, step, score_deg)
        worse = self._study.pruner.prune(self._study, storage.get_trial(self._trial))
        return worse and training.step < training.config.iterations  # else it is done anyway


def _leave_result(
    task: TrialTask, training: Training, config: TrainingConfig, data: LearningSet, seconds: float
) -> None:
    """Write the finished network and its scores; of two workers that do, the first counts."""
    validation = person_errors(training, data.validation)
    test = person_errors(training, data.test)
    outcome = TrialOutcome(
        number=task.number,
        state="complete",
        settings=task.settings,
        score_deg=float(np.mean(list(validation.values()))),
        validation=validation,
        test=test,
        iterations=training.step,
        seconds=seconds,
        history=tuple((row["step"], row["mean_deg"]) for row in training.history),
    )
    beside = task.work / f"{RESULT}.{gethostname()}-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    name = network_name(task.kind, "angles")
    write_network(beside / NETWORKS_FOLDER / name, training.estimator)
    card = NetworkCard(
        kind=task.kind,
        target="angles",
        network=config.network,
        settings=training.estimator.settings,
        context_samples=training.estimator.context_samples,
        training=config.as_words(),
        scores={"validation": _plane_means(validation), "test": _plane_means(test)},
    )
    write_card(
        beside, replace(task.card, networks={name: card}, kinefuse_version=version("kinefuse"))
    )
    write_outcome(beside, outcome)
    try:
        beside.replace(task.work / RESULT)
    except OSError:  # another worker, taken for dead, has finished the same trial
        shutil.rmtree(beside)


def _plane_means(errors: Mapping[str, PerPlane]) -> dict[str, float]:
    if not errors:
        return {}
    planes = np.mean(list(errors.values()), axis=0)
    named = {f"{plane}_deg": float(value) for plane, value in zip(PLANES, planes, strict=True)}
    return named | {"mean_deg": float(planes.mean())}
