"""Smoothing and fusion of a trained model, fitted on its validation people."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.dataset.conditions import AS_WORN, CONDITIONS, worn
from kinefuse.dataset.windows import Limb
from kinefuse.fusion import Fusion, fit_fusion
from kinefuse.metrics import rmse
from kinefuse.networks.limbs import right_joint
from kinefuse.networks.saved_model import Model
from kinefuse.orientation.smoothing import SmoothingConfig
from kinefuse.pair_estimation import beta_angles, world_attitudes
from kinefuse.published_fusion import fit_published, rotation_vector_angles
from kinefuse.recordings import Trial
from kinefuse.training.data import limbs_of

PUBLISHED = "published"
ATTITUDE_SIGMAS_RAD = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidates; an error that lasts for n samples needs sqrt(n) times its size."""

_MOST_TRIALS = 60  # half an hour of running: nine parameters a joint need no more
_WEARINGS = {"aligned": (0,), AS_WORN: (0, 1, 2)}  # seeds: how often people put the sensors on
Words = dict[str, Any]


def fit_model(model: Model, trials: Sequence[Trial]) -> dict[str, Words]:
    """Parameters of every joint for the model's card, by how the sensors sit.

    Args:
        model: Joints for which it lacks a network are left out.
        trials: Of people it was not trained on, with clean sensors in segment axes.
    """
    trials = trials[:: 1 + len(trials) // _MOST_TRIALS]
    kinds = [k for k in JOINT_KINDS if model.has(k, "angles") and model.has(k, "orientation")]
    if model.card.recipe.startswith(PUBLISHED):
        limbs = limbs_of(trials, kinds, model.rate_hz)
        return {kind: _as_published(model, limbs[kind], kind) for kind in kinds}
    fitted: dict[str, Words] = {kind: {} for kind in kinds}
    for condition in CONDITIONS:
        seeds = _WEARINGS[condition]
        wearings = (worn(trial, condition, seed) for seed in seeds for trial in trials)
        limbs = limbs_of(wearings, kinds, model.rate_hz)
        for kind in kinds:
            fitted[kind][condition] = _fit(model, limbs[kind], kind)
    return fitted


def _fit(model: Model, limbs: Sequence[Limb], kind: str) -> Words:
    alphas = [model.predict_angles(limb.signals, kind) for limb in limbs]
    attitudes = [world_attitudes(model, limb.signals, kind) for limb in limbs]
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
    alphas = [model.predict_angles(limb.signals, kind) for limb in limbs]
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
