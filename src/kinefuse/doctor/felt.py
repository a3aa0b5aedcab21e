"""All sensors of a recording on one even clock, as far as they can be brought there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import InconsistentClock
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription
from kinefuse.sessions.sampling import sampling_of

Vectors = Float[np.ndarray, "_time 3"]
EVEN = 0.2  # of a step: stamps this near to even ones are even, and samples are taken as they are


@dataclass(frozen=True, kw_only=True)
class Felt:
    """What the sensor of one segment felt, at even steps; missing samples are bridged."""

    segment: str
    label: str
    rate_hz: float
    acc_m_s2: Vectors
    gyr_rad_s: Vectors
    known: Bool[np.ndarray, " _time"]
    """Where a sample was recorded nearby; the others lie on straight lines between."""

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.acc_m_s2)

    def changed(self, acc_m_s2: Vectors, gyr_rad_s: Vectors) -> "Felt":
        """The same sensor with other readings."""
        return replace(self, acc_m_s2=acc_m_s2, gyr_rad_s=gyr_rad_s)


def worn(streams: SensorStreams, description: SessionDescription) -> dict[str, SensorStream]:
    """The stream of every segment that the description names and the recording has."""
    return {
        segment: streams.streams[description.sensors[segment].label]
        for segment in SEGMENTS
        if segment in description.sensors and description.sensors[segment].label in streams.streams
    }


def felt_together(by_segment: Mapping[str, SensorStream]) -> dict[str, Felt]:
    """Every sensor at the usual rate, over the time that all of them recorded.

    Stamps of clocks of their own are counted from the first sample; whether that is right is
    for the checks of synchrony to say. Empty if there is no time in common.
    """
    if not by_segment:
        return {}
    rate_hz = float(np.median([stream.rate_hz for stream in by_segment.values()]))
    times = _comparable(by_segment)
    start = max(time[0] for time in times.values())
    end = min(time[-1] for time in times.values())
    count = int((end - start) * rate_hz + 1.5)
    if count < 3:
        return {}
    grid = start + np.arange(count) / rate_hz
    return {
        segment: _on_grid(segment, stream, times[segment], grid, rate_hz)
        for segment, stream in by_segment.items()
    }


def _comparable(by_segment: Mapping[str, SensorStream]) -> dict[str, np.ndarray]:
    clocks = {stream.clock for stream in by_segment.values()}
    if len(clocks) == 1:
        return {segment: stream.time_s for segment, stream in by_segment.items()}
    return {segment: stream.time_s - stream.time_s[0] for segment, stream in by_segment.items()}


def _on_grid(
    segment: str, stream: SensorStream, time_s: np.ndarray, grid: np.ndarray, rate_hz: float
) -> Felt:
    signals = np.concatenate([stream.acc_m_s2, stream.gyr_rad_s], axis=1)
    whole = np.asarray(np.isfinite(signals).all(axis=1))
    if whole.sum() < 2:
        return Felt(
            segment=segment,
            label=stream.label,
            rate_hz=rate_hz,
            acc_m_s2=np.zeros((len(grid), 3)),
            gyr_rad_s=np.zeros((len(grid), 3)),
            known=np.zeros(len(grid), bool),
        )
    first = int(np.searchsorted(time_s, grid[0] - 0.5 / rate_hz))
    same = slice(first, first + len(grid))
    as_recorded = len(time_s[same]) == len(grid) and bool(
        (np.abs(time_s[same] - grid) * rate_hz < EVEN).all()
    )
    known = _near_a_sample(*_sampled(stream, time_s, whole), grid)
    if as_recorded and whole[same].all():
        values = signals[same]
    else:
        values = np.stack([np.interp(grid, time_s[whole], s) for s in signals[whole].T], axis=-1)
    return Felt(
        segment=segment,
        label=stream.label,
        rate_hz=rate_hz,
        acc_m_s2=np.ascontiguousarray(values[:, :3]),
        gyr_rad_s=np.ascontiguousarray(values[:, 3:]),
        known=known,
    )


def _sampled(
    stream: SensorStream, time_s: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, float]:
    """When what it has was sampled, and how far from there it still tells [s].

    Half a step of its quartz, or a whole one where stamps tell of none.
    """
    try:
        sampling = sampling_of(stream)
    except InconsistentClock:
        return time_s[whole], 1 / stream.rate_hz
    ticks_s = sampling.times_s(stream.time_s) + (time_s[0] - stream.time_s[0])
    return ticks_s[whole], (1.0 if sampling.tick is None else 0.501) / sampling.rate_hz


def _near_a_sample(time_s: np.ndarray, reach_s: float, grid: np.ndarray) -> np.ndarray:
    after = np.clip(np.searchsorted(time_s, grid), 1, len(time_s) - 1)
    apart = np.minimum(np.abs(time_s[after] - grid), np.abs(time_s[after - 1] - grid))
    return np.asarray(apart <= reach_s)
