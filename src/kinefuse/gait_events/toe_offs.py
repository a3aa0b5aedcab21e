"""When the foot leaves the ground, from the sensors of one leg in their segments' axes.

While a foot pushes off, its heel rises and it turns backwards about z, fastest about when it
leaves the ground (Mariani et al. 2013, Gait & Posture 37:229; Falbriard et al. 2018, Front.
Physiol. 9:610, running). The shank tips forward fastest then too in walking (Aminian et al. 2002,
J. Biomech. 35:689); in running it hardly turns before the foot is off, and tips after.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from scipy.signal import argrelmin

from kinefuse.errors import UnknownChoice
from kinefuse.gait_events.config import GaitEventConfig, Times
from kinefuse.gait_events.contacts import rate_about_z
from kinefuse.recordings import ImuRecording

Rule = Callable[[np.ndarray, float, GaitEventConfig], float]
"""Sample of the toe-off in the rate about z from mid-stance to the peak of the swing; NaN if it
cannot be seen. Also given the sampling rate."""


def foot_toe_offs(
    foot: ImuRecording | None,
    shank: ImuRecording | None,
    contacts_s: Times,
    activity: str,
    config: GaitEventConfig = GaitEventConfig(),
) -> Times:
    """The toe-off after each contact but the last; those that cannot be seen are left out.

    Of two sensors the mean is taken.

    Raises:
        UnknownChoice: The activity is neither walking nor running.
    """
    if activity not in RULES:
        raise UnknownChoice("activity", activity, known=RULES)
    sensors = {"foot": foot, "shank": shank}
    rules = {segment: rule for segment, rule in RULES[activity].items() if sensors[segment]}
    found = [
        _of_sensor(imu, contacts_s, rule, config)
        for segment, rule in rules.items()
        if (imu := sensors[segment]) is not None
    ]
    if not found or len(contacts_s) < 2:
        return np.zeros(0)
    stacked = np.stack(found)
    return np.nanmean(stacked[:, np.isfinite(stacked).any(axis=0)], axis=0)


def toe_offs_by_side(
    sensors: Mapping[str, ImuRecording],
    contacts_s: Mapping[str, Times],
    activity: str,
    config: GaitEventConfig = GaitEventConfig(),
) -> dict[str, Times]:
    """Toe-offs of every leg whose contacts are known, by side ('r', 'l')."""
    return {
        side: foot_toe_offs(
            sensors.get(f"foot_{side}"), sensors.get(f"shank_{side}"), times, activity, config
        )
        for side, times in contacts_s.items()
    }


def _of_sensor(imu: ImuRecording, contacts_s: Times, rule: Rule, config: GaitEventConfig) -> Times:
    """One a pair of neighbouring contacts [s]; NaN where the sensor does not show it."""
    rate = rate_about_z(imu, config.contact_cutoff_hz)
    slow = rate_about_z(imu, config.swing_cutoff_hz)
    found = np.full(max(0, len(contacts_s) - 1), np.nan)
    for i, (start_s, end_s) in enumerate(pairwise(contacts_s)):
        if end_s - start_s > config.longest_stride_s:
            continue  # a pause: nobody knows which swing ended it
        first = round((start_s + config.earliest_toe_off * (end_s - start_s)) * imu.rate_hz)
        last = min(len(rate), round(end_s * imu.rate_hz))
        if last - first < 3:
            continue
        swing = first + int(np.argmax(slow[first:last]))
        found[i] = (first + rule(rate[first : swing + 1], imu.rate_hz, config)) / imu.rate_hz
    return found


def _walking_foot(rate: np.ndarray, _rate_hz: float, config: GaitEventConfig) -> float:
    return _between_minimum_and_rise(rate, _push_off(rate, config), config.toe_off_fraction_foot)


def _walking_shank(rate: np.ndarray, _rate_hz: float, config: GaitEventConfig) -> float:
    deepest = int(np.argmin(rate)) if len(rate) else None
    return _between_minimum_and_rise(rate, deepest, config.toe_off_fraction_shank)


def _running_foot(rate: np.ndarray, rate_hz: float, config: GaitEventConfig) -> float:
    minimum = _push_off(rate, config)
    return np.nan if minimum is None else minimum + config.running_foot_lag_s * rate_hz


def _running_shank(rate: np.ndarray, _rate_hz: float, config: GaitEventConfig) -> float:
    """Where the shank begins to tip: a part of the way from upright to fastest."""
    if not len(rate):
        return np.nan
    lowest = int(np.argmin(rate))
    if lowest == 0:
        return np.nan
    turn = int(np.argmax(rate[:lowest]))
    level = rate[turn] + config.running_shank_fraction * (rate[lowest] - rate[turn])
    below = turn + int(np.argmax(rate[turn : lowest + 1] <= level))
    if below == 0:
        return np.nan
    return below - 1 + (rate[below - 1] - level) / (rate[below - 1] - rate[below])


RULES: Mapping[str, Mapping[str, Rule]] = {
    "walking": {"foot": _walking_foot, "shank": _walking_shank},
    "running": {"foot": _running_foot, "shank": _running_shank},
}
"""How each segment's angular velocity tells a toe-off, by activity."""


def _push_off(rate: np.ndarray, config: GaitEventConfig) -> int | None:
    """The first minimum nearly as deep as the deepest; a runner's heel has another in the air."""
    if len(rate) < 3 or rate.min() >= 0:
        return None
    minima = argrelmin(rate)[0]
    deep = minima[rate[minima] <= config.push_off_depth * rate.min()]
    return int(deep[0]) if len(deep) else None


def _between_minimum_and_rise(rate: np.ndarray, minimum: int | None, fraction: float) -> float:
    """A part of the way from the minimum to where the rate turns positive."""
    if minimum is None or rate[minimum] >= 0:
        return np.nan
    positive = np.flatnonzero(rate[minimum:] > 0)
    if not len(positive):
        return np.nan
    after = minimum + int(positive[0])
    crossing = after - rate[after] / (rate[after] - rate[after - 1])
    return minimum + fraction * (crossing - minimum)
