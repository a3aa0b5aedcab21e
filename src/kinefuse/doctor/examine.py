"""All checks on all sensors of one recording."""

from collections.abc import Callable, Generator, Mapping

from kinefuse.doctor.checks import CHECKS, DoctorCheck
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.worn import WORN_CHECKS, Wearing, WornCheck
from kinefuse.errors import MissingSensor
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription

UNPLACED = "places"
"""Check that fails where nobody said which sensor is where."""


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
    sensors = felt_together(worn(streams, description))
    if not sensors:
        raise MissingSensor(missing=["any described segment"], present=streams.streams)
    wearing = Wearing(sensors=sensors, description=description)
    found = yield from _of_sensors(sensors, len(WORN_CHECKS))
    for done, check in enumerate(WORN_CHECKS, start=len(CHECKS)):
        yield Progress(done, len(CHECKS) + len(WORN_CHECKS), f"looking at: {check.name}")
        found += _of_wearing(check, wearing)
    return tuple(found)


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
    found = yield from _of_sensors(sensors, 0)
    return (*found, places)


def _of_sensors(sensors: Sensors, to_come: int) -> Generator[Progress, None, list[Diagnosis]]:
    found: list[Diagnosis] = []
    for done, check in enumerate(CHECKS):
        yield Progress(done, len(CHECKS) + to_come, f"looking at: {check.name}")
        found += _diagnoses(
            check,
            check.measure(sensors),
            lambda _, value, check=check: check.sees.format(value=value),
        )
    return found


def _of_wearing(check: WornCheck, wearing: Wearing) -> list[Diagnosis]:
    return _diagnoses(
        check,
        check.measure(wearing),
        lambda subject, value: check.sees.format(value=value, **wearing.words(subject)),
    )


def _diagnoses(
    check: DoctorCheck | WornCheck,
    values: Mapping[str, float],
    seen: Callable[[str, float], str],
) -> list[Diagnosis]:
    return [
        Diagnosis(
            check=check.name,
            subject=subject,
            passed=bool(check.excess(value) <= 0),
            severity=check.severity,
            evidence=seen(subject, value),
            limit=check.allowed,
            source=check.source,
            consequence=check.consequence,
            remedy=check.remedy,
        )
        for subject, value in values.items()
    ]
