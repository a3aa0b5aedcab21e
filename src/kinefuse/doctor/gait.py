"""Rhythm and places of a session, told or None: at other rates, and with sensors moved in time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kinefuse.alignment.assignment import LONGEST_S, Assignment, assign_by_each
from kinefuse.alignment.stride_signature import LEAST_REGULAR, SLOWEST_HZ, Strides, find_strides
from kinefuse.alignment.vertical import busiest_stretch
from kinefuse.doctor.joints import FEWEST_SAMPLES
from kinefuse.errors import KinefuseError
from kinefuse.recordings import ImuSession

_OTHER_RATES = (0.25, 0.5, 1.0, 2.0, 4.0)
_AS_REGULAR = 0.85
"""Share of the best repetition that makes a shorter one the stride: two strides repeat as well."""


def shortest_stride_s(session: ImuSession) -> float | None:
    """Time of a stride by the rate that was said, whatever that is: found at any of many.

    Of no fewer samples than joints are compared by: shakes repeat sooner.
    """
    busiest = busiest_stretch(session, LONGEST_S)
    found = {t: rhythm(_at_rate(busiest, t)) for t in _OTHER_RATES}
    rhythms = {t / r.frequency_hz: r.regularity for t, r in found.items() if r is not None}
    shortest_s = FEWEST_SAMPLES / session.rate_hz
    rhythms = {s: regularity for s, regularity in rhythms.items() if s >= shortest_s}
    best = max(rhythms.values(), default=0.0)
    return min((s for s, r in rhythms.items() if r >= _AS_REGULAR * best), default=None)


def assigned(session: ImuSession, activities: Sequence[str]) -> Mapping[str, Assignment]:
    """Where each sensor is by its motion, by each activity; empty where too little moves."""
    if len(session.sensors) < 2 or session.rate_hz < SLOWEST_HZ:
        return {}
    try:
        return assign_by_each(session, activities)
    except KinefuseError:  # too short
        return {}


def moved(session: ImuSession, samples: Mapping[str, int]) -> ImuSession:
    """Every sensor's samples taken that much earlier, where all of them then have some."""
    first, last = max(0, -min(samples.values())), max(0, max(samples.values()))
    count = len(session.time_s)
    if first + last >= count:
        return session
    sensors = {}
    for segment, imu in session.sensors.items():
        where = slice(first + samples[segment], count - last + samples[segment])
        sensors[segment] = replace(
            imu, acc_m_s2=imu.acc_m_s2[where], gyr_rad_s=imu.gyr_rad_s[where]
        )
    return replace(session, sensors=sensors)


def rhythm(session: ImuSession) -> Strides | None:
    """The common rhythm of all sensors; None where nothing repeats."""
    if len(session.sensors) < 2 or session.rate_hz < SLOWEST_HZ:
        return None
    try:
        found = find_strides(session.sensors)
    except KinefuseError:  # too short
        return None
    return found if found.regularity >= LEAST_REGULAR else None


def _at_rate(session: ImuSession, times: float) -> ImuSession:
    sensors = {s: replace(imu, rate_hz=times * imu.rate_hz) for s, imu in session.sensors.items()}
    return replace(session, sensors=sensors)
