"""Smoothing and fusion of a trained model, fitted on its validation people."""

from collections.abc import Generator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.conditions import AS_WORN, CONDITIONS, worn
from kinefuse.dataset.store import Store
from kinefuse.dataset.windows import Limb
from kinefuse.errors import KinefuseError, UnknownChoice
from kinefuse.fusion import Fusion, fit_fusion
from kinefuse.metrics import rmse
from kinefuse.networks.limbs import right_joint
from kinefuse.networks.model_card import write_card
from kinefuse.networks.saved_model import Model, load_model
from kinefuse.orientation.smoothing import SmoothingConfig
from kinefuse.pair_estimation import beta_angles, world_attitudes
from kinefuse.progress import Progress
from kinefuse.published_fusion import fit_published, rotation_vector_angles
from kinefuse.recordings import Trial
from kinefuse.training.data import NothingToLearnFrom, limbs_of, trials_of

PUBLISHED = "published"
ATTITUDE_SIGMAS_RAD = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidates; an error that lasts for n samples needs sqrt(n) times its size."""

_MOST_TRIALS = 60  # half an hour of running: nine parameters a joint need no more
_WEARINGS = {"aligned": (0,), AS_WORN: (0, 1, 2)}  # seeds: how often people put the sensors on
Words = dict[str, Any]


class AlreadyFitted(KinefuseError):
    """A model's card holds the parameters that are to be fitted."""

    def __init__(self, folder: Path, parameters: str) -> None:
        super().__init__(
            f"{folder} already has '{parameters}' parameters; say --force to fit them again, "
            "or copy the model first to keep both."
        )


def own_parameters(model: Model) -> str:
    """Which of ``PARAMETERS`` a model is fitted with when it is trained: those of its recipe."""
    return PUBLISHED if model.card.recipe.startswith(PUBLISHED) else OURS


def fit_model(
    model: Model, trials: Sequence[Trial], parameters: str | None = None
) -> Generator[Progress, None, dict[str, Words]]:
    """Parameters of every joint for the model's card.

    Args:
        model: Joints for which it lacks a network are left out.
        trials: Of people it was not trained on, with clean sensors in segment axes.
        parameters: One of ``PARAMETERS``; without it those of the model's recipe.

    Raises:
        UnknownChoice: There are no such parameters.
    """
    wanted = parameters or own_parameters(model)
    if wanted not in PARAMETERS:
        raise UnknownChoice("parameters", wanted, known=PARAMETERS)
    trials = trials[:: 1 + len(trials) // _MOST_TRIALS]
    kinds = [k for k in JOINT_KINDS if model.has(k, "angles") and model.has(k, "orientation")]
    return (yield from PARAMETERS[wanted](model, trials, kinds))


def check_free(model: Model, parameters: str | None = None) -> None:
    """Make sure that a fit would replace nothing.

    Raises:
        AlreadyFitted: The card holds parameters of this kind.
    """
    wanted = parameters or own_parameters(model)
    ways = set(CONDITIONS) if wanted == OURS else {PUBLISHED}
    if any(ways & set(words) for words in model.card.joints.values()):
        raise AlreadyFitted(model.folder, wanted)


def refit(
    folder: Path, stores: tuple[Store, ...], parameters: str | None = None
) -> Generator[Progress, None, dict[str, Words]]:
    """Fit a finished model again, on its validation people, and write that into its card.

    Parameters of the other kind that the card holds stay.

    Raises:
        NothingToLearnFrom: None of them is in these stores.
        UnknownChoice: There are no such parameters.
    """
    model = load_model(folder)
    people = model.card.people["validation"]
    tuning = list(trials_of(stores, people, model.card.activity))
    if not tuning:
        raise NothingToLearnFrom("joints of the validation people", model.card.activity)
    fitted = yield from fit_model(model, tuning, parameters)
    before = model.card.joints
    joints = {kind: {**before.get(kind, {}), **words} for kind, words in fitted.items()}
    write_card(folder, replace(model.card, joints={**before, **joints}))
    return fitted


def _on_what_is_used(
    model: Model, trials: Sequence[Trial], kinds: Sequence[str]
) -> Generator[Progress, None, dict[str, Words]]:
    """Smoothing and shares, by how the sensors sit, from estimates like those that will be used."""
    fitted: dict[str, Words] = {kind: {} for kind in kinds}
    total, done = len(kinds) * len(CONDITIONS), 0
    for condition in CONDITIONS:
        seeds = _WEARINGS[condition]
        wearings = (worn(trial, condition, seed) for seed in seeds for trial in trials)
        limbs = limbs_of(wearings, kinds, model.rate_hz)
        for kind in kinds:
            fitted[kind][condition] = _fit(model, limbs[kind], kind)
            done += 1
            yield Progress(done, total, f"{kind}, sensors {condition}")
    return fitted


def _on_true_orientations(
    model: Model, trials: Sequence[Trial], kinds: Sequence[str]
) -> Generator[Progress, None, dict[str, Words]]:
    """Ratio of SDs and weights as published: from orientations that no sensor will ever give."""
    limbs = limbs_of(trials, kinds, model.rate_hz)
    fitted: dict[str, Words] = {}
    for done, kind in enumerate(kinds, start=1):
        fitted[kind] = _as_published(model, limbs[kind], kind)
        yield Progress(done, len(kinds), kind)
    return fitted


OURS = "ours"
PARAMETERS = {OURS: _on_what_is_used, PUBLISHED: _on_true_orientations}
"""How the two answers of a joint may be made one."""


def _fit(model: Model, limbs: Sequence[Limb], kind: str) -> Words:
    alphas = [model.predict_angles(limb.signals, kind, limb.side) for limb in limbs]
    attitudes = [world_attitudes(model, limb.signals, kind, limb.side) for limb in limbs]
    truths = [limb.angles_rad for limb in limbs]

    def tried(smoothing: SmoothingConfig) -> tuple[float, Fusion]:
        betas = [
            beta_angles(R, limb.signals, model.rate_hz, kind, smoothing)
            for R, limb in zip(attitudes, limbs, strict=True)
        ]
        fusion = fit_fusion(alphas, betas, truths)
        thetas = [fusion.combine(a, b) for a, b in zip(alphas, betas, strict=True)]
        return _mean_rmse(thetas, truths), fusion

    candidates = [SmoothingConfig(attitude_sigma_rad=sigma) for sigma in ATTITUDE_SIGMAS_RAD]
    results = [(*tried(smoothing), smoothing) for smoothing in candidates]
    _, fusion, smoothing = min(results, key=lambda result: result[0])
    trust = {n: getattr(smoothing, n) for n in ("turn_sigma_rad", "attitude_sigma_rad")}
    return {"smoothing": trust, "fusion": asdict(fusion)}


def _as_published(model: Model, limbs: Sequence[Limb], kind: str) -> Words:
    alphas = [model.predict_angles(limb.signals, kind, limb.side) for limb in limbs]
    betas = [
        rotation_vector_angles(
            limb.R_travel_segment[:, 0], limb.R_travel_segment[:, 1], right_joint(kind)
        )
        for limb in limbs
    ]
    fitted = fit_published(alphas, betas, [limb.angles_rad for limb in limbs])
    return {PUBLISHED: asdict(fitted)}


def _mean_rmse(estimates: list[np.ndarray], truths: list[np.ndarray]) -> float:
    return float(np.mean([rmse(e, t) for e, t in zip(estimates, truths, strict=True)]))
