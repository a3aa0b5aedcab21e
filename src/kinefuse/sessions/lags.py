"""How late one sensor's clock is, by the motion that it shares with the sensor beyond a joint.

First every lag is tried coarsely: correlation of how fast both turn and how hard they are pushed,
over all that they have in common. Strides repeat, so many lags look likely. At the likeliest ones,
and at all about the best of those, the sensors are then made to agree at the joint
(``shared_joint``), where what does not repeat decides: how people start, stop and stumble along.
Last, drift: the lag of every part by itself.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.signal import find_peaks
from scipy.special import softmax

from kinefuse.even_samples import bottom_between, start_of_most
from kinefuse.sessions.overlap import Overlap
from kinefuse.sessions.shared_joint import Carried, Compared, Places, agreement, agreement_at

GRID_HZ = 100.0
"""Both sensors are compared on these ticks, each by its own clock."""
_LEAST_COMMON_S = 8.0  # six strides of slow walking: fewer repeat each other too well
_LEAST_SHARE = 0.4
"""Of the shorter recording that has to be common; short overlaps correlate by chance."""
_CANDIDATES = 12
_NEIGHBOURS_S = 2.5
"""About the best lag all others are tried: two strides of walking, one of a very slow walk."""
_APART_S = 0.25  # a quarter stride: two lags that are not the same one
_AROUND_S = 0.16
_EVERY = 3  # of samples that hold nothing above 10 Hz, a third tells as much as all
_COARSE_STEP = 4  # samples: 40 ms, a third of the narrowest dip that real walks have
_LOOKED_AT_S = 60.0
_PART_S = 10.0
"""Of the recording, whose lag is found by itself for the drift: eight strides."""
_DRIFT_SD = 50e-6
"""Usual between two quartzes at body temperature: one sigma; data sheets allow 20 to 50 ppm."""
_INDEPENDENT_PER_S = 0.8
"""Independent numbers that a second of motion is worth in telling one stride from another: what is
wrong in the model (soft tissue) repeats with the stride, so far fewer than its bandwidth. With 1.0
3 of 277 lags of simulated people that were 99 % sure were wrong by a stride, with 0.8 1 of 271."""

_LEAST_LEFT_M_S2 = 0.3
"""Between two sensors on a real leg at the right lag, at best; agreeing better proves nothing."""

_LEAST_SCATTER_S = 2e-3
"""Of parts' lags on real walks: with less, drift would look known to a third of its error."""

Signal = Float[np.ndarray, " _time"]


@dataclass(frozen=True)
class Lag:
    """By how much one sensor's stamps are ahead of the other's."""

    at_zero_s: float
    """Stamp of the other sensor minus that of the one, when the one's says ``about_s``."""
    about_s: float
    drift: float
    """Change of that per second."""
    sd_s: float
    """One standard deviation of it in the middle of the common time, chance alone."""
    drift_sd: float
    certainty: float
    """Probability that it is not wrong by a stride, or by any other of the lags tried."""
    rival_s: float
    """The likeliest other one, relative to this one; NaN if there is none."""


def lag_between(
    one: Carried,
    other: Carried,
    starts_s: tuple[float, float],
    expected_s: tuple[float, float] | None = None,
) -> Lag | None:
    """The lag of one sensor behind another; None if they have too little in common.

    Args:
        one: A sensor, on even ticks at ``GRID_HZ`` of its own clock.
        other: The sensor beyond the joint, on ticks of its own.
        starts_s: Stamps of their first ticks.
        expected_s: Lag that stamps tell and its standard deviation, where they may be compared.
    """
    begin_s = starts_s[1] - starts_s[0]
    allowed = None if expected_s is None else _prior(expected_s, begin_s)
    candidates = _candidates(one, other, allowed)
    if not len(candidates):
        return None
    tried = _all_refined(one, other, candidates)
    if not tried:
        return None
    score = _log_likelihoods(tried)
    if allowed is not None:
        score = score + allowed(np.array([found.lag for found in tried]))
    certainty = softmax(score)
    best = tried[int(np.argmax(score))]
    same = [abs(found.lag - best.lag) < _APART_S * GRID_HZ for found in tried]
    rivals = [i for i, alike in enumerate(same) if not alike]
    rival = tried[max(rivals, key=lambda i: score[i])] if rivals else None
    return _with_drift(
        one,
        other,
        best,
        starts_s,
        certainty=float(certainty[same].sum()),
        rival_s=(rival.lag - best.lag) / GRID_HZ if rival else float("nan"),
    )


def _all_refined(
    one: Carried, other: Carried, candidates: Float[np.ndarray, " lag"]
) -> list["_Tried"]:
    """The likeliest lags refined, and then those about the best of them, while that changes."""
    turning, _ = _features(one)
    chosen = np.arange(len(candidates)) < _CANDIDATES
    fresh, tried = chosen, []
    while fresh.any():
        found = [_refined(one, other, lag, turning) for lag in candidates[fresh]]
        tried += [lag for lag in found if lag is not None]
        if not tried:
            return []
        best = min(tried, key=lambda lag: lag.unexplained)
        about = np.abs(candidates - best.lag) < _NEIGHBOURS_S * GRID_HZ
        fresh = about & ~chosen
        chosen = chosen | fresh
    return tried


@dataclass(frozen=True)
class _Tried:
    """One lag in samples, refined."""

    lag: float
    places_m: Places
    unexplained: float
    """Share of how the force at the joint varies, that the other sensor does not explain."""
    seconds: float
    """How long both were compared."""


def _log_likelihoods(tried: list[_Tried]) -> Float[np.ndarray, " lag"]:
    """Of every lag, against the one that explains most.

    Two lags are compared over as much time as both have: more of it is no evidence by itself.
    """
    unexplained = np.log([found.unexplained for found in tried])
    seconds = np.array([found.seconds for found in tried])
    best = int(np.argmin(unexplained))
    both = np.minimum(seconds, seconds[best])
    return -0.5 * _INDEPENDENT_PER_S * both * (unexplained - unexplained[best])


def _prior(expected_s: tuple[float, float], begin_s: float):
    mean_s, sd_s = expected_s

    def log_prior(lag: np.ndarray) -> np.ndarray:
        return np.asarray(-0.5 * ((lag / GRID_HZ + begin_s - mean_s) / sd_s) ** 2)

    return log_prior


def _candidates(one: Carried, other: Carried, allowed) -> Float[np.ndarray, " lag"]:
    """Lags in samples at which both move alike, the likeliest first."""
    overlap = Overlap(len(one.force_m_s2), len(other.force_m_s2))
    features = zip(_features(one), _features(other), strict=True)
    alike = np.sum([overlap.correlation(*pair) for pair in features], axis=0)
    shortest = min(len(one.force_m_s2), len(other.force_m_s2))
    needed = max(_LEAST_COMMON_S * GRID_HZ, _LEAST_SHARE * shortest)
    value = np.where(overlap.common >= needed, alike, -np.inf)
    if allowed is not None:
        value = np.where(allowed(overlap.lags) > -8.0, value, -np.inf)  # four sigma
    peaks, _ = find_peaks(np.where(np.isfinite(value), value, -9.0), distance=_APART_S * GRID_HZ)
    peaks = peaks[np.isfinite(value[peaks])]
    order = np.argsort(-value[peaks])
    return overlap.lags[peaks[order]].astype(float)


def _features(sensor: Carried) -> tuple[Signal, Signal]:
    """How much a sensor turns, and how hard it is pushed; the mean where it is not sound."""
    turning = np.sqrt(np.abs(np.trace(sensor.by_place_1_s2, axis1=1, axis2=2)) / 2)
    pushed = np.linalg.norm(sensor.force_m_s2, axis=-1)
    out = []
    for signal in (turning, pushed):
        mean = signal[sensor.sound].mean() if sensor.sound.any() else 0.0
        out.append(np.where(sensor.sound, signal, mean))
    return out[0], out[1]


def _common(one: Carried, other: Carried, lag: int) -> tuple[int, int]:
    """First sample of the one that the other has too, and the one after the last."""
    return max(0, -lag), min(len(one.force_m_s2), len(other.force_m_s2) - lag)


def _refined(one: Carried, other: Carried, candidate: float, turning: Signal) -> _Tried | None:
    """The best lag near a candidate, by agreement at the joint; ``turning`` is the one's."""
    around = round(_AROUND_S * GRID_HZ)
    middle = round(candidate)
    where = _busiest(turning, *_inside(one, other, middle, around))

    def squares_at(lag: int, places: Places | None) -> tuple[float, Places]:
        return agreement(one, other, Compared(*where, lag, _EVERY), places)

    if where[1] - where[0] < _LEAST_COMMON_S * GRID_HZ / 2:
        return None
    found: dict[int, float] = {}
    places = None
    for lag in range(middle - around, middle + around + 1, _COARSE_STEP):
        found[lag], places = squares_at(lag, places)
    for step in (_COARSE_STEP // 2, 1):
        best = min(found, key=lambda lag: found[lag])
        for lag in (best - step, best + step):
            found[lag], places = squares_at(lag, places)
    best = min(found, key=lambda lag: found[lag])
    _, places = squares_at(best, places)
    for lag in (best, best - 1, best + 1):  # with places that have settled
        found[lag], _ = squares_at(lag, places)
    squares = found[best]
    seconds = (where[1] - where[0]) / GRID_HZ
    varies = min(_variance(one, *where), _variance(other, where[0] + best, where[1] + best))
    unexplained = (squares + _LEAST_LEFT_M_S2**2) / (varies + _LEAST_LEFT_M_S2**2)
    return _Tried(best + _bottom(found, best), places, unexplained, seconds)


def _variance(sensor: Carried, start: int, stop: int) -> float:
    """Of the length of the force: all that there would be to explain."""
    return float(np.linalg.norm(sensor.force_m_s2[start:stop], axis=-1).var())


def _inside(one: Carried, other: Carried, lag: int, around: int) -> tuple[int, int]:
    """What both have at that lag and at those around it."""
    reach = around + _COARSE_STEP
    start, _ = _common(one, other, lag - reach)
    _, stop = _common(one, other, lag + reach)
    return start, stop


def _busiest(turning: Signal, start: int, stop: int) -> tuple[int, int]:
    """The minute with most movement, or all there is; a second of rest before it is welcome."""
    length = round(_LOOKED_AT_S * GRID_HZ)
    if stop - start <= length:
        return start, stop
    first = start + start_of_most(turning[start:stop], length)
    return first, first + length


def _bottom(found: dict[int, float], best: int) -> float:
    """From the lowest of three neighbours to the bottom of a parabola through them."""
    if best - 1 not in found or best + 1 not in found:
        return 0.0
    offset = bottom_between(found[best - 1], found[best], found[best + 1])
    return float(np.clip(offset, -0.5, 0.5))


def _with_drift(
    one: Carried,
    other: Carried,
    best: _Tried,
    starts_s: tuple[float, float],
    certainty: float,
    rival_s: float,
) -> Lag:
    """Lags of parts of the recording, and the line through them."""
    at_s, lag_s, weight = _parts(one, other, best)
    begin_s = starts_s[1] - starts_s[0]
    middle_s = float(np.average(at_s, weights=weight)) if len(at_s) else 0.0
    lag = best.lag / GRID_HZ
    if not len(at_s):
        return Lag(
            begin_s + lag, starts_s[0] + middle_s, 0.0, float("inf"), _DRIFT_SD, certainty, rival_s
        )
    x = at_s - middle_s
    weight = weight / weight.mean()
    mean_s = float(np.average(lag_s, weights=weight))
    chance_s = max(_scatter(lag_s, x, weight), _LEAST_SCATTER_S)
    information = float(weight @ x**2) / chance_s**2
    drift = float(weight @ (x * (lag_s - mean_s))) / chance_s**2 / (information + _DRIFT_SD**-2)
    return Lag(
        at_zero_s=begin_s + mean_s,
        about_s=starts_s[0] + middle_s,
        drift=drift,
        sd_s=chance_s / np.sqrt(len(lag_s)),
        drift_sd=float((information + _DRIFT_SD**-2) ** -0.5),
        certainty=certainty,
        rival_s=rival_s,
    )


def _scatter(lag_s: Signal, x: Signal, weight: Signal) -> float:
    """Standard deviation of parts' lags about their line; 5 ms where too few tell."""
    if len(lag_s) < 4:
        return 5e-3
    design = np.stack([np.ones_like(x), x], axis=-1) * np.sqrt(weight)[:, None]
    _, squares, *_ = np.linalg.lstsq(design, lag_s * np.sqrt(weight), rcond=None)
    return float(np.sqrt(squares.sum() / (len(lag_s) - 2)))


def _parts(one: Carried, other: Carried, best: _Tried) -> tuple[Signal, Signal, Signal]:
    """Middle [s] of every part, its lag [s] and the sharpness of that."""
    length = round(_PART_S * GRID_HZ)
    reach = 6
    expected = best.lag
    begin, end = _inside(one, other, round(best.lag), 4 * reach)
    at, lags, sharp = [], [], []
    for start in range(begin, end - length // 2, length):
        stop = min(start + length, end)
        middle = round(expected)
        lowest, stop = _common_part(one, other, middle, reach, start, stop)
        if stop - lowest < length // 2:
            continue
        found = {
            lag: agreement_at(one, other, Compared(lowest, stop, lag, _EVERY), best.places_m)
            for lag in range(middle - reach, middle + reach + 1)
        }
        low = min(found, key=lambda lag: found[lag])
        if abs(low - middle) == reach:  # nothing to be seen in this part
            continue
        bend = found[low - 1] - 2 * found[low] + found[low + 1]
        if bend <= 0.02 * found[low]:  # so flat that it tells nothing: somebody stands
            continue
        expected = low + _bottom(found, low)
        at.append((lowest + stop) / 2 / GRID_HZ)
        lags.append(expected / GRID_HZ)
        sharp.append(bend / (found[low] + 1e-6))
    return np.array(at), np.array(lags), np.array(sharp)


def _common_part(
    one: Carried, other: Carried, lag: int, reach: int, start: int, stop: int
) -> tuple[int, int]:
    low, high = _inside(one, other, lag, reach)
    return max(start, low), min(stop, high)
