"""When a stream's samples were really taken: on the even ticks of its quartz, some of them lost.

Inertial sensors sample by a quartz, evenly to a millionth; stamps are rounded, or put on when a
radio packet arrives. So the stamps tell which tick each sample is, and all of them together when
the ticks are. Only where they contradict every even grid are they taken as they are.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinefuse.errors import InconsistentClock
from kinefuse.sensor_streams import SensorStream, Times

_OFF_LINE_LIMIT = 0.75
"""Steps by which a stamp may miss its tick, as where recordings are read strictly: rounding to a
millisecond at 200 Hz moves a stamp by 0.1, a lost sample by 1."""
_ROUNDS = 5  # of counting ticks and fitting their step; the second one settles it as a rule
_RATES_HZ = (1.0, 10_000.0)


@dataclass(frozen=True)
class Sampling:
    """The ticks of one stream."""

    rate_hz: float
    start_s: float
    """Time of tick 0, the first sample's."""
    tick: Int[np.ndarray, " _time"] | None
    """Which tick each sample is, increasing; those that are missing were lost. None: the stamps lie
    on no even grid and are taken as they are."""
    jitter_s: float
    """One standard deviation of the stamps about their ticks."""

    @property
    def lost(self) -> int:
        """How many samples are missing between the first and the last."""
        return 0 if self.tick is None else int(self.tick[-1]) + 1 - len(self.tick)

    def times_s(self, time_s: Times) -> Times:
        """When every sample was taken."""
        return time_s if self.tick is None else self.start_s + self.tick / self.rate_hz


def sampling_of(stream: SensorStream) -> Sampling:
    """The even ticks that a stream's stamps stand for.

    Raises:
        InconsistentClock: The stamps run at a rate that no sensor has.
    """
    time_s = stream.time_s
    fits = [(tick, *_line(tick, time_s)) for tick in (np.arange(len(time_s)), _counted(time_s))]
    # One lost sample bends a line by half a step only, and stamps that jump by more than half a
    # step look like losses: whichever explanation the stamps scatter less about is the right one.
    tick, step_s, start_s, off_s = min(fits, key=lambda fit: fit[-1].std() / fit[1])
    if np.abs(off_s).max() > _OFF_LINE_LIMIT * step_s:
        _check_rate(stream.label, stream.rate_hz)
        return Sampling(stream.rate_hz, float(time_s[0]), None, float("nan"))
    rate_hz = _whole_if_it_fits(1 / step_s, float(time_s[-1] - time_s[0]))
    _check_rate(stream.label, rate_hz)
    if rate_hz * step_s != 1:
        start_s = float(np.mean(time_s - tick / rate_hz))
    return Sampling(rate_hz, start_s, tick, float(off_s.std()))


def _counted(time_s: Times) -> Int[np.ndarray, " _time"]:
    """Ticks counted by the steps between stamps, as long as the usual step says."""
    steps_s = np.diff(time_s)
    step_s = float(np.median(steps_s))
    tick = np.arange(len(time_s))
    for _ in range(_ROUNDS):
        ahead = np.maximum(1, np.rint(steps_s / step_s)).astype(int)
        new = np.concatenate([[0], np.cumsum(ahead)])
        if np.array_equal(new, tick):
            break
        tick = new
        step_s, _, _ = _line(tick, time_s)
    return tick


def _line(
    tick: Int[np.ndarray, " _time"], time_s: Times
) -> tuple[float, float, Float[np.ndarray, " _time"]]:
    """Step, time of tick 0, and how far every stamp lies off that line [s]."""
    centred = tick - tick.mean()
    middle_s = time_s.mean()
    step_s = float(centred @ (time_s - middle_s) / (centred @ centred))
    start_s = float(middle_s - step_s * tick.mean())
    return step_s, start_s, time_s - (start_s + step_s * tick)


def _whole_if_it_fits(rate_hz: float, span_s: float) -> float:
    """A whole number of Hz where it puts the last sample within half a step of its stamp."""
    whole = float(round(rate_hz))
    return whole if whole and abs(whole - rate_hz) * span_s < 0.5 else rate_hz


def _check_rate(label: str, rate_hz: float) -> None:
    low, high = _RATES_HZ
    if not low <= rate_hz <= high:
        raise InconsistentClock(
            label,
            f"the time stamps run at {rate_hz:g} Hz, which no IMU does (they have to be in "
            "seconds)",
        )
