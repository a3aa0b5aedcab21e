"""How the learning rate falls, one row a way."""

import math
from collections.abc import Callable

from kinefuse.errors import UnknownChoice
from kinefuse.training.config import TrainingConfig

_RISE = 100  # iterations until Adam's second moments can be trusted


def cosine(iterations: int, step: int) -> float:
    """Share of the learning rate at iteration ``step``: a short rise, then a cosine to zero."""
    rise = min(1.0, (step + 1) / min(_RISE, iterations))
    return rise * 0.5 * (1 + math.cos(math.pi * step / iterations))


def _cosine(config: TrainingConfig, step: int) -> float:
    return cosine(config.iterations, step)


def _exponential(config: TrainingConfig, step: int) -> float:
    return config.decay**step


SCHEDULES: dict[str, Callable[[TrainingConfig, int], float]] = {
    "cosine": _cosine,
    "exponential": _exponential,
}


def learning_rate(config: TrainingConfig, step: int) -> float:
    """Learning rate at iteration ``step`` (from 0).

    Raises:
        UnknownChoice: The configuration names no known schedule.
    """
    if config.schedule not in SCHEDULES:
        raise UnknownChoice("schedule", config.schedule, known=SCHEDULES)
    return config.learning_rate * SCHEDULES[config.schedule](config, step)
