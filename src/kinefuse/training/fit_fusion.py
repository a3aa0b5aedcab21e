"""Smoothing and fusion of a trained model, fitted on its validation people."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from kinefuse.dataset.windows import Limb
from kinefuse.fusion import Fusion, fit_fusion
from kinefuse.metrics import rmse
from kinefuse.networks.limbs import right_joint
from kinefuse.networks.saved_model import Model
from kinefuse.orientation.smoothing import SmoothingConfig
from kinefuse.pair_estimation import beta_angles, world_attitudes
from kinefuse.published_fusion import fit_published, rotation_vector_angles

PUBLISHED = "published"
ATTITUDE_SIGMAS_RAD = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidates; an error that lasts for n samples needs sqrt(n) times its size."""

Words = dict[str, dict[str, object]]


def fit_joint(model: Model, kind: str, validation: Sequence[Limb]) -> Words:
    """Parameters for the model's card; none unless it has both networks for this joint."""
    if not (model.has(kind, "angles") and model.has(kind, "orientation")):
        return {}
    limbs = [limb for limb in validation if limb.samples >= 2 * model.rate_hz]  # a stride or more
    alphas = [model.predict_angles(limb.signals, kind) for limb in limbs]
    if model.card.recipe.startswith(PUBLISHED):
        return _as_published(alphas, limbs, kind)
    attitudes = [world_attitudes(model, limb.signals, kind) for limb in limbs]
    truths = [limb.angles_rad for limb in limbs]
    best: tuple[float, SmoothingConfig, Fusion] | None = None
    for sigma in ATTITUDE_SIGMAS_RAD:
        smoothing = SmoothingConfig(attitude_sigma_rad=sigma)
        betas = [
            beta_angles(R, limb.signals, model.rate_hz, kind, smoothing)
            for R, limb in zip(attitudes, limbs, strict=True)
        ]
        fusion = fit_fusion(alphas, betas, truths)
        thetas = [fusion.combine(a, b) for a, b in zip(alphas, betas, strict=True)]
        score = _mean_rmse(thetas, truths)
        if best is None or score < best[0]:
            best = score, smoothing, fusion
    _, smoothing, fusion = best
    trust = {n: getattr(smoothing, n) for n in ("turn_sigma_rad", "attitude_sigma_rad")}
    return {"smoothing": trust, "fusion": asdict(fusion)}


def _as_published(alphas: list[np.ndarray], limbs: Sequence[Limb], kind: str) -> Words:
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
