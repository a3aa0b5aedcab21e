"""What is estimated, knot by knot, and how a step changes it.

A sensor's attitude at sample t of knot k's cell is ``C(k) S(t)``: dead reckoning ``S``, right at
every step and wrong in the long run, behind a slow turn ``C`` of the world. Three vectors a
segment and knot are unknown: the turn's error ``delta`` on the world's side, the gyroscope's
``bias``, and the error ``epsilon`` of the sensor-to-segment alignment, on the segment's side.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from kinefuse import so3

Columns = Int[np.ndarray, " unknown"]
Step = Float[np.ndarray, "knot unknown"]

_TURN, _BIAS, _ALIGNMENT = range(3)


@dataclass(frozen=True)
class Layout:
    """Where each segment's unknowns stand among those of one knot."""

    segments: tuple[str, ...]

    @property
    def size(self) -> int:
        """Unknowns a knot."""
        return 9 * len(self.segments)

    def turn(self, *segments: str) -> Columns:
        """Columns of the world-side turns."""
        return self._columns(_TURN, segments)

    def bias(self, *segments: str) -> Columns:
        """Columns of the gyroscopes' biases."""
        return self._columns(_BIAS, segments)

    def alignment(self, *segments: str) -> Columns:
        """Columns of the errors of alignment."""
        return self._columns(_ALIGNMENT, segments)

    def _columns(self, kind: int, segments: tuple[str, ...]) -> Columns:
        starts = [3 * (kind * len(self.segments) + self.segments.index(s)) for s in segments]
        return np.concatenate([np.arange(start, start + 3) for start in starts])


@dataclass(frozen=True, kw_only=True)
class Unknowns:
    """Values of everything that is estimated."""

    layout: Layout
    C: Float[np.ndarray, "knot segment 3 3"]
    """Turn of the world in front of each sensor's dead reckoning."""
    bias_rad_s: Float[np.ndarray, "knot segment 3"]
    """Of each gyroscope, in sensor axes."""
    A: Float[np.ndarray, "knot segment 3 3"]
    """``R_sensor_segment``: from the segment's true axes to those that alignment gave it."""

    @property
    def knots(self) -> int:
        """Number of knots."""
        return len(self.C)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {segment: i for i, segment in enumerate(self.layout.segments)}

    def turn(self, segment: str) -> Float[np.ndarray, "knot 3 3"]:
        """World-side turn of one segment's path."""
        return self.C[:, self._index[segment]]

    def bias(self, segment: str) -> Float[np.ndarray, "knot 3"]:
        """Bias of one gyroscope [rad/s]."""
        return self.bias_rad_s[:, self._index[segment]]

    def alignment(self, segment: str) -> Float[np.ndarray, "knot 3 3"]:
        """Error of one segment's alignment."""
        return self.A[:, self._index[segment]]

    def moved(self, step: Step) -> "Unknowns":
        """``C <- exp(delta) C``, ``bias <- bias + d``, ``A <- A exp(epsilon)``."""
        delta, bias, epsilon = step.reshape(self.knots, 3, -1, 3).swapaxes(0, 1)
        return replace(
            self,
            C=so3.exp(delta) @ self.C,
            bias_rad_s=self.bias_rad_s + bias,
            A=self.A @ so3.exp(epsilon),
        )
