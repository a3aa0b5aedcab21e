"""How far the estimates are from the truth: alpha, beta and theta side by side, on new people.

Scores are RMSE over time a trial and leg, raw and with both means removed, in degrees; they are
averaged within a person first, so that everybody counts once, and then given as mean and SD over
people.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.correction import CorrectionNetwork
from kinefuse.errors import KinefuseError
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.limbs import pair_signals
from kinefuse.networks.saved_model import Model
from kinefuse.pair_estimation import PairEstimate, estimate_pair
from kinefuse.progress import Progress
from kinefuse.published_baseline import published_pair
from kinefuse.recordings import Trial
from kinefuse.whole_body import estimated_body
from kinefuse.whole_body.wearing import WEARINGS, Seen, seen_in

ANSWERS = ("alpha", "beta", "theta")
"""The angle network's; the optimiser's (or that of smoothed attitudes); the corrected (or fused)
one, which is the method's last word."""
Curves = dict[str, np.ndarray | None]
"""By answer, one joint's angles [rad]; None or absent where the method has no such answer."""

_BY = ("condition", "activity", "joint", "plane", "method", "answer")
_SCORES = ("rmse_deg", "rmse_mean_removed_deg")
_RATE_HZ = 100.0  # of a contender without networks; gait has nothing above a few tens of Hz


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
    model: Model | None = None
    """The networks of single joints; 'map' takes alpha from them if there are any."""
    correction: CorrectionNetwork | None = None
    """Of method 'map': without one there is no theta."""

    @property
    def cards(self):
        """What is known of every network in use."""
        return [each.card for each in (self.model, self.correction) if each is not None]

    @property
    def rate_hz(self) -> float:
        """Samples a second at which it is scored."""
        return self.cards[0].rate_hz if self.cards else _RATE_HZ


def check_people_are_new(contenders: Sequence[Contender], people: Sequence[str]) -> None:
    """Nobody may be scored whom a network has seen.

    Raises:
        KnownPeople: Somebody was trained or tuned on.
    """
    for card in (card for contender in contenders for card in contender.cards):
        seen = {*card.people.get("train", ()), *card.people.get("validation", ())}
        known = sorted(seen & set(people))
        if known:
            raise KnownPeople(known, card.name)


def score_trials(
    trials: Sequence[Trial],
    contenders: Sequence[Contender],
    seed: int = 0,
    conditions: Sequence[str] = WEARINGS,
) -> Iterator[tuple[Progress, list[dict]]]:
    """Scores of every trial, leg, joint, plane, condition, method and answer.

    Args:
        trials: With clean sensors in the segments' axes.
        contenders: Models and methods; each sees the same recordings at its own rate.
        seed: Of the sensor faults; a trial's faults depend on it and the trial alone.
        conditions: How the sensors sit, of ``whole_body.wearing.WEARINGS``.

    Yields:
        Progress, and the rows of one trial under one condition.
    """
    total = len(trials) * len(conditions)
    done = 0
    for trial in trials:
        for condition in conditions:
            seen = seen_in(trial, condition, seed)
            rows = [row for one in contenders for row in _score(seen, one)]
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


def _whole_body(contender: Contender, seen: Seen) -> Iterator[tuple[str, Curves]]:
    """The optimiser on all sensors together; the angle network beside it."""
    session, model = seen.trial.imus, contender.model
    found = estimated_body(
        session, seen.trial.activity, seen.alignment, contender.correction, seen.told
    )
    for name, beta in found.body.angles.angles_rad.items():
        kind, side = JOINTS[name].kind, JOINTS[name].side
        yield (
            name,
            {
                "alpha": model.predict_angles(pair_signals(session, name), kind, side)
                if model and model.has(kind, "angles")
                else None,
                "beta": beta,
                "theta": found.corrected and found.corrected.angles.angles_rad[name],
            },
        )


def _by_pairs(estimate: Callable[..., PairEstimate]) -> "Method":
    """A method that looks at one joint at a time."""

    def method(contender: Contender, seen: Seen) -> Iterator[tuple[str, Curves]]:
        model, session = contender.model, seen.trial.imus
        for name in session.joints():
            kind, side = JOINTS[name].kind, JOINTS[name].side
            if model and model.has(kind, "angles"):
                pair = pair_signals(session, name)
                found = estimate(model, pair, kind, seen.told, side=side)
                yield name, {answer: getattr(found, f"{answer}_rad") for answer in ANSWERS}

    return method


Method = Callable[[Contender, Seen], Iterator[tuple[str, Curves]]]
METHODS: Mapping[str, Method] = {
    "map": _whole_body,
    "ours": _by_pairs(estimate_pair),
    "published": _by_pairs(published_pair),
}
"""How angles come about: the optimiser and its correction; a model's networks joint by joint,
fused; as published."""


def _score(seen: Seen, contender: Contender) -> Iterator[dict]:
    at_rate = seen.at(contender.rate_hz)
    trial = at_rate.trial
    for name, answers in METHODS[contender.method](contender, at_rate):
        if name not in trial.angles.angles_rad:
            continue
        words = {
            "condition": seen.condition,
            "activity": trial.activity,
            "person": trial.person,
            "trial": trial.name,
            "side": JOINTS[name].side,
            "joint": JOINTS[name].kind,
            "method": contender.method,
        }
        for answer in ANSWERS:
            curve = answers.get(answer)
            if curve is not None:
                yield from _planes(curve, trial.angles.angles_rad[name], words, answer)


def _planes(estimate: np.ndarray, truth: np.ndarray, words: dict, answer: str) -> Iterator[dict]:
    raw, shape = (np.rad2deg(f(estimate, truth)) for f in (rmse, rmse_mean_removed))
    for i, plane in enumerate(PLANES):
        scores = dict(zip(_SCORES, (float(raw[i]), float(shape[i])), strict=True))
        yield {**words, "plane": plane, "answer": answer, **scores}
