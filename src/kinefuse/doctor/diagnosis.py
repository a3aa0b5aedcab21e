"""The verdict of one of the doctor's checks on one sensor, and what a check says besides limits."""

from dataclasses import dataclass
from typing import TypeVar

from kinefuse.quality.checks import Check

Subject = TypeVar("Subject")
"""What is looked at: sensors one by one, or all that one person wears."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What was seen, what is allowed and why, what follows, and what to do."""

    check: str
    subject: str
    """The segment that was looked at; the sensor's label where nobody said which segment that is;
    or the recording."""
    passed: bool
    severity: str
    """'fault' (wrong results), 'doubt' or 'information', should it not have passed."""
    evidence: str
    limit: str
    source: str
    consequence: str
    remedy: str

    @property
    def is_fault(self) -> bool:
        """Whether results will be wrong because of it."""
        return not self.passed and self.severity == "fault"


@dataclass(frozen=True, kw_only=True)
class ToldCheck(Check[Subject]):
    """A measure with its limits, and the words that go with it."""

    sees: str
    """Evidence, with {value}."""
    consequence: str
    severity: str = "fault"
