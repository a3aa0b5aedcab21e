"""A correction network from stores of trials: worn, estimated, trained, calibrated, exported."""

import json
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from kinefuse.correction.card import CorrectionCard, write_correction_card
from kinefuse.correction.model import WEIGHTS_FILE
from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import Store, StoreEntry
from kinefuse.errors import WouldOverwrite
from kinefuse.networks.export_correction import read_correction_weights, write_correction
from kinefuse.progress import Progress
from kinefuse.training.correction_config import CorrectionConfig
from kinefuse.training.correction_loop import CorrectionTraining, predicted
from kinefuse.training.correction_scores import fit_shares, scores
from kinefuse.training.data import NothingToLearnFrom
from kinefuse.training.leg_windows import LegWindowCache
from kinefuse.training.run_folder import OtherRun
from kinefuse.training.wearings import (
    Estimator,
    WornBody,
    make_wearings,
    optimised,
    read_worn,
    wearings,
)
from kinefuse.whole_files import write_json


@dataclass(frozen=True, kw_only=True)
class CorrectionPlan:
    """What is asked for."""

    stores: tuple[Store, ...]
    split: Split
    activity: str
    config: CorrectionConfig = CorrectionConfig()

    def entries(self, people: tuple[str, ...]) -> list[StoreEntry]:
        """Every sound trial of these people."""
        return [
            entry
            for store in self.stores
            for entry in store.sound
            if entry.person in people and entry.activity == self.activity
        ]

    def as_words(self) -> dict[str, object]:
        """Everything that decides the result, as plain values."""
        everybody = (*self.split.train, *self.split.validation)
        trials = [[e.person, e.name, e.samples, e.rate_hz] for e in self.entries(everybody)]
        return {
            "trials": trials,
            "split": vars(self.split),
            "activity": self.activity,
            "config": self.config.as_words(),
        }


def train_correction(
    plan: CorrectionPlan, work: Path, out: Path, estimate: Estimator = optimised
) -> Iterator[Progress]:
    """Train the correction of one activity into the folder ``out``; goes on after a kill.

    Args:
        plan: What is asked for.
        work: Keeps the worn and estimated trials and the unfinished training. Wearings that are
            there are used, so clear it when the optimiser has changed.
        out: The folder to be.
        estimate: The optimiser.

    Raises:
        WouldOverwrite: ``out`` exists.
        OtherRun: An unfinished training with other choices lies in ``work``.
        NothingToLearnFrom: No training or no validation trial is there.
    """
    if out.exists():
        raise WouldOverwrite(out)
    state = work / "training"
    _begin(state, plan)
    train = yield from _bodies(plan, plan.split.train, work / "worn", 0, estimate)
    tuning = yield from _bodies(plan, plan.split.validation, work / "worn", 1, estimate)
    cache = LegWindowCache(train, plan.config.shares)
    sources = sorted({body.source for body in train})
    del train  # as large as the cache
    training = CorrectionTraining(cache, tuning, plan.config, state / "state.safetensors")
    yield from training.run()
    beside = out.with_name(f"{out.name}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    write_correction(beside, training.network, WEIGHTS_FILE)
    read_correction_weights(beside, WEIGHTS_FILE, training.network)  # as rounded
    told = [predicted(training.network, body) for body in tuning]
    shares = fit_shares(told)
    card = CorrectionCard(
        name=out.name,
        activity=plan.activity,
        rate_hz=plan.config.rate_hz,
        settings=training.network.settings,
        trunk_context_samples=training.network.trunk_context_samples,
        head_context_samples=training.network.head_context_samples,
        sources=tuple(sources),
        people=vars(plan.split),
        shares=shares,
        training=plan.config.as_words(),
        scores={"validation": scores([prediction.shared(shares) for prediction in told])},
        kinefuse_version=version("kinefuse"),
    )
    write_correction_card(beside, card)
    beside.replace(out)
    shutil.rmtree(state)


def _bodies(
    plan: CorrectionPlan, people: tuple[str, ...], folder: Path, seed: int, estimate: Estimator
) -> Generator[Progress, None, list[WornBody]]:
    """Every wearing of these people, made first where it is not there."""
    entries = plan.entries(people)
    if not entries:
        raise NothingToLearnFrom("legs of the training or validation people", plan.activity)
    given = plan.config.wearings
    wanted = wearings(entries, replace(given, seed=2 * given.seed + seed))
    yield from make_wearings(entries, wanted, folder, plan.config.rate_hz, estimate)
    return [read_worn(wearing.file(folder)) for wearing in wanted]


def _begin(state: Path, plan: CorrectionPlan) -> None:
    """Note what was asked for, or check that it is what was asked for before."""
    words = json.loads(json.dumps(plan.as_words()))
    request = state / "run.json"
    if request.exists():
        before = json.loads(request.read_text(encoding="utf-8"))
        differing = [key for key in words if words[key] != before.get(key)]
        if differing:
            raise OtherRun(state, differing)
        return
    write_json(request, words)
