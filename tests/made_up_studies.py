"""Searches that never ran, in the shape of ``kinefuse.search.outcomes``; all is made up."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Trial:
    number: int
    state: str = "complete"
    settings: Mapping[str, float | int | bool] = field(default_factory=dict)
    score_deg: float | None = None
    validation: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    test: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    iterations: int = 1000
    seconds: float = 60.0
    history: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Study:
    name: str = "knee_cnn"
    activity: str = "walking"
    joint: str = "knee"
    network: str = "cnn"
    trials: tuple[Trial, ...] = ()


def trial(number, score, **words):
    """One that scored so on three validation people, and a tenth more on two test people."""
    people = {f"v{i}": (score + i - 2, score + i - 1, score + i) for i in range(3)}
    test = {f"t{i}": tuple(1.1 * score + 0 * i for _ in range(3)) for i in range(2)}
    defaults = {"score_deg": score, "validation": people, "test": test}
    return Trial(number=number, **(defaults | words))


def study(trials=60, seed=0, **words):
    """The learning rate decides, with a best middle; width helps a little; the rest is chance."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(trials):
        rate, width = rng.uniform(1e-5, 1e-2), int(rng.choice(np.arange(10, 80, 10)))
        settings = {
            "learning_rate": rate, "decay": rng.uniform(0.9, 0.9997),
            "iterations": int(rng.choice([500, 1000, 5000])), "dropout": rng.uniform(0, 0.3),
            "layers": int(rng.integers(1, 4)), "width": width,
        }  # fmt: skip
        last = bool(rng.integers(2)) if words.get("network") == "lstm" else 11
        settings["bidirectional" if words.get("network") == "lstm" else "window"] = last
        score = 4.5 + 6e4 * (rate - 4e-3) ** 2 + 0.002 * (70 - width) + 0.03 * rng.normal()
        course = tuple((step, score + 3 * math.exp(-step / 300)) for step in range(100, 1001, 100))
        one = trial(number, score, settings=settings, history=course)
        if number > 10 and score > 5.2:
            one = replace(
                one, state="pruned", score_deg=course[3][1], history=course[:4], iterations=400,
                validation={}, test={},
            )  # fmt: skip
        made.append(one)
    made.append(Trial(number=trials, state="failed", iterations=10))
    return Study(trials=tuple(made), **words)
