"""One stream on the ticks of a session: left alone where it lies on them, else a smooth curve.

Between its samples a signal is a cubic spline: what a person's sensors feel has its power far below
half of any rate in use. A stream that is faster than the session is first rid of what the slower
rate cannot hold.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline
from scipy.ndimage import binary_dilation
from scipy.signal import butter, sosfiltfilt

from kinefuse.sensor_streams import SensorStream, Times, Vectors
from kinefuse.sessions.gaps import LONGEST_BRIDGE_S, Gaps, Samples, finite, gaps_of
from kinefuse.sessions.sampling import Sampling, sampling_of

_ON_TICK = 0.02
"""Of a step. A sample so near to a tick is taken for the tick's: 0.2 ms at 100 Hz."""
_FASTER = 1.05  # a rate less than 5 % higher than the session's folds nothing that is there back
_PASSED = 0.8  # of half the new rate, by a filter of the eighth order run both ways


@dataclass(frozen=True)
class OnTicks:
    """What one sensor felt at every tick of a session."""

    acc_m_s2: Vectors
    gyr_rad_s: Vectors
    sound: Samples
    """False in and around gaps too long to be bridged; numbers there mean nothing."""
    gaps: Gaps
    """Of the stream, on its own ticks."""
    interpolated: bool
    """Whether numbers lie between samples and not on them; bridged gaps do not count."""
    filtered: bool
    """Whether it was faster and had to be low-passed."""


def on_ticks(stream: SensorStream, sampling: Sampling, time_s: Times, rate_hz: float) -> OnTicks:
    """A stream at some times.

    Args:
        stream: What was recorded.
        sampling: Its ticks, on the same clock as ``time_s``.
        time_s: Even times, within the stream's span.
        rate_hz: Of ``time_s``.
    """
    own_s, acc, gyr = _with_lost(stream, sampling)
    gaps = gaps_of(finite(acc, gyr), sampling.rate_hz)
    filtered = sampling.rate_hz > _FASTER * rate_hz
    direct = (
        None if sampling.tick is None or filtered else _direct(own_s, sampling, time_s, rate_hz)
    )
    signals = [_bridged(signal, own_s, gaps) for signal in (acc, gyr)]
    if direct is not None:
        acc, gyr = (signal[direct] for signal in signals)
        return OnTicks(acc, gyr, ~gaps.open[direct], gaps, interpolated=False, filtered=False)
    if filtered:
        signals = [_low_passed(signal, sampling.rate_hz, rate_hz) for signal in signals]
    acc, gyr = (_curve(signal, own_s)(time_s) for signal in signals)
    # A spline is bent by its neighbours.
    near = np.asarray(binary_dilation(gaps.open, iterations=2))
    at = np.clip(np.searchsorted(own_s, time_s), 1, len(own_s) - 1)
    sound = ~np.logical_or(near[at], near[at - 1])
    return OnTicks(acc, gyr, sound, gaps, interpolated=True, filtered=filtered)


def on_own_ticks(stream: SensorStream, rate_hz: float) -> tuple[OnTicks, float]:
    """A stream at even times of its own clock, and the first of them."""
    sampling = sampling_of(stream)
    times = sampling.times_s(stream.time_s)
    ticks = times[0] + np.arange(int((times[-1] - times[0]) * rate_hz)) / rate_hz
    return on_ticks(stream, sampling, ticks, rate_hz), float(ticks[0])


def _with_lost(stream: SensorStream, sampling: Sampling) -> tuple[Times, Vectors, Vectors]:
    """The stream with a row of NaN for every lost sample."""
    if sampling.tick is None:
        return _with_breaks(stream, sampling.rate_hz)
    if not sampling.lost:
        return sampling.times_s(stream.time_s), stream.acc_m_s2, stream.gyr_rad_s
    length = int(sampling.tick[-1]) + 1
    acc, gyr = np.full((length, 3), np.nan), np.full((length, 3), np.nan)
    acc[sampling.tick], gyr[sampling.tick] = stream.acc_m_s2, stream.gyr_rad_s
    return sampling.start_s + np.arange(length) / sampling.rate_hz, acc, gyr


def _with_breaks(stream: SensorStream, rate_hz: float) -> tuple[Times, Vectors, Vectors]:
    """The same where stamps tell no ticks: rows of NaN in breaks too long to be bridged."""
    steps_s = np.diff(stream.time_s)
    before = np.flatnonzero(steps_s > LONGEST_BRIDGE_S + 1.5 / rate_hz)
    counts = np.ceil(steps_s[before] * rate_hz).astype(int) - 1
    at = np.repeat(before + 1, counts)
    shares = [np.arange(1, count + 1) / (count + 1) for count in counts]
    where = np.concatenate([stream.time_s[:0], *shares])
    time_s = stream.time_s[at - 1] + where * steps_s[at - 1]
    return (
        np.insert(stream.time_s, at, time_s),
        np.insert(stream.acc_m_s2, at, np.nan, axis=0),
        np.insert(stream.gyr_rad_s, at, np.nan, axis=0),
    )


def _direct(own_s: Times, sampling: Sampling, time_s: Times, rate_hz: float):
    """Where the stream lies on the session's ticks: its samples from there; else None."""
    if rate_hz != sampling.rate_hz:
        return None
    ahead = (time_s[0] - own_s[0]) * rate_hz
    first = round(ahead)
    inside = first >= 0 and first + len(time_s) <= len(own_s)
    return slice(first, first + len(time_s)) if inside and abs(ahead - first) < _ON_TICK else None


def _bridged(signal: Vectors, own_s: Times, gaps: Gaps) -> Vectors:
    """Unknown samples from a spline through the known ones; those of open gaps as well."""
    unknown = gaps.bridged | gaps.open
    if not unknown.any():
        return signal
    filled = signal.copy()
    if (~unknown).sum() < 2:
        filled[unknown] = 0.0
        return filled
    filled[gaps.bridged] = _curve(signal[~unknown], own_s[~unknown])(own_s[gaps.bridged])
    for axis in range(3):  # held, so that nothing wild rings into what is kept
        filled[gaps.open, axis] = np.interp(
            own_s[gaps.open], own_s[~unknown], signal[~unknown, axis]
        )
    return filled


def _curve(signal: Vectors, own_s: Times) -> CubicSpline:
    return CubicSpline(own_s, signal, axis=0)


def _low_passed(
    signal: Float[np.ndarray, "time 3"], from_hz: float, to_hz: float
) -> Float[np.ndarray, "time 3"]:
    """Without what a slower rate cannot hold; no delay."""
    sections = butter(4, _PASSED * to_hz / 2, "lowpass", fs=from_hz, output="sos")
    edge = min(len(signal) - 1, round(4 * from_hz / to_hz) * 4)
    return sosfiltfilt(sections, signal, axis=0, padlen=edge)
