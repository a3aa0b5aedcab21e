"""What was done to time, a sentence each, and how sure something is."""

from collections.abc import Callable, Mapping

from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions.resampling import OnTicks
from kinefuse.sessions.sampling import Sampling

_JITTER_STEPS = 0.1
"""Of a step; below, stamps are merely rounded."""
_STARTS_STEPS = 1.5


def sampling_notes(
    streams: Mapping[str, SensorStream],
    samplings: Mapping[str, Sampling],
    made: Mapping[str, OnTicks],
    rate_hz: float,
) -> list[str]:
    """Bridges, jitter, resampling and what was cut at the ends; nothing where nothing was done."""
    notes = [_bridges(segment, one, samplings[segment]) for segment, one in made.items()]
    notes += [_jitter(samplings), _starts(streams, samplings), _rates(samplings, made, rate_hz)]
    return [note for note in notes if note]


def _bridges(segment: str, one: OnTicks, sampling: Sampling) -> str:
    if not one.gaps.bridges:
        return ""
    samples = int(one.gaps.bridged.sum())
    longest_ms = 1000 * one.gaps.longest_bridge / sampling.rate_hz
    many = f"{one.gaps.bridges} gaps" if one.gaps.bridges > 1 else "a gap"
    return (
        f"{segment}: {many} of {samples} samples in all, the longest of {longest_ms:.0f} ms, "
        "bridged by a smooth curve."
    )


def _jitter(samplings: Mapping[str, Sampling]) -> str:
    shaky = _those(samplings, lambda one: one.jitter_s * one.rate_hz > _JITTER_STEPS)
    loose = _those(samplings, lambda one: one.tick is None)
    said = []
    if shaky:
        worst_ms = 1000 * max(samplings[s].jitter_s for s in shaky)
        said.append(
            f"Time stamps scatter by up to {worst_ms:.1f} ms about even steps, and even steps "
            f"are taken for true ({', '.join(shaky)})."
        )
    if loose:
        said.append(
            f"Time stamps that are on no even steps are taken as they are ({', '.join(loose)})."
        )
    return " ".join(said)


def _starts(streams: Mapping[str, SensorStream], samplings: Mapping[str, Sampling]) -> str:
    starts = [float(stream.time_s[0]) for stream in streams.values()]
    ends = [float(stream.time_s[-1]) for stream in streams.values()]
    step_s = 1 / min(sampling.rate_hz for sampling in samplings.values())
    before, after = max(starts) - min(starts), max(ends) - min(ends)
    if max(before, after) < _STARTS_STEPS * step_s:
        return ""
    return (
        f"Sensors start up to {before:.2f} s and end up to {after:.2f} s apart; the time that they "
        "have in common is used."
    )


def _rates(samplings: Mapping[str, Sampling], made: Mapping[str, OnTicks], rate_hz: float) -> str:
    moved = [segment for segment, one in made.items() if one.interpolated]
    if not moved:
        return ""
    rates = sorted({f"{samplings[s].rate_hz:.6g}" for s in made}, key=float)
    filtered = [segment for segment in moved if made[segment].filtered]
    low_passed = f" after a low-pass filter ({', '.join(filtered)})" if filtered else ""
    return (
        f"Recorded at {' and '.join(rates)} Hz, put on common ticks at {rate_hz:g} Hz by cubic "
        f"splines{low_passed}: {', '.join(moved)}."
    )


def _those(samplings: Mapping[str, Sampling], wanted: Callable[[Sampling], bool]) -> list[str]:
    return [segment for segment, one in samplings.items() if wanted(one)]


def percent(probability: float) -> str:
    """99.9 % at most: nothing is certain that is learned from people."""
    return f"{min(100 * probability, 99.9):.3g} %"
