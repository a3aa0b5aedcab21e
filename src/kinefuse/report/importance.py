"""Which settings decided how well the trials of a search did.

Two measures. With optuna installed and enough trials: PED-ANOVA (Watanabe, Bansal & Hutter 2023,
IJCAI), how differently a setting is spread among the best trials and among all of them. Otherwise:
the share of the scores' ranks that the setting explains by itself, omega squared of a one-way
analysis of variance (Hays 1963), which, unlike a rank correlation, sees that a middle is best.

Both look at finished trials only and are given as shares that add up to one; neither sees what two
settings do together, and a sampler that stays where it is good makes all settings look less
important.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from kinefuse.report.studies import FinishedStudy, Setting, scored

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

FEWEST_TRIALS = 10  # of the simple measure: fewer leave groups of two
FEWEST_FOR_PED = 20  # a quarter of them is then five
_BEST_TRIALS = 5  # that PED-ANOVA has to see among the best, says optuna's documentation
_MOST_GROUPS = 8  # values told apart one by one; more are cut into quarters
PED, SIMPLE = "PED-ANOVA", "share of the ranks explained"

Choices = Mapping[str, Sequence[Setting]]
"""By setting, its value in every trial."""
Scores = Float[np.ndarray, " trial"]


@dataclass(frozen=True)
class Importance:
    """Shares of all settings, the largest first, and how they were found."""

    method: str
    shares: Mapping[str, float]


def importance(study: FinishedStudy) -> Importance | None:
    """How much each setting matters; None if there are too few trials, or nothing stands out."""
    pairs = scored(study)
    if len(pairs) < FEWEST_TRIALS:
        return None
    names = [name for name in pairs[0][0].settings if all(name in t.settings for t, _ in pairs)]
    choices = {name: [trial.settings[name] for trial, _ in pairs] for name in names}
    varied = {name: values for name, values in choices.items() if len(set(values)) > 1}
    scores = np.array([score for _, score in pairs], dtype=float)
    method = PED if len(pairs) >= FEWEST_FOR_PED and find_spec("optuna") else SIMPLE
    found = MEASURES[method](varied, scores)
    total = sum(found.values())
    if total <= 0:
        return None
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return Importance(method, {name: value / total for name, value in ranked})


def explained_ranks(choices: Choices, scores: Scores) -> dict[str, float]:
    """Omega squared of every setting; none is negative."""
    ranks = np.array([_middle_rank(scores, score) for score in scores])
    return {name: _omega_squared(_groups(values), ranks) for name, values in choices.items()}


def ped_anova(choices: Choices, scores: Scores) -> dict[str, float]:
    """Optuna's PED-ANOVA importance of every setting."""
    import optuna
    from optuna.importance import PedAnovaImportanceEvaluator

    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(direction="minimize")
    finally:
        optuna.logging.set_verbosity(said)
    distributions = {name: _distribution(values) for name, values in choices.items()}
    for i, score in enumerate(scores):
        params = {name: values[i] for name, values in choices.items()}
        trial = optuna.create_trial(params=params, distributions=distributions, value=float(score))
        study.add_trial(trial)
    evaluator = PedAnovaImportanceEvaluator(target_quantile=max(0.1, _BEST_TRIALS / len(scores)))
    return {name: float(value) for name, value in evaluator.evaluate(study).items()}


MEASURES: Mapping[str, Callable[[Choices, Scores], dict[str, float]]] = {
    PED: ped_anova,
    SIMPLE: explained_ranks,
}


def _distribution(values: Sequence[Setting]) -> "BaseDistribution":
    """The space as far as it was seen."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if len(set(values)) <= _MOST_GROUPS:
        return CategoricalDistribution(sorted(set(values)))
    return FloatDistribution(float(min(values)), float(max(values)))


def _groups(values: Sequence[Setting]) -> np.ndarray:
    """A group a value, or four of equal size where there are many values."""
    numbers = np.array([float(value) for value in values])
    if len(set(values)) <= _MOST_GROUPS:
        return np.unique(numbers, return_inverse=True)[1]
    return np.searchsorted(np.quantile(numbers, [0.25, 0.5, 0.75]), numbers)


def _omega_squared(groups: np.ndarray, ranks: np.ndarray) -> float:
    kinds = np.unique(groups)
    parts = [ranks[groups == kind] for kind in kinds]
    within = sum(float(np.sum((part - part.mean()) ** 2)) for part in parts)
    total = float(np.sum((ranks - ranks.mean()) ** 2))
    free = len(ranks) - len(kinds)
    if free < 1 or total == 0:
        return 0.0
    noise = within / free
    return max(0.0, (total - within - (len(kinds) - 1) * noise) / (total + noise))


def _middle_rank(scores: Scores, score: float) -> float:
    """Equal scores share the mean of their ranks."""
    return float(np.sum(scores < score) + (np.sum(scores == score) + 1) / 2)
