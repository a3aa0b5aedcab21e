"""How well a network in training does on the validation people, in degrees."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import PLANES
from kinefuse.dataset.windows import Limb
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.estimator import Estimator
from kinefuse.networks.features import PLACES

_TOGETHER = 16  # whole trials: a layer's answers of half a minute at 200 Hz are 50 MB


def validation_scores(
    estimator: Estimator, limbs: Sequence[Limb], device: torch.device
) -> dict[str, float]:
    """RMSE over whole trials, mean over a person's trials, then over people [deg].

    Angles: each plane, raw and with the mean removed. Orientation: the angle between estimated and
    true attitude, each segment. ``mean_deg`` is the mean of the raw scores.
    """
    answers = predict_all(estimator, [limb.signals for limb in limbs], device)
    rows = [_score(estimator, *pair) for pair in zip(answers, limbs, strict=True)]
    raw = _over_people(limbs, [row[0] for row in rows])
    shape = _over_people(limbs, [row[1] for row in rows])
    names = PLANES if estimator.target.name == "angles" else PLACES
    scores = {f"{name}_deg": float(raw[i]) for i, name in enumerate(names)}
    if estimator.target.name == "angles":
        scores |= {f"{n}_mean_removed_deg": float(shape[i]) for i, n in enumerate(names)}
    return scores | {"mean_deg": float(raw.mean())}


def predict(
    estimator: Estimator, signals: Float[np.ndarray, "time 12"], device: torch.device
) -> np.ndarray:
    """The network's answer over a whole trial."""
    return predict_all(estimator, [signals], device)[0]


@torch.no_grad()
def predict_all(
    estimator: Estimator, trials: Sequence[Float[np.ndarray, "_time 12"]], device: torch.device
) -> list[np.ndarray]:
    """The network's answers over whole trials; those of one length are answered together.

    Trials of other lengths are not filled up: a network that reads backwards would notice.
    """
    was_training = estimator.training
    estimator.eval()
    answers: list[np.ndarray] = [np.empty(0)] * len(trials)
    for together in _of_one_length(trials):
        batch = np.stack([trials[i] for i in together]).astype(np.float32)
        found = estimator(torch.from_numpy(batch).to(device)).cpu().numpy().astype(np.float64)
        for i, answer in zip(together, found, strict=True):
            answers[i] = answer
    estimator.train(was_training)
    return answers


def _of_one_length(trials: Sequence[np.ndarray]) -> Iterator[list[int]]:
    """Numbers of trials that fit into one batch."""
    lengths = np.array([len(trial) for trial in trials])
    for length in np.unique(lengths):
        alike = np.flatnonzero(lengths == length).tolist()
        yield from (alike[at : at + _TOGETHER] for at in range(0, len(alike), _TOGETHER))


def _score(estimator: Estimator, answer: np.ndarray, limb: Limb) -> np.ndarray:
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
