"""All checks on all sensors of one recording."""

from collections.abc import Generator
from dataclasses import replace

from kinefuse.doctor.alone import diagnoses_of, of_sensors, wearing_of
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.moving import MOVING_CHECKS, NEED_EXACT_RATE, RATE
from kinefuse.doctor.own_clocks import with_clocks_set
from kinefuse.doctor.wearing import Wearing, WornCheck
from kinefuse.doctor.worn import WORN_CHECKS
from kinefuse.errors import MissingSensor
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription

UNPLACED = "places"
"""Check that fails where nobody said which sensor is where."""
_TOGETHER = (*WORN_CHECKS, *MOVING_CHECKS)
_STEPS = 2 + len(_TOGETHER)


def examine(streams: SensorStreams, description: SessionDescription) -> tuple[Diagnosis, ...]:
    """As ``examine_in_steps``, when nobody watches."""
    return result_of(examine_in_steps(streams, description))


def examine_in_steps(
    streams: SensorStreams, description: SessionDescription
) -> Generator[Progress, None, tuple[Diagnosis, ...]]:
    """What each check found on each segment that the description names.

    Raises:
        MissingSensor: No sensor of the recording is on a segment, or they share no time.
    """
    yield Progress(0, _STEPS, "looking at each sensor")
    on_clock, clocks = with_clocks_set(worn(streams, description), description)
    sensors = felt_together(on_clock)
    if not sensors:
        raise MissingSensor(missing=["any described segment"], present=streams.streams)
    wearing = wearing_of(sensors, description)
    yield Progress(1, _STEPS, f"looking at: {RATE.name}")
    rate = _of_wearing(RATE, wearing)
    if all(found.passed for found in rate):
        others = yield from _all_of(wearing)
        return (*wearing.alone, *clocks, *rate, *others)
    wearing = wearing_of(_at_true_rate(wearing), description)  # at which all else is asked
    others = yield from _all_of(wearing)
    found = (*wearing.alone, *clocks, *rate, *others)
    return tuple(one for one in found if one.check not in NEED_EXACT_RATE)


def examine_unplaced(streams: SensorStreams) -> tuple[Diagnosis, ...]:
    """As ``examine_unplaced_in_steps``, when nobody watches."""
    return result_of(examine_unplaced_in_steps(streams))


def examine_unplaced_in_steps(
    streams: SensorStreams,
) -> Generator[Progress, None, tuple[Diagnosis, ...]]:
    """What can be said where nobody knows which sensor is where: subjects are labels.

    Raises:
        MissingSensor: The sensors share no time.
    """
    sensors = felt_together(streams.streams)
    if not sensors:
        raise MissingSensor(missing=["any segment"], present=streams.streams)
    places = Diagnosis(
        check=UNPLACED,
        subject=streams.name,
        passed=False,
        severity="doubt",
        evidence="neither session.toml nor labels say which sensor is where",
        limit="a segment for every sensor that is to be used",
        source="joint angles are between segments",
        consequence="sensors are examined one by one, and how they are worn is not",
        remedy="kinefuse session new FOLDER proposes places; look at them",
    )
    yield Progress(0, 1, "looking at each sensor")
    return (*of_sensors(sensors), places)


def _at_true_rate(wearing: Wearing) -> Sensors:
    times = wearing.true_rate or 1.0
    return {s: replace(felt, rate_hz=times * felt.rate_hz) for s, felt in wearing.sensors.items()}


def _all_of(wearing: Wearing) -> Generator[Progress, None, list[Diagnosis]]:
    found: list[Diagnosis] = []
    for done, check in enumerate(_TOGETHER, start=2):
        yield Progress(done, _STEPS, f"looking at: {check.name}")
        found += _of_wearing(check, wearing)
    return found


def _of_wearing(check: WornCheck, wearing: Wearing) -> list[Diagnosis]:
    return diagnoses_of(
        check,
        check.measure(wearing),
        lambda subject, value: check.sees.format(value=value, **wearing.words(subject)),
    )
