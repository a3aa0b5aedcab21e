"""What the doctor found, as rows of the page."""

from collections.abc import Sequence

from kinefuse.app.records import FindingRow
from kinefuse.doctor import Diagnosis

_WORST_FIRST = ("fault", "doubt", "information")
_ON_THE_PAGE = {"fault": "grave", "doubt": "care", "information": "care"}
"""Severities in the words of the page."""


def rows(diagnoses: Sequence[Diagnosis]) -> tuple[FindingRow, ...]:
    """Rows of all findings, the worst first."""
    return tuple(map(_row, sorted(diagnoses, key=lambda one: _WORST_FIRST.index(one.severity))))


def _row(one: Diagnosis) -> FindingRow:
    return FindingRow(
        check=one.check,
        subject=one.subject,
        passed=one.passed,
        severity=_ON_THE_PAGE[one.severity],
        evidence=one.evidence,
        limit=one.limit,
        consequence=one.consequence,
        remedy=one.remedy,
        source=one.source,
    )
