"""What a prepared trial has to withstand: one row a check, each with its limit and its reason.

A check measures something a segment, joint or person and compares the worst of it with a limit. It
decides nothing else: whoever asked reads the findings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from kinefuse.quality import measures
from kinefuse.quality.evidence import Evidence
from kinefuse.quality.finding import Finding

Subject = TypeVar("Subject")
"""What is looked at: the evidence of a recording, or a finished trial."""


@dataclass(frozen=True, kw_only=True)
class Check(Generic[Subject]):
    """A measure and how far it may go."""

    name: str
    measure: Callable[[Subject], Mapping[str, float]]
    """What was measured, by segment, joint or pair of markers."""
    lowest: float = -np.inf
    highest: float = np.inf
    unit: str
    source: str
    """Where the limits come from."""
    remedy: str = ""
    """What was done about it, where something was."""

    @property
    def allowed(self) -> str:
        """The limits, for people."""
        ends = (("at least", self.lowest), ("at most", self.highest))
        told = [f"{word} {limit:g}" for word, limit in ends if np.isfinite(limit)]
        return f"{', '.join(told)} {self.unit}"

    def excess(self, value: float) -> float:
        """How far a value is beyond the limits, negative within; NaN is beyond everything."""
        return np.inf if np.isnan(value) else max(self.lowest - value, value - self.highest)


CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        name="body size",
        measure=measures.segment_lengths,
        lowest=0.15,
        highest=0.65,
        unit="m",
        source="thigh and shank of a child of 1.2 m to an adult of 2.2 m, 0.245 of the height each "
        "(Winter 2009, fig. 4.1), with a margin of a third; a wrong unit is off by ten at least",
    ),
    Check(
        name="swapped sides",
        measure=measures.side_gaps,
        lowest=0.03,
        unit="m",
        source="right joints lie to the right of the left ones, on average over a trial: knees "
        "at least 80 mm apart in 41 running and walking trials, half the pelvis' width expected",
    ),
    Check(
        name="facing",
        measure=measures.facing,
        lowest=0.2,
        unit="cosine",
        source="pelvis upright, thighs and feet ahead, on average: 0.46 is the lowest of 41 runs "
        "(a foot, which pitches); swapped sides turn pelvis or limb over, below zero",
    ),
    Check(
        name="swapped markers",
        measure=measures.exchange_gains,
        highest=0.006,
        unit="m",
        source="misfit that exchanging two markers of a cluster would take away: below 1 mm in "
        "sound trials, 40 mm where two were exchanged",
    ),
    Check(
        name="cluster misfit",
        measure=measures.cluster_misfits,
        highest=0.020,
        unit="m",
        source="median distance from the static trial's shape; 13 mm for a runner's pelvis is the "
        "largest sound one of 41 trials; an exchange of foot markers gives 46 mm",
    ),
    Check(
        name="gaps",
        measure=measures.bridged_shares,
        highest=5.0,
        unit="% of frames",
        source="share of a segment's poses that were interpolated in time; more is invention",
    ),
    Check(
        name="impossible rate",
        measure=measures.fastest_turns,
        highest=2000.0,
        unit="deg/s",
        source="fastest foot in 36 trials at up to 4.5 m/s: 1580 deg/s; also the range of most "
        "wearable gyroscopes",
    ),
    Check(
        name="impossible angle",
        measure=measures.beyond_range,
        highest=0.0,
        unit="deg beyond range",
        source="passive ranges of motion, AAOS 1965, widened by 15 deg (anatomy/joints.py)",
    ),
)


RECORDING_CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        name="marker glitch",
        measure=measures.glitch_turns,
        highest=2000.0,
        unit="deg/s as recorded",
        source="as for impossible rates, which the mended motion still has to pass",
        remedy="mended: the marker was rebuilt from its cluster, or the segment's pose bridged",
    ),
)
"""What may be wrong with a recording without being wrong with the motion made of it."""


def examine(evidence: Evidence, checks: Iterable[Check[Evidence]] = CHECKS) -> tuple[Finding, ...]:
    """The worst value of every check that applies to a recording."""
    return examined(evidence, checks)


def examined(subject: Subject, checks: Iterable[Check[Subject]]) -> tuple[Finding, ...]:
    """The worst value of every check that applies; one without anything to measure does not."""
    measured = ((check, check.measure(subject)) for check in checks)
    return tuple(_worst(check, values) for check, values in measured if values)


def failures(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What did not pass, one sentence each."""
    return tuple(finding.message for finding in findings if not finding.passed)


def _worst(check: Check[Subject], values: Mapping[str, float]) -> Finding:
    subject = max(values, key=lambda where: check.excess(values[where]))
    value = float(values[subject])
    passed = bool(check.excess(value) <= 0)
    limit = check.highest if np.isfinite(check.highest) and value > check.lowest else check.lowest
    words = f"{check.name}: {subject} {value:.4g} {check.unit} (limit {limit:.4g})"
    return Finding(
        check=check.name,
        subject=subject,
        passed=passed,
        value=value,
        limit=limit,
        unit=check.unit,
        message=f"{words}; {check.remedy}" if check.remedy else words,
        source=check.source,
    )
