"""What each sensor shows by itself, and all of them together once that is known."""

from collections.abc import Callable, Mapping

from kinefuse.doctor.checks import CHECKS, EXPLAINED
from kinefuse.doctor.diagnosis import Diagnosis, ToldCheck
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.wearing import Wearing
from kinefuse.session_description import SessionDescription


def of_sensors(sensors: Sensors) -> tuple[Diagnosis, ...]:
    """What every check of one sensor found on each, but for what another finding explains."""
    every = [
        found
        for check in CHECKS
        for found in diagnoses_of(
            check,
            check.measure(sensors),
            lambda _, value, check=check: check.sees.format(value=value),
        )
    ]
    explained = {
        (found.subject, check)
        for found in every
        if not found.passed
        for check in EXPLAINED.get(found.check, ())
    }
    return tuple(found for found in every if (found.subject, found.check) not in explained)


def wearing_of(sensors: Sensors, description: SessionDescription) -> Wearing:
    """All sensors together, told what each showed by itself."""
    return Wearing(sensors=sensors, description=description, alone=of_sensors(sensors))


def diagnoses_of(
    check: ToldCheck,
    values: Mapping[str, float],
    seen: Callable[[str, float], str],
) -> list[Diagnosis]:
    """A check's verdict on every value; ``seen`` puts a subject's value in words."""
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
