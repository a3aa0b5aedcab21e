"""How a network is trained: every choice with its default, unit and reason, and named recipes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from kinefuse.dataset.augmentation import AugmentationConfig
from kinefuse.errors import UnknownChoice


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Iterations over windows of one length."""

    window_s: float
    """Length of each window [s]."""
    batch: int
    """Windows an iteration."""
    iterations: int


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How one network is trained."""

    network: str = "temporal"
    """One of ``NETWORKS``."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Where the network departs from its own defaults."""
    rate_hz: float = 100.0
    """Samples a second of its input; gait has little above 15 Hz (Antonsson & Mann 1985,
    J. Biomech. 18:39), and real recordings are mostly at 100."""
    stages: tuple[Stage, ...] = (
        Stage(window_s=2.0, batch=32, iterations=1000),
        Stage(window_s=4.0, batch=16, iterations=500),
    )
    """Short windows first for variety, then longer ones for context, as published."""
    learning_rate: float = 3e-3
    """Of Adam, at its highest."""
    schedule: str = "cosine"
    """How it falls: 'cosine' to zero after a short rise, or 'exponential'."""
    decay: float = 1.0
    """Factor an iteration, for 'exponential'."""
    weight_decay: float = 1e-3
    """Decoupled (AdamW); a few people are soon known by heart."""
    average_decay: float = 0.99
    """Weights are averaged over about 1 / (1 - this) iterations; 0 keeps the last ones."""
    shape_weight: float = 1.0
    """Extra weight of the error that remains when a window's mean error is removed, since a
    constant offset can be known only from how the sensors are worn."""
    augmentation: AugmentationConfig = AugmentationConfig()
    flesh: tuple[float, ...] = (0.0, 1.0)
    """Every training trial is seen once for each softness of the flesh below its sensors; 0 is
    bone, 1 a usual person's (``simulation.soft_tissue``)."""
    seed: int = 0
    """Root of all chance; equal seeds give equal networks on equal machines."""
    validate_every: int = 250
    """Iterations between scores on the validation people."""
    checkpoint_every: int = 100
    """Iterations between checkpoints."""

    @property
    def iterations(self) -> int:
        """Of all stages together."""
        return sum(stage.iterations for stage in self.stages)

    def stage_at(self, step: int) -> Stage:
        """The stage that iteration ``step`` (from 0) belongs to."""
        for stage in self.stages:
            if step < stage.iterations:
                return stage
            step -= stage.iterations
        return self.stages[-1]

    def lasting(self, iterations: int) -> "TrainingConfig":
        """The same training, shortened or prolonged to about this many iterations."""
        share = iterations / self.iterations
        stages = [replace(s, iterations=max(1, round(share * s.iterations))) for s in self.stages]
        return replace(self, stages=tuple(stages))

    def as_words(self) -> dict[str, object]:
        """Plain values, for cards and comparison."""
        return asdict(self)


# Rapp et al. 2021: one rotation a sensor and window, half angle 0.075 pi; noise 0.15 SD.
_PUBLISHED_AUGMENTATION = AugmentationConfig(
    misalignment_deg=27.0, noise_fraction=0.15, gyroscope_bias_deg_s=0.0, label_axes="segment"
)
# Learning rate and decay of the orientation network are published; those of the angle networks,
# found by search and not published, are mid-range values of the published search space.
_PUBLISHED = TrainingConfig(
    rate_hz=200.0,
    stages=(
        Stage(window_s=1.0, batch=8, iterations=1000),
        Stage(window_s=2.0, batch=16, iterations=1000),
    ),
    learning_rate=0.003,
    schedule="exponential",
    decay=0.998,
    weight_decay=0.0,
    average_decay=0.0,
    shape_weight=0.0,
    augmentation=_PUBLISHED_AUGMENTATION,
    flesh=(0.0,),
)
_PUBLISHED_CNN = replace(
    _PUBLISHED,
    network="convolutional",
    settings={"layers": 2, "width": 50, "window": 31, "dropout": 0.1},
)
_PUBLISHED_LSTM = replace(
    _PUBLISHED,
    network="recurrent",
    settings={"layers": 2, "width": 50, "bidirectional": True, "dropout": 0.1},
)
_PUBLISHED_ORIENTATION = replace(
    _PUBLISHED,
    network="recurrent",
    settings={"layers": 3, "width": 70, "bidirectional": True, "dropout": 0.0},
    stages=(
        Stage(window_s=1.0, batch=8, iterations=5000),
        Stage(window_s=2.0, batch=16, iterations=5000),
    ),
    learning_rate=0.0015,
    decay=0.9997,
)

RECIPES: dict[str, dict[str, TrainingConfig]] = {
    "ours": {"angles": TrainingConfig(), "orientation": TrainingConfig()},
    "published-cnn": {"angles": _PUBLISHED_CNN, "orientation": _PUBLISHED_ORIENTATION},
    "published-lstm": {"angles": _PUBLISHED_LSTM, "orientation": _PUBLISHED_ORIENTATION},
}
"""By name: how each target's network is trained."""


def recipe(name: str) -> dict[str, TrainingConfig]:
    """The recipe of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in RECIPES:
        raise UnknownChoice("recipe", name, known=RECIPES)
    return RECIPES[name]
