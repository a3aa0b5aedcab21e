"""All checks on all sensors of one recording."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kinefuse.doctor.checks import CHECKS, DoctorCheck
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.moving import MOVING_CHECKS, RATE
from kinefuse.doctor.wearing import GRAVITY, Wearing, WornCheck
from kinefuse.doctor.worn import WORN_CHECKS
from kinefuse.errors import MissingSensor
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription

UNPLACED = "places"
"""Check that fails where nobody said which sensor is where."""


def examine(streams: SensorStreams, description: SessionDescription) -> tuple[Diagnosis, ...]:
    """What each check found on each segment that the description names.

    Raises:
        MissingSensor: No sensor of the recording is on a segment, or they share no time.
    """
    sensors = felt_together(worn(streams, description))
    if not sensors:
        raise MissingSensor(missing=["any described segment"], present=streams.streams)
    wearing = _wearing(sensors, description)
    rate = _of_wearing(RATE, wearing)
    alone = _of_sensors(sensors)
    if any(found.is_fault for found in rate):  # all else is asked at the rate that seems true
        wearing = _wearing(_at_true_rate(wearing), description)
        # which is known to a tenth: enough for strides, too little to carry gravity over them
        alone = tuple(found for found in _of_sensors(wearing.sensors) if found.check != GRAVITY)
    return (
        *alone,
        *rate,
        *(
            found
            for check in (*WORN_CHECKS, *MOVING_CHECKS)
            for found in _of_wearing(check, wearing)
        ),
    )


def examine_unplaced(streams: SensorStreams) -> tuple[Diagnosis, ...]:
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
    return (*_of_sensors(sensors), places)


def _wearing(sensors: Sensors, description: SessionDescription) -> Wearing:
    faults = _faults(_of_sensors(sensors))
    return Wearing(sensors=sensors, description=description, faults=faults)


def _at_true_rate(wearing: Wearing) -> Sensors:
    times = wearing.true_rate or 1.0
    return {s: replace(felt, rate_hz=times * felt.rate_hz) for s, felt in wearing.sensors.items()}


def _faults(diagnoses: Sequence[Diagnosis]) -> dict[str, frozenset[str]]:
    """By subject, the checks that it did not pass."""
    failed = [found for found in diagnoses if not found.passed]
    return {
        subject: frozenset(found.check for found in failed if found.subject == subject)
        for subject in {found.subject for found in failed}
    }


def _of_sensors(sensors: Sensors) -> tuple[Diagnosis, ...]:
    return tuple(
        found
        for check in CHECKS
        for found in _diagnoses(
            check,
            check.measure(sensors),
            lambda _, value, check=check: check.sees.format(value=value),
        )
    )


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
