"""A whole model from stores of trials: every asked-for network, then smoothing and fusion."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.conditions import on_flesh
from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import Store, StoreEntry
from kinefuse.dataset.windows import Limb
from kinefuse.errors import KinefuseError, UnknownChoice
from kinefuse.networks.estimator import settings_of
from kinefuse.networks.export import write_network
from kinefuse.networks.model_card import ModelCard, NetworkCard, network_name, write_card
from kinefuse.networks.saved_model import load_model
from kinefuse.networks.targets import TARGETS, target
from kinefuse.progress import result_of
from kinefuse.training.config import TrainingConfig
from kinefuse.training.data import ANY_ACTIVITY, NothingToLearnFrom, limbs_of, trials_of
from kinefuse.training.fit_fusion import fit_model
from kinefuse.training.loop import Training, TrainingProgress
from kinefuse.training.predictions import keep_predictions
from kinefuse.training.run_folder import RunFolder, open_run


class MixedRates(KinefuseError):
    """The networks of one model expect different sampling rates."""

    def __init__(self, rates_hz: set[float]) -> None:
        listed = ", ".join(f"{rate:g}" for rate in sorted(rates_hz))
        super().__init__(
            f"the recipe's networks run at different rates ({listed} Hz); "
            "give all targets of a recipe one rate_hz."
        )


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """What is asked for."""

    stores: tuple[Store, ...]
    split: Split
    configs: Mapping[str, TrainingConfig]
    """By target."""
    recipe: str
    kinds: tuple[str, ...] = JOINT_KINDS
    activity: str = ANY_ACTIVITY
    keep_predictions: bool = False
    """Whether what the networks say of validation and test people is kept beside them."""

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in JOINT_KINDS:
                raise UnknownChoice("joint", kind, known=JOINT_KINDS)
        for name, config in self.configs.items():
            target(name)
            settings_of(config.network, config.settings)
        rates = {config.rate_hz for config in self.configs.values()}
        if len(rates) > 1:
            raise MixedRates(rates)

    @property
    def rate_hz(self) -> float:
        """Samples a second of every network."""
        return next(iter(self.configs.values())).rate_hz

    def as_words(self) -> dict[str, object]:
        """Everything that decides the result, as plain values."""
        trials = [
            [str(e.person), e.name, e.activity, e.samples, e.rate_hz]
            for store in self.stores
            for e in store.sound
        ]
        return {
            "trials": trials,
            "split": vars(self.split),
            "configs": {name: config.as_words() for name, config in self.configs.items()},
            "recipe": self.recipe,
            "activity": self.activity,
            "joints": self.kinds,
        }


@dataclass(frozen=True)
class ModelProgress(TrainingProgress):
    """One iteration of one of the networks."""

    network: str = ""


def train_model(plan: TrainingPlan, out: Path) -> Iterator[ModelProgress]:
    """Train every network of the plan into the model folder ``out``; goes on after a kill.

    Raises:
        WouldOverwrite: ``out`` exists.
        OtherRun: An unfinished training with other choices lies there.
        NothingToLearnFrom: A joint is in no training or validation trial.
    """
    run = open_run(out, plan.as_words())
    limbs = _training_limbs(plan)
    tuning = list(trials_of(plan.stores, plan.split.validation, plan.activity))
    validation = _checked(plan, limbs_of(tuning, plan.kinds, plan.rate_hz), "validation people")
    run.begin()
    cards: dict[str, NetworkCard] = {}
    for kind in plan.kinds:
        for target_name in (name for name in TARGETS if name in plan.configs):
            name = network_name(kind, target_name)
            softnesses = plan.configs[target_name].flesh
            train = [limb for softness in softnesses for limb in limbs[softness][kind]]
            wanted = kind, target_name
            cards[name] = yield from _train_network(plan, run, wanted, train, validation[kind])
    card = _card(plan, out.name, cards)
    write_card(run.partial, card)
    model = load_model(run.partial)
    if plan.keep_predictions:
        left_out = trials_of(plan.stores, plan.split.test, plan.activity)
        keep_predictions(model, {"validation": tuning, "test": left_out})
    run.complete(replace(card, joints=result_of(fit_model(model, tuning))))


def _train_network(
    plan: TrainingPlan,
    run: RunFolder,
    wanted: tuple[str, str],
    train: list[Limb],
    validation: list[Limb],
) -> Generator[ModelProgress, None, NetworkCard]:
    kind, target_name = wanted
    name, config = network_name(kind, target_name), plan.configs[target_name]
    finished = run.finished(name)
    if finished:
        return finished
    training = Training(target_name, train, validation, config, run.checkpoint(name))
    for step in training.run():
        yield ModelProgress(
            step.done, step.total, step.message, step.loss, step.validation_rmse_deg, name
        )
    write_network(run.network(name), training.estimator)
    card = NetworkCard(
        kind=kind,
        target=target_name,
        network=config.network,
        settings=training.estimator.settings,
        context_samples=training.estimator.context_samples,
        training=config.as_words(),
        scores={"validation": training.history[-1]},
    )
    run.finish(name, card)
    return run.finished(name) or card  # as it will be read back


def _training_limbs(plan: TrainingPlan) -> dict[float, dict[str, list[Limb]]]:
    """Limbs of the training people by softness of their flesh, then by kind of joint."""
    trials = list(trials_of(plan.stores, plan.split.train, plan.activity))
    softnesses = {softness for config in plan.configs.values() for softness in config.flesh}
    return {
        softness: _checked(
            plan,
            limbs_of(
                (on_flesh(trial, softness) for trial in trials),
                plan.kinds,
                plan.rate_hz,
                np.float32,
            ),
            "training people",
        )
        for softness in sorted(softnesses)
    }


def _checked(plan: TrainingPlan, limbs: dict[str, list[Limb]], who: str) -> dict[str, list[Limb]]:
    for kind, found in limbs.items():
        if not found:
            raise NothingToLearnFrom(f"{kind} of the {who}", plan.activity)
    return limbs


def _card(plan: TrainingPlan, name: str, cards: Mapping[str, NetworkCard]) -> ModelCard:
    used = [e for s in plan.stores for e in s.sound if _used(plan, e)]
    return ModelCard(
        name=name,
        recipe=plan.recipe,
        activity=plan.activity,
        rate_hz=plan.rate_hz,
        networks=cards,
        sources=tuple(sorted({entry.source for entry in used})),
        people=vars(plan.split),
        kinefuse_version=version("kinefuse"),
    )


def _used(plan: TrainingPlan, entry: StoreEntry) -> bool:
    return entry.person in plan.split.train and plan.activity in (ANY_ACTIVITY, entry.activity)
