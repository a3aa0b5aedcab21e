"""What checks found, as rows of the page."""

from kinefuse.alignment import check_assignment
from kinefuse.alignment.vertical import still_pose
from kinefuse.app.records import FindingRow
from kinefuse.quality import session_checks
from kinefuse.quality.finding import Finding
from kinefuse.recordings import ImuSession


def session_findings(session: ImuSession, activity: str) -> tuple[FindingRow, ...]:
    """Whatever can be said of a session before it is estimated."""
    found = (
        *session_checks.gravity_at_rest(session, still_pose(session)),
        *session_checks.clipping(session),
        *check_assignment(session, activity),
    )
    return tuple(map(_row, found))


def _row(finding: Finding) -> FindingRow:
    return FindingRow(
        check=finding.check,
        subject=finding.subject,
        passed=finding.passed,
        severity="care",
        evidence=finding.message,
        limit=f"{finding.limit:g} {finding.unit}".strip(),
        consequence="",
        remedy="",
        source=finding.source,
    )
