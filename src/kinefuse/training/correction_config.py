"""How a correction network is trained: every choice with its default, unit and reason."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from kinefuse.dataset.conditions import AS_WORN, MOUNTED
from kinefuse.whole_body.wearing import ALIGNED

UNTOLD = "aligned, not told"
"""Sensors exactly in the segments' axes, but nobody knows; the other ways of wearing them are
those of ``whole_body.wearing``."""


@dataclass(frozen=True, kw_only=True)
class WearingConfig:
    """How often every trial is worn, by condition, and with which sensors."""

    times: Mapping[str, int] = field(
        default_factory=lambda: {ALIGNED: 1, UNTOLD: 1, AS_WORN: 4, MOUNTED: 2}
    )
    """Each time with other faults."""
    partly: int = 1
    """So many of the times 'as worn' with a part of the sensors only."""
    seed: int = 0
    """Root of all chance; tuning people get another."""


@dataclass(frozen=True, kw_only=True)
class CorrectionConfig:
    """How a correction network is trained."""

    settings: Mapping[str, object] = field(default_factory=dict)
    """Where the network departs from its own defaults."""
    wearings: WearingConfig = WearingConfig()
    rate_hz: float = 100.0
    """Samples a second; gait has little above 15 Hz (Antonsson & Mann 1985, J. Biomech. 18:39)."""
    window_s: float = 4.0
    """Length of each window [s]: three strides, to judge the alignment by."""
    batch: int = 24
    """Windows an iteration."""
    iterations: int = 1500
    learning_rate: float = 3e-3
    """Of Adam, at its highest; it falls to zero like a cosine."""
    weight_decay: float = 2e-2
    """Decoupled (AdamW); a few people are soon known by heart."""
    average_decay: float = 0.99
    """Weights are averaged over about 1 / (1 - this) iterations."""
    largest_gradient: float = 1.0
    """Norm at which gradients are clipped; a share of the losses has a logarithm in it."""
    shares: Mapping[str, float] = field(
        default_factory=lambda: {ALIGNED: 0.2, UNTOLD: 0.1, AS_WORN: 0.4, MOUNTED: 0.3}
    )
    """How often a window is of each condition."""
    shape_weight: float = 2.0
    """Weight of the error that remains when a window's mean error is removed."""
    spread_exponent: float = 0.5
    """Squared errors count by the predicted variance to the power of this minus one: 0 is the
    Gaussian likelihood, which neglects what is hard, 1 least squares, which neglects what is
    nearly right (beta-NLL; Seitzer et al. 2022, ICLR)."""
    misalignment_deg: float = 3.0
    """One sigma about each axis of one more strap-on error a sensor and window, on worn sensors."""
    sliding: float = 0.0
    """One sigma of a worn thigh sensor's turn about each axis, a turn of a neighbouring joint's
    flexion, since skin slides as joints bend; wearings have only the flesh that swings. 0.08 would
    be about 2.5 deg (SD over time) in walking, as measured with pins and fluoroscopy (Cereatti et
    al. 2017, J. Biomech. 62:5); off, since nothing shows yet that it helps on real walks."""
    missing: float = 0.3
    """Share of windows in which sensors are missing."""
    each_missing: float = 0.35
    """Chance of each sensor of these."""
    seed: int = 0
    """Root of all chance; equal seeds give equal networks on equal machines."""
    validate_every: int = 300
    """Iterations between scores on the validation people."""
    checkpoint_every: int = 100
    """Iterations between checkpoints."""

    def as_words(self) -> dict[str, object]:
        """Plain values, for cards and comparison."""
        return asdict(self)
