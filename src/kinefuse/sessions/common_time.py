"""The rate and the ticks that all sensors of a session are put on."""

from collections.abc import Mapping

import numpy as np

from kinefuse.sensor_streams import SensorStream, Times
from kinefuse.sessions.errors import NoCommonTime
from kinefuse.sessions.sampling import Sampling

HIGHEST_HZ = 200.0
"""Of sensors at different rates the fastest decides, up to this: the published method's rate, above
which nothing is left of what joints do. Sensors that all share a higher rate keep it."""
_SAME = 1e-3
"""Rates nearer than this are one rate and two quartzes: 0.1 %, ten times what a bad one is off."""
_FEWEST = 3


def common_rate_hz(samplings: Mapping[str, Sampling]) -> float:
    """The rate of a session of these sensors."""
    rates = [sampling.rate_hz for sampling in samplings.values()]
    if len(set(rates)) == 1:
        return rates[0]
    if max(rates) < (1 + _SAME) * min(rates):
        middle = float(np.median(rates))
        return float(round(middle)) if abs(round(middle) / middle - 1) < _SAME else middle
    fastest = max(rates)
    whole = float(round(fastest))
    return min(whole if abs(whole / fastest - 1) < _SAME else fastest, HIGHEST_HZ)


def common_times_s(
    name: str,
    streams: Mapping[str, SensorStream],
    samplings: Mapping[str, Sampling],
    rate_hz: float,
) -> Times:
    """Even times from when the last sensor starts until the first one ends.

    Raises:
        NoCommonTime: There are none.
    """
    spans = {}
    for segment, stream in streams.items():
        times = samplings[segment].times_s(stream.time_s)
        spans[segment] = (float(times[0]), float(times[-1]))
    last = max(spans, key=lambda s: spans[s][0])
    first = min(spans, key=lambda s: spans[s][1])
    start, end = spans[last][0], spans[first][1]
    count = int(np.floor((end - start) * rate_hz + 1e-3)) + 1  # a thousandth of a step may lack
    if end < start or count < _FEWEST:
        raise NoCommonTime(
            name,
            f"{first} ends at {end:.2f} s, before {last} starts at {start:.2f} s"
            if end < start
            else f"{last} and {first} recorded together for only {end - start:.2f} s",
            "give recordings of the same time, or leave one of them out of session.toml",
        )
    return start + np.arange(count) / rate_hz
