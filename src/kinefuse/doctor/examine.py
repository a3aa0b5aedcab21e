"""All checks on all sensors of one recording."""

from collections.abc import Mapping

from kinefuse.doctor.checks import CHECKS, DoctorCheck
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.errors import MissingSensor
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription


def examine(streams: SensorStreams, description: SessionDescription) -> tuple[Diagnosis, ...]:
    """What each check found on each segment that the description names.

    Raises:
        MissingSensor: No sensor of the recording is on a segment, or they share no time.
    """
    sensors = felt_together(worn(streams, description))
    if not sensors:
        raise MissingSensor(missing=["any described segment"], present=streams.streams)
    return tuple(found for check in CHECKS for found in _diagnoses(check, check.measure(sensors)))


def _diagnoses(check: DoctorCheck, values: Mapping[str, float]) -> list[Diagnosis]:
    return [
        Diagnosis(
            check=check.name,
            subject=segment,
            passed=bool(check.excess(value) <= 0),
            severity=check.severity,
            evidence=check.sees.format(value=value),
            limit=check.allowed,
            source=check.source,
            consequence=check.consequence,
            remedy=check.remedy,
        )
        for segment, value in values.items()
    ]
