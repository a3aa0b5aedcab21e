"""Two sensors on either side of a joint feel one acceleration there, if both are sound and in step.

How well they agree (``sessions.shared_joint``) needs no mounting. What would make them agree
better is told by trying it: another time between samples, or a sensor's samples a little later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import Sensors
from kinefuse.even_samples import bottom_between, start_of_most
from kinefuse.sessions.shared_joint import Carried, Compared, Places, agreement, carried

LONGEST = 25.0  # strides, the busiest of a recording
SHORTEST = 4.0
FEWEST_JOINTS = 3
_EDGE = 0.2  # of a stride, where the low-pass does not know what comes next
FEWEST_SAMPLES = 18.0  # a stride: three times what the low-pass leaves
_OVERSAMPLED = 3.0  # times the low-pass
_ROUNDS = 2  # of three steps each, until the places on both segments have settled
_HARMONICS = 6
"""Of the stride, that the low-pass leaves: beyond, soft tissue says more than segments do. Counted
in strides, it is the same whatever rate a file says."""
_FASTEST = 5.0  # times another rate than was said
_RATES = 21  # up to there and down, 17 % apart

Pair = tuple[str, str]
Matrix = Float[np.ndarray, "3 3"]


@dataclass(frozen=True)
class Joined:
    """Sensors on neighbouring segments, over the busiest ``LONGEST`` strides."""

    rate_hz: float
    stride_s: float
    every: int
    """Samples that one is taken of: more tell no more, for what the low-pass left is slow."""
    edge: int
    """Samples at either end that the low-pass has spoilt."""
    parts: Mapping[str, Carried]

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Proximal and distal segment of every joint that has a sensor on both sides."""
        pairs = ((joint.proximal, joint.distal) for joint in JOINTS.values())
        return tuple((p, d) for p, d in pairs if p in self.parts and d in self.parts)

    def disagreement(self, one: Carried, other: Carried) -> float:
        """Logarithm of what is left at a joint [m/s2], root mean square, at the best places."""
        return self.joint_between(one, other)[0]

    def joint_between(self, one: Carried, other: Carried) -> tuple[float, Places]:
        """The same, and those places: of the joint, seen from one sensor, then from the other."""
        found, places_m = self.disagreement_from(None, one, other)
        for _ in range(_ROUNDS - 1):
            found, places_m = self.disagreement_from(places_m, one, other)
        return found, places_m

    def disagreement_from(
        self, places_m: Places | None, one: Carried, other: Carried, later: int = 0
    ) -> tuple[float, Places]:
        """The same after a few steps from known places, and the places that those lead to.

        Args:
            places_m: Of the joint, seen from one sensor, then from the other.
            one: A sensor.
            other: The sensor beyond the joint.
            later: Samples by which the other's readings are taken later.
        """
        before, after = (max(self.edge, self.edge + sign * later) for sign in (-1, 1))
        start, stop = before, len(one.force_m_s2) - after
        squares, places_m = agreement(
            one, other, Compared(start, stop, later, self.every), places_m
        )
        return float(0.5 * np.log(squares + 1e-6)), places_m

    @cached_property
    def thinned(self) -> "Joined":
        """The samples that are compared as they are in step, and no others."""
        parts = {s: _every(part, self.edge, self.every) for s, part in self.parts.items()}
        return replace(self, rate_hz=self.rate_hz / self.every, every=1, edge=0, parts=parts)

    def without(self, segments: Iterable[str]) -> "Joined":
        """The same but for some sensors."""
        left = {s: part for s, part in self.parts.items() if s not in set(segments)}
        return replace(self, parts=left)

    def neighbours(self, segment: str) -> tuple[str, ...]:
        """Segments across a joint that have a sensor."""
        return tuple(d if p == segment else p for p, d in self.pairs if segment in (p, d))


def joined(sensors: Sensors, stride_s: float) -> Joined | None:
    """Neighbouring sensors made ready to be carried to their joints; None if too short or none.

    All is counted in strides, so that nothing depends on whether the rate is right.
    """
    if not sensors:
        return None
    felt = next(iter(sensors.values()))
    stride = stride_s * felt.rate_hz
    length = min(felt.samples, round(LONGEST * stride))
    if length < SHORTEST * stride or stride < FEWEST_SAMPLES:
        return None
    start = _busiest(list(sensors.values()), length)
    where = slice(start, start + length)
    cutoff_hz = _HARMONICS / stride_s
    parts = {s: _carried(one, where, cutoff_hz) for s, one in sensors.items()}
    every = max(1, round(felt.rate_hz / (_OVERSAMPLED * cutoff_hz)))
    return Joined(felt.rate_hz, stride_s, every, round(_EDGE * stride), parts)


def _every(part: Carried, edge: int, every: int) -> Carried:
    """Of so many samples one, between the edges."""
    where = slice(edge, len(part.sound) - edge, every)
    kept = (getattr(part, field.name)[where] for field in fields(part))
    return Carried(*(np.ascontiguousarray(signal) for signal in kept))


def _carried(felt: Felt, where: slice, cutoff_hz: float) -> Carried:
    signals = (felt.acc_m_s2[where], felt.gyr_rad_s[where], felt.known[where])
    return carried(*signals, felt.rate_hz, cutoff_hz)


def _busiest(sensors: Sequence[Felt], length: int) -> int:
    """First sample of the stretch with the most turning, every sensor counted alike."""
    turning = np.zeros(sensors[0].samples)
    for felt in sensors:
        squares = np.sum(felt.gyr_rad_s**2, axis=-1)
        turning += squares / (squares.sum() + 1e-9)
    return start_of_most(turning, length)


def with_axes(part: Carried, axes: Matrix) -> Carried:
    """As if the gyroscope's axes were others: a signed permutation of its readings.

    The part that is antisymmetric is of the angular acceleration, the symmetric one of squares of
    the angular velocity, which keep their sign in a mirror.
    """
    speeding, turning = _split(part.by_place_1_s2)
    by_place = np.linalg.det(axes) * (axes @ speeding @ axes.T) + axes @ turning @ axes.T
    return replace(part, turning_rad_s=part.turning_rad_s @ axes.T, by_place_1_s2=by_place)


def at_rate(part: Carried, times: float) -> Carried:
    """As if samples had come that many times as fast: only derivatives change."""
    speeding, turning = _split(part.by_place_1_s2)
    return replace(part, by_place_1_s2=times * speeding + turning)


def _split(by_place: Float[np.ndarray, "time 3 3"]) -> tuple[np.ndarray, np.ndarray]:
    other = so3.transpose(by_place)
    return (by_place - other) / 2, (by_place + other) / 2


def true_rate(joined: Joined) -> float:
    """The rate at which joints agree best, over the rate that was said.

    Every sensor is left out in turn, since one that is faulty in another way would spoil it; of all
    answers the one nearest to what was said is taken.
    """
    log_times = np.linspace(-np.log(_FASTEST), np.log(_FASTEST), _RATES)
    curves = {pair: _by_rate(joined.thinned, pair, log_times) for pair in joined.pairs}
    answers = [
        _lowest(log_times, np.sum(left, axis=0))
        for segment in joined.parts
        if (left := [curve for pair, curve in curves.items() if segment not in pair])
    ]
    return float(np.exp(min(answers, key=abs, default=0.0)))


def _by_rate(
    joined: Joined, pair: Pair, log_times: Float[np.ndarray, " rate"]
) -> Float[np.ndarray, " rate"]:
    """Disagreement at one joint at each rate.

    At some rates the best places are not found from nowhere: those of the next rates are tried too.
    """
    one, other = (joined.parts[s] for s in pair)
    parts = [(at_rate(one, t), at_rate(other, t)) for t in np.exp(log_times)]
    found = [joined.joint_between(*both) for both in parts]
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for i in order:
            _, places_m = found[i - order.step]
            again = joined.disagreement_from(places_m, *parts[i])
            found[i] = min(found[i], again, key=lambda way: way[0])
    return np.array([disagreement for disagreement, _ in found])


def _lowest(x: Float[np.ndarray, " rate"], y: Float[np.ndarray, " rate"]) -> float:
    """Bottom of the parabola through the lowest of even samples and its neighbours."""
    i = int(np.clip(np.argmin(y), 1, len(y) - 2))
    return float(x[i] + (x[1] - x[0]) * bottom_between(*y[i - 1 : i + 2]))
