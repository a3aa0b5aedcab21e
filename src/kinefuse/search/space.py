"""What may be searched: the published space as a table, and the training that a choice means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kinefuse.errors import UnknownChoice
from kinefuse.training.config import TrainingConfig, recipe

Value = float | int | bool


@dataclass(frozen=True)
class Between:
    """Any number from ``low`` to ``high``, all equally likely at first."""

    low: float
    high: float


@dataclass(frozen=True)
class Steps:
    """Whole numbers from ``low`` to ``high``, ``step`` apart."""

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True)
class OneOf:
    """One of a few values."""

    values: tuple[int, ...] | tuple[bool, ...]


Choice = Between | Steps | OneOf

# Rapp et al. (2021) and its released code: what hyperopt's TPE drew from, for every network ...
_PUBLISHED: dict[str, Choice] = {
    "learning_rate": Between(1e-5, 1e-2),
    "decay": Between(0.9, 0.9997),
    "iterations": OneOf((500, 1000, 5000)),
    "dropout": Between(0.0, 0.3),
    "layers": Steps(1, 3),
    "width": Steps(10, 70, 10),
}
# ... and for each of the two.
SPACES: dict[str, Mapping[str, Choice]] = {
    "cnn": _PUBLISHED | {"window": Steps(11, 51, 10)},
    "lstm": _PUBLISHED | {"bidirectional": OneOf((False, True))},
}
"""By network: each setting and its choices; iterations are those of each of the two stages."""

BUDGETS = {"published": 1.0, "small": 0.05}
"""By name: factor on the published iterations; the small one is to try things on two cores."""

REPORT_EVERY = 250
"""Published iterations between scores on the validation people, scaled as the iterations are."""

_OF_NETWORK = ("layers", "width", "dropout", "window", "bidirectional")


def space(network: str, scale: float) -> Mapping[str, Choice]:
    """The published space of that network, its iterations multiplied by ``scale``.

    Raises:
        UnknownChoice: There is no such network.
    """
    if network not in SPACES:
        raise UnknownChoice("network", network, known=SPACES)
    published = SPACES[network]
    iterations = published["iterations"]
    assert isinstance(iterations, OneOf)  # as the table above has it
    scaled = tuple(scaled_iterations(value, scale) for value in iterations.values)
    return {**published, "iterations": OneOf(scaled)}


def scaled_iterations(published: int, scale: float) -> int:
    """So many published iterations in a smaller or larger budget; at least one."""
    return max(1, round(published * scale))


def budget(name: str) -> float:
    """The factor on the published iterations.

    Raises:
        UnknownChoice: There is no budget of that name.
    """
    if name not in BUDGETS:
        raise UnknownChoice("budget", name, known=BUDGETS)
    return BUDGETS[name]


def training_config(
    network: str, settings: Mapping[str, Value], report_every: int, seed: int
) -> TrainingConfig:
    """The published recipe with these settings in place of its own."""
    base = recipe(f"published-{network}")["angles"]
    stages = [replace(stage, iterations=int(settings["iterations"])) for stage in base.stages]
    return replace(
        base,
        settings={name: settings[name] for name in _OF_NETWORK if name in settings},
        learning_rate=float(settings["learning_rate"]),
        decay=float(settings["decay"]),
        stages=tuple(stages),
        validate_every=report_every,
        checkpoint_every=report_every,
        seed=seed,
    )
