"""How well corrected angles do, in degrees, and how often their intervals hold the truth."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES, PerPlane, per_plane
from kinefuse.anatomy.segments import SIDES
from kinefuse.correction.shares import JointShares, parted
from kinefuse.dataset.conditions import AS_WORN, CONDITIONS
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.legs import OWN, own_truth
from kinefuse.statistics import NINETY
from kinefuse.training.wearings import WornBody
from kinefuse.whole_body.wearing import ALIGNED

_SHARE = 0.9
_PEOPLE_TO_TRUST = 10
"""So many validation people are believed as much about one joint and plane as about all of them."""


@dataclass(frozen=True)
class Prediction:
    """What was said about one wearing."""

    body: WornBody
    angles_rad: Mapping[str, Float[np.ndarray, "time 3 3"]]
    """By side: time, joint, plane."""
    sd_rad: Mapping[str, Float[np.ndarray, "time 3 3"]]

    @property
    def known(self) -> str:
        """How the sensors were known to sit."""
        return ALIGNED if self.body.signals.glued.all() else AS_WORN

    def given_rad(self, side: str) -> Float[np.ndarray, "time 3 3"]:
        """What the optimiser said of one leg."""
        return self.body.signals.seen_from(side).angles_rad[:, :OWN].astype(np.float64)

    def shared(self, shares: Mapping[str, Mapping[str, JointShares]]) -> "Prediction":
        """The same with the shares of the correction that a card names."""
        angles, sds = {}, {}
        for side in SIDES:
            given, counts = self.given_rad(side), np.ones(len(self.body.truth_rad))
            rows = [shares.get(self.known, {}).get(kind, JointShares()) for kind in JOINT_KINDS]
            angles[side] = np.stack(
                [
                    r.combine(given[:, i], self.angles_rad[side][:, i], counts)
                    for i, r in enumerate(rows)
                ],
                axis=1,
            )
            sds[side] = self.sd_rad[side] * np.array([row.sd_factor for row in rows])
        return Prediction(self.body, angles, sds)

    def truth_rad(self, side: str) -> Float[np.ndarray, "time 3 3"]:
        """Of one leg; NaN where unknown, and where the joint has not both sensors."""
        truth = own_truth(self.body.truth_rad, side).astype(np.float64)
        known = self.body.signals.seen_from(side).known[:OWN]
        return np.where(known[:, None], truth, np.nan)


def scores(predictions: Sequence[Prediction]) -> dict[str, object]:
    """By condition: RMSE a joint and plane, raw and with the mean removed, and coverage.

    Mean over a person's trials and legs, then over people.
    """
    conditions = sorted({p.body.wearing.condition for p in predictions})
    return {
        "by condition": {
            condition: _scores([p for p in predictions if p.body.wearing.condition == condition])
            for condition in conditions
        }
    }


def fit_shares(predictions: Sequence[Prediction]) -> dict[str, dict[str, JointShares]]:
    """Shares of least squared error and calibrated SDs, by how the sensors are known to sit."""
    fitted = {}
    for known in CONDITIONS:
        these = [p for p in predictions if p.known == known]
        if these:
            shares = {kind: _least_squares(these, i) for i, kind in enumerate(JOINT_KINDS)}
            factors = calibration([p.shared({known: shares}) for p in these])
            fitted[known] = {k: replace(s, sd_factor=factors[k]) for k, s in shares.items()}
    return fitted


def calibration(predictions: Sequence[Prediction]) -> dict[str, PerPlane]:
    """Factor on the SD with which 90 % of all samples lie within 1.645 of it.

    Everybody counts once a condition, whatever the length and number of their trials. A few people
    say more about all joints and planes together than about each: each factor is drawn towards
    their geometric mean, and one of which nothing is known is that mean.
    """
    keys = [(p.body.wearing.condition, p.body.wearing.person) for p in predictions]
    factors = np.ones((OWN, len(PLANES)))
    for joint in range(OWN):
        for plane in range(len(PLANES)):
            ratios, weights = [], []
            for prediction, key in zip(predictions, keys, strict=True):
                for side in SIDES:
                    error = prediction.angles_rad[side] - prediction.truth_rad(side)
                    ratio = np.abs(error / prediction.sd_rad[side])[:, joint, plane]
                    ratio = ratio[np.isfinite(ratio)]
                    ratios.append(ratio)
                    weights.append(np.full(len(ratio), 1 / (keys.count(key) * max(1, len(ratio)))))
            factors[joint, plane] = _quantile(np.concatenate(ratios), np.concatenate(weights))
    people = len({person for _, person in keys})
    seen = np.isfinite(factors)
    common = np.exp(np.log(factors[seen]).mean()) if seen.any() else NINETY
    factors = np.where(seen, factors, common)
    believed = common * (factors / common) ** (people / (people + _PEOPLE_TO_TRUST))
    return {kind: per_plane(believed[i] / NINETY) for i, kind in enumerate(JOINT_KINDS)}


def coverage(prediction: Prediction) -> Float[np.ndarray, "3 3"]:
    """Share of samples within the 90 % interval, a joint and plane; mean of both legs."""
    shares = []
    for side in SIDES:
        error = np.abs(prediction.angles_rad[side] - prediction.truth_rad(side))
        inside = np.where(np.isfinite(error), error <= NINETY * prediction.sd_rad[side], np.nan)
        shares.append(_mean(inside))
    return _mean(np.stack(shares))


def _least_squares(predictions: Sequence[Prediction], order: int) -> JointShares:
    """Shares between 0 and 1 for one joint; every leg of every wearing counts once."""
    sums = np.zeros((2, 2, len(PLANES)))  # middle and course; product and square
    for prediction in predictions:
        for side in SIDES:
            given, truth = (
                a[:, order] for a in (prediction.given_rad(side), prediction.truth_rad(side))
            )
            if not np.isfinite(truth).all():
                continue
            counts = np.ones(len(truth))
            said = parted(prediction.angles_rad[side][:, order] - given, counts)
            wanted = parted(truth - given, counts)
            for i, (ours, theirs) in enumerate(zip(said, wanted, strict=True)):
                ours, theirs = np.atleast_2d(ours), np.atleast_2d(theirs)
                sums[i] += np.mean([ours * theirs, ours**2], axis=1)
    products, squares = sums[:, 0], sums[:, 1]
    middle, course = np.where(
        squares > 0, np.clip(products / np.where(squares > 0, squares, 1), 0, 1), 1.0
    )
    return JointShares(middle=per_plane(middle), course=per_plane(course))


def _scores(predictions: Sequence[Prediction]) -> dict[str, object]:
    by_person: dict[str, list[np.ndarray]] = defaultdict(list)
    for prediction in predictions:
        rows = []
        for side in SIDES:
            pair = prediction.angles_rad[side], prediction.truth_rad(side)
            rows.append(np.rad2deg([rmse(*pair), rmse_mean_removed(*pair)]))
        told = np.concatenate([_mean(np.stack(rows)), coverage(prediction)[None]])
        by_person[prediction.body.wearing.person].append(told)
    raw, shape, inside = _mean(np.stack([_mean(np.stack(rows)) for rows in by_person.values()]))
    return {
        "mean_deg": float(_mean(raw.ravel())),
        "mean_mean_removed_deg": float(_mean(shape.ravel())),
        "rmse_deg": _table(raw),
        "rmse_mean_removed_deg": _table(shape),
        "coverage": float(_mean(inside.ravel())),
    }


def _table(values: Float[np.ndarray, "3 3"]) -> dict[str, list[float]]:
    return {kind: np.round(values[i], 3).tolist() for i, kind in enumerate(JOINT_KINDS)}


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is known, NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _quantile(values: np.ndarray, weights: np.ndarray) -> float:
    """The value below which ``_SHARE`` of the weight lies; NaN of nothing."""
    if len(values) == 0:
        return float("nan")
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(np.searchsorted(share, _SHARE), len(values) - 1)])
