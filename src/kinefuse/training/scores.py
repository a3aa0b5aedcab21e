"""How well a network in training does on the validation people, in degrees."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import PLANES
from kinefuse.dataset.windows import Limb
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.estimator import Estimator
from kinefuse.networks.features import PLACES


def validation_scores(
    estimator: Estimator, limbs: Sequence[Limb], device: torch.device
) -> dict[str, float]:
    """RMSE over whole trials, mean over a person's trials, then over people [deg].

    Angles: each plane, raw and with the mean removed. Orientation: the angle between estimated and
    true attitude, each segment. ``mean_deg`` is the mean of the raw scores.
    """
    rows = [_score(estimator, limb, device) for limb in limbs]
    raw = _over_people(limbs, [row[0] for row in rows])
    shape = _over_people(limbs, [row[1] for row in rows])
    names = PLANES if estimator.target.name == "angles" else PLACES
    scores = {f"{name}_deg": float(raw[i]) for i, name in enumerate(names)}
    if estimator.target.name == "angles":
        scores |= {f"{n}_mean_removed_deg": float(shape[i]) for i, n in enumerate(names)}
    return scores | {"mean_deg": float(raw.mean())}


@torch.no_grad()
def predict(
    estimator: Estimator, signals: Float[np.ndarray, "time 12"], device: torch.device
) -> np.ndarray:
    """The network's answer over a whole trial."""
    was_training = estimator.training
    estimator.eval()
    batch = torch.from_numpy(signals.astype(np.float32))[None].to(device)
    answer = estimator(batch)[0].cpu().numpy().astype(np.float64)
    estimator.train(was_training)
    return answer


def _score(estimator: Estimator, limb: Limb, device: torch.device) -> np.ndarray:
    answer = predict(estimator, limb.signals, device)
    if estimator.target.name == "angles":
        pair = rmse(answer, limb.angles_rad), rmse_mean_removed(answer, limb.angles_rad)
        return np.rad2deg(np.stack(pair))
    between = so3.log(so3.transpose(answer) @ limb.R_travel_segment)
    angle = np.linalg.norm(between, axis=-1)
    return np.rad2deg(np.stack([rmse(angle, np.zeros_like(angle))] * 2))


def _over_people(limbs: Sequence[Limb], scores: list[np.ndarray]) -> np.ndarray:
    people = np.array([limb.person for limb in limbs])
    table = np.array(scores)
    return np.mean([table[people == person].mean(axis=0) for person in np.unique(people)], axis=0)
