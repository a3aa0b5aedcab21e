"""One sensor's recording cut into cells around knots, and its dead reckoning."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from kinefuse import so3
from kinefuse.orientation._compiled import compiled, turn_in_place
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import ImuRecording

Samples = Float[np.ndarray, "time *component"]
Cells = Float[np.ndarray, "knot *component"]


@dataclass(frozen=True)
class Knots:
    """Every how many samples there is a knot; a cell is what lies nearest to one knot."""

    samples: int
    rate_hz: float
    spacing: int

    @classmethod
    def every(cls, seconds: float, samples: int, rate_hz: float) -> "Knots":
        """Knots so far apart, at least one sample."""
        return cls(samples, rate_hz, max(1, round(seconds * rate_hz)))

    @cached_property
    def count(self) -> int:
        """Number of knots; the last one may be nearer to the one before."""
        return (self.samples - 1 + self.spacing // 2) // self.spacing + 1

    @cached_property
    def at(self) -> Int[np.ndarray, " knot"]:
        """Sample of each knot."""
        return np.minimum(np.arange(self.count) * self.spacing, self.samples - 1)

    @cached_property
    def apart_s(self) -> Float[np.ndarray, " interval"]:
        """Time from each knot to the next [s]."""
        return np.diff(self.at) / self.rate_hz

    @cached_property
    def cell_of(self) -> Int[np.ndarray, " time"]:
        """Knot whose cell each sample is in."""
        return (np.arange(self.samples) + self.spacing // 2) // self.spacing

    @cached_property
    def _starts(self) -> Int[np.ndarray, " knot"]:
        return np.searchsorted(self.cell_of, np.arange(self.count))

    def sums(self, values: Samples) -> Cells:
        """Sum over every cell."""
        return np.add.reduceat(values, self._starts, axis=0)

    def means(self, values: Samples) -> Cells:
        """Mean over every cell."""
        counts = np.diff(np.append(self._starts, self.samples))
        return self.sums(values) / counts.reshape(-1, *[1] * (values.ndim - 1))

    def between(self, values: Samples) -> Cells:
        """Integral over time from each knot to the next (trapezoidal rule)."""
        middles = (values[1:] + values[:-1]) / (2 * self.rate_hz)
        return np.add.reduceat(middles, self.at[:-1], axis=0)

    def whole(self, width_s: float) -> Bool[np.ndarray, " knot"]:
        """Knots around which a whole window of that width was recorded."""
        half = round(width_s * self.rate_hz / 2)
        return (self.at >= half) & (self.at + half <= self.samples)

    def windowed(self, values: Float[np.ndarray, "time component"], width_s: float) -> Cells:
        """Mean around every knot under a raised cosine of that whole width."""
        half = max(1, round(width_s * self.rate_hz / 2))
        hann = np.cos(np.pi * np.arange(-half + 1, half) / (2 * half)) ** 2
        padded = np.pad(values, ((half - 1, half - 1), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half - 1, axis=0)[self.at]
        inside = np.pad(np.ones(self.samples), half - 1)
        shares = np.lib.stride_tricks.sliding_window_view(inside, 2 * half - 1)[self.at] @ hann
        return (windows @ hann) / shares[:, None]


@dataclass(frozen=True)
class Path:
    """A recording and where its gyroscope alone would take it, a bias taken off."""

    imu: ImuRecording
    knots: Knots
    bias_rad_s: Float[np.ndarray, "knot 3"]
    """What is taken off the gyroscope from each knot to the next."""

    @cached_property
    def S(self) -> Float[np.ndarray, "time 3 3"]:
        """Attitude since the first sample by the gyroscope alone: ``R_start_sensor``."""
        return dead_reckoning(self.gyr_rad_s, self.imu.rate_hz)

    @cached_property
    def gyr_rad_s(self) -> Float[np.ndarray, "time 3"]:
        """Angular velocity without the bias."""
        since = np.searchsorted(self.knots.at[1:], np.arange(self.knots.samples), side="right")
        return self.imu.gyr_rad_s - self.bias_rad_s[np.minimum(since, self.knots.count - 1)]

    @cached_property
    def S_knot(self) -> Float[np.ndarray, "knot 3 3"]:
        """Dead reckoning at the knots."""
        return self.S[self.knots.at]

    @cached_property
    def lever_of_bias(self) -> Float[np.ndarray, "interval 3 3"]:
        """Turn on the world's side, from knot to knot, a rad/s of bias [s]: the integral of S."""
        return self.knots.between(self.S)

    @cached_property
    def felt(self) -> Float[np.ndarray, "time 3"]:
        """Specific force [m/s2] in the frame of the first sample."""
        return np.einsum("tij,tj->ti", self.S, self.imu.acc_m_s2)


def followed(
    C: Float[np.ndarray, "knot 3 3"], path: Path, part: slice = slice(None)
) -> Float[np.ndarray, "_time 3 3"]:
    """``R_world_sensor = C S`` at some samples; the slow turns run evenly from knot to knot."""
    samples = range(*part.indices(path.knots.samples))
    out = np.empty((len(samples), 3, 3))
    turn = so3.log(so3.transpose(C[:-1]) @ C[1:]) if len(C) > 1 else np.zeros((0, 3))
    turn = np.concatenate([turn, np.zeros((1, 3))])
    _follow(out, np.ascontiguousarray(C), turn, path.knots.at, path.S[part], samples.start)
    return out


@compiled
def _follow(out, C, turn, at, S, first):
    slow = np.empty((3, 3))
    k = 0
    for t in range(len(out)):
        while k + 1 < len(at) and at[k + 1] <= first + t:
            k += 1
        share = (first + t - at[k]) / (at[k + 1] - at[k]) if k + 1 < len(at) else 0.0
        slow[:] = C[k]
        turn_in_place(slow, share * turn[k])
        for i in range(3):
            for j in range(3):
                out[t, i, j] = (
                    slow[i, 0] * S[t, 0, j] + slow[i, 1] * S[t, 1, j] + slow[i, 2] * S[t, 2, j]
                )
