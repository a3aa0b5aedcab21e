"""How far the estimates are from the truth: alpha, beta and theta side by side, on new people.

Scores are RMSE over time a trial and leg, raw and with both means removed, in degrees; they are
averaged within a person first, so that everybody counts once, and then given as mean and SD over
people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.dataset.conditions import CONDITIONS, worn
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.errors import KinefuseError
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.limbs import Pair, pair_signals
from kinefuse.networks.saved_model import Model
from kinefuse.pair_estimation import PairEstimate, estimate_pair
from kinefuse.progress import Progress
from kinefuse.published_baseline import published_pair
from kinefuse.recordings import Trial

ANSWERS = ("alpha", "beta", "theta")
METHODS: dict[str, Callable[[Model, Pair, str, str], PairEstimate]] = {
    "ours": estimate_pair,
    "published": published_pair,
}
"""How a model's networks are turned into angles."""

_BY = ("condition", "activity", "joint", "plane", "method", "answer")
_SCORES = ("rmse_deg", "rmse_mean_removed_deg")


class KnownPeople(KinefuseError):
    """A model is to be scored on people it was trained or tuned on."""

    def __init__(self, people: Sequence[str], model: str) -> None:
        super().__init__(
            f"the model {model} was trained or tuned on {', '.join(people)}; "
            "score it on others, listed under 'test' in --split FILE."
        )


class NobodyToScore(KinefuseError):
    """No trial of the people to be scored is in the stores."""

    def __init__(self, people: Sequence[str]) -> None:
        super().__init__(
            f"no sound trial of the test people ({', '.join(people) or 'none'}) for the model's "
            "joints; name others under 'test' in --split FILE, or prepare their recordings."
        )


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model and how its networks are used."""

    method: str
    """One of ``METHODS``."""
    model: Model


def check_people_are_new(contenders: Sequence[Contender], people: Sequence[str]) -> None:
    """Nobody may be scored whom a network has seen.

    Raises:
        KnownPeople: Somebody was trained or tuned on.
    """
    for contender in contenders:
        card = contender.model.card
        seen = {*card.people.get("train", ()), *card.people.get("validation", ())}
        known = sorted(seen & set(people))
        if known:
            raise KnownPeople(known, card.name)


def score_trials(
    trials: Sequence[Trial],
    contenders: Sequence[Contender],
    seed: int = 0,
    conditions: Sequence[str] = tuple(CONDITIONS),
) -> Iterator[tuple[Progress, list[dict]]]:
    """Scores of every trial, leg, joint, plane, condition, method and answer.

    Args:
        trials: With clean sensors in the segments' axes.
        contenders: Models and methods; each sees the same recordings at its own rate.
        seed: Of the sensor faults; a trial's faults depend on it and the trial alone.
        conditions: How the sensors sit.

    Yields:
        Progress, and the rows of one trial under one condition.
    """
    total = len(trials) * len(conditions)
    done = 0
    for trial in trials:
        for condition in conditions:
            seen = worn(trial, condition, seed)
            rows = [row for one in contenders for row in _score(seen, one, condition)]
            done += 1
            said = f"{trial.person} {trial.name}, {condition}"
            yield Progress(done, total, said), rows


def summary(scores: pl.DataFrame) -> pl.DataFrame:
    """Mean and SD over people of both scores, with the number of people."""
    by_person = scores.group_by(*_BY, "person", maintain_order=True).agg(
        pl.col(score).mean() for score in _SCORES
    )
    return by_person.group_by(*_BY, maintain_order=True).agg(
        *(pl.col(score).mean().alias(score) for score in _SCORES),
        *(pl.col(score).std().alias(f"{score}_sd") for score in _SCORES),
        pl.len().alias("people"),
    )


def _score(trial: Trial, contender: Contender, condition: str) -> Iterator[dict]:
    at_rate = resampled_trial(trial, contender.model.rate_hz)
    method = METHODS[contender.method]
    present = set(at_rate.imus.joints()) & set(at_rate.angles.angles_rad)
    for name in (name for name in JOINTS if name in present):
        kind, side = JOINTS[name].kind, JOINTS[name].side
        if not contender.model.has(kind, "angles"):
            continue
        estimate = method(contender.model, pair_signals(at_rate.imus, name), kind, condition)
        words = {
            "condition": condition,
            "activity": trial.activity,
            "person": trial.person,
            "trial": trial.name,
            "side": side,
            "joint": kind,
            "method": contender.method,
        }
        for answer in ANSWERS:
            curve = getattr(estimate, f"{answer}_rad")
            if curve is not None:
                yield from _planes(curve, at_rate.angles.angles_rad[name], words, answer)


def _planes(estimate: np.ndarray, truth: np.ndarray, words: dict, answer: str) -> Iterator[dict]:
    raw, shape = (np.rad2deg(f(estimate, truth)) for f in (rmse, rmse_mean_removed))
    for i, plane in enumerate(PLANES):
        scores = dict(zip(_SCORES, (float(raw[i]), float(shape[i])), strict=True))
        yield {**words, "plane": plane, "answer": answer, **scores}
