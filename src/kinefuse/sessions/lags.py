"""How late one sensor's clock is, by the motion that it shares with the sensor beyond a joint.

First every lag is tried coarsely: correlation of how fast both turn and how hard they are pushed,
over all that they have in common. Strides repeat, so many lags look likely. At the likeliest ones
the sensors are then made to agree at the joint (``shared_joint``), where what does not repeat
decides: how people start, stop and stumble along. Last, drift: the lag of every part by itself.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.signal import find_peaks
from scipy.special import softmax

from kinefuse.sessions.shared_joint import Carried, disagreement

GRID_HZ = 100.0
"""Both sensors are compared on these ticks, each by its own clock."""
_LEAST_COMMON_S = 8.0  # six strides of slow walking: fewer repeat each other too well
_LEAST_SHARE = 0.4
"""Of the shorter recording that has to be common; short overlaps correlate by chance."""
_CANDIDATES = 12
_APART_S = 0.25  # a quarter stride: two lags that are not the same one
_AROUND_S = 0.16
_EVERY = 3  # of samples that hold nothing above 10 Hz, a third tells as much as all
_COARSE_STEP = 4  # samples: 40 ms, a third of the narrowest dip that real walks have
_LOOKED_AT_S = 60.0
_PART_S = 10.0
"""Of the recording, whose lag is found by itself for the drift: eight strides."""
_DRIFT_SD = 50e-6
"""Usual between two quartzes at body temperature: one sigma; data sheets allow 20 to 50 ppm."""
_INDEPENDENT_PER_S = 1.0
"""Independent numbers that a second of motion is worth in telling one stride from another: what is
wrong in the model (soft tissue) repeats with the stride, so far fewer than its bandwidth."""

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
    tried = [_refined(one, other, candidate) for candidate in candidates]
    tried = [found for found in tried if found is not None]
    if not tried:
        return None
    score = np.array([found.log_likelihood for found in tried])
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


@dataclass(frozen=True)
class _Tried:
    """One lag in samples, refined."""

    lag: float
    places_m: Float[np.ndarray, "6"]
    log_likelihood: float


def _prior(expected_s: tuple[float, float], begin_s: float):
    mean_s, sd_s = expected_s

    def log_prior(lag: np.ndarray) -> np.ndarray:
        return np.asarray(-0.5 * ((lag / GRID_HZ + begin_s - mean_s) / sd_s) ** 2)

    return log_prior


def _candidates(one: Carried, other: Carried, allowed) -> Float[np.ndarray, " lag"]:
    """Lags in samples at which both move alike, the likeliest first."""
    alike = np.zeros(len(one.force_m_s2) + len(other.force_m_s2) - 1)
    for a, b in zip(_features(one), _features(other), strict=True):
        alike = alike + _correlation(a, b)
    lags = np.arange(len(alike)) - (len(one.force_m_s2) - 1)
    shortest = min(len(one.force_m_s2), len(other.force_m_s2))
    common = np.minimum(len(one.force_m_s2), len(other.force_m_s2) - lags) - np.maximum(0, -lags)
    needed = max(_LEAST_COMMON_S * GRID_HZ, _LEAST_SHARE * shortest)
    value = np.where(common >= needed, alike, -np.inf)
    if allowed is not None:
        value = np.where(allowed(lags) > -8.0, value, -np.inf)  # four sigma
    peaks, _ = find_peaks(np.where(np.isfinite(value), value, -9.0), distance=_APART_S * GRID_HZ)
    peaks = peaks[np.isfinite(value[peaks])]
    order = np.argsort(-value[peaks])[:_CANDIDATES]
    return lags[peaks[order]].astype(float)


def _features(sensor: Carried) -> tuple[Signal, Signal]:
    """How much a sensor turns, and how hard it is pushed; the mean where it is not sound."""
    turning = np.sqrt(np.abs(np.trace(sensor.by_place_1_s2, axis1=1, axis2=2)) / 2)
    pushed = np.linalg.norm(sensor.force_m_s2, axis=-1)
    out = []
    for signal in (turning, pushed):
        mean = signal[sensor.sound].mean() if sensor.sound.any() else 0.0
        out.append(np.where(sensor.sound, signal, mean))
    return out[0], out[1]


def _correlation(one: Signal, other: Signal) -> Signal:
    """Pearson's, over what overlaps at every lag of the other behind the one."""
    n = len(one) + len(other) - 1
    one, other = one - one.mean(), other - other.mean()

    def slid(a: Signal, b: Signal) -> Signal:
        product = np.conj(np.fft.rfft(a, 2 * n)) * np.fft.rfft(b, 2 * n)
        circular = np.fft.irfft(product, 2 * n)
        return np.concatenate([circular[len(circular) - (len(one) - 1) :], circular[: len(other)]])

    ones, others = np.ones_like(one), np.ones_like(other)
    count = np.maximum(slid(ones, others), 1.0)
    mean_a, mean_b = slid(one, others) / count, slid(ones, other) / count
    spread_a = np.maximum(slid(one**2, others) / count - mean_a**2, 1e-12)
    spread_b = np.maximum(slid(ones, other**2) / count - mean_b**2, 1e-12)
    return (slid(one, other) / count - mean_a * mean_b) / np.sqrt(spread_a * spread_b)


def _common(one: Carried, other: Carried, lag: int) -> tuple[int, int]:
    """First sample of the one that the other has too, and the one after the last."""
    return max(0, -lag), min(len(one.force_m_s2), len(other.force_m_s2) - lag)


def _squares(
    one: Carried, other: Carried, lag: int, where: tuple[int, int], places_m=None
) -> tuple[float, Float[np.ndarray, "6"]]:
    """Mean square of what is left at a lag, and the places that leave it."""
    start, stop = where
    a, b = one.part(start, stop, _EVERY), other.part(start + lag, stop + lag, _EVERY)
    left, places = disagreement(a, b, places_m)
    return float(np.sum(left**2) / max(1, (a.sound & b.sound).sum())), places


def _refined(one: Carried, other: Carried, candidate: float) -> _Tried | None:
    """The best lag near a candidate, by agreement at the joint."""
    around = round(_AROUND_S * GRID_HZ)
    middle = round(candidate)
    where = _busiest(one, *_inside(one, other, middle, around))
    if where[1] - where[0] < _LEAST_COMMON_S * GRID_HZ / 2:
        return None
    found: dict[int, float] = {}
    places = None
    for lag in range(middle - around, middle + around + 1, _COARSE_STEP):
        found[lag], places = _squares(one, other, lag, where, places)
    for step in (_COARSE_STEP // 2, 1):
        best = min(found, key=lambda lag: found[lag])
        for lag in (best - step, best + step):
            found[lag], places = _squares(one, other, lag, where, places)
    best = min(found, key=lambda lag: found[lag])
    _, places = _squares(one, other, best, where, places)
    for lag in (best, best - 1, best + 1):  # with places that have settled
        found[lag], _ = _squares(one, other, lag, where, places)
    squares = found[best]
    seconds = (where[1] - where[0]) / GRID_HZ
    likelihood = -0.5 * _INDEPENDENT_PER_S * seconds * np.log(squares + _LEAST_LEFT_M_S2**2)
    return _Tried(best + _top(found, best), places, float(likelihood))


def _inside(one: Carried, other: Carried, lag: int, around: int) -> tuple[int, int]:
    """What both have at that lag and at those around it."""
    reach = around + _COARSE_STEP
    start, _ = _common(one, other, lag - reach)
    _, stop = _common(one, other, lag + reach)
    return start, stop


def _busiest(one: Carried, start: int, stop: int) -> tuple[int, int]:
    """The minute with most movement, or all there is; a second of rest before it is welcome."""
    length = round(_LOOKED_AT_S * GRID_HZ)
    if stop - start <= length:
        return start, stop
    turning = np.concatenate([[0.0], np.cumsum(_features(one)[0][start:stop])])
    first = start + int(np.argmax(turning[length:] - turning[:-length]))
    return first, first + length


def _top(found: dict[int, float], best: int) -> float:
    """From the lowest of three neighbours to the bottom of a parabola through them."""
    if best - 1 not in found or best + 1 not in found:
        return 0.0
    before, here, after = found[best - 1], found[best], found[best + 1]
    bend = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend > 0 else 0.0


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
            lag: _fixed(one, other, lag, (lowest, stop), best.places_m)
            for lag in range(middle - reach, middle + reach + 1)
        }
        low = min(found, key=lambda lag: found[lag])
        if abs(low - middle) == reach:  # nothing to be seen in this part
            continue
        bend = found[low - 1] - 2 * found[low] + found[low + 1]
        if bend <= 0.02 * found[low]:  # so flat that it tells nothing: somebody stands
            continue
        expected = low + _top(found, low)
        at.append((lowest + stop) / 2 / GRID_HZ)
        lags.append(expected / GRID_HZ)
        sharp.append(bend / (found[low] + 1e-6))
    return np.array(at), np.array(lags), np.array(sharp)


def _common_part(
    one: Carried, other: Carried, lag: int, reach: int, start: int, stop: int
) -> tuple[int, int]:
    low, high = _inside(one, other, lag, reach)
    return max(start, low), min(stop, high)


def _fixed(one: Carried, other: Carried, lag: int, where: tuple[int, int], places_m) -> float:
    """Mean square of what is left at a lag where the places are known."""
    start, stop = where
    a, b = one.part(start, stop, _EVERY), other.part(start + lag, stop + lag, _EVERY)
    both = a.sound & b.sound
    lengths = [
        np.linalg.norm(c.force_m_s2 + c.by_place_1_s2 @ r, axis=-1)
        for c, r in ((a, places_m[:3]), (b, places_m[3:]))
    ]
    return float(np.mean((lengths[0] - lengths[1])[both] ** 2)) if both.any() else np.inf
