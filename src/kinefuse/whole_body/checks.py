"""Whether the optimiser's estimate can be trusted for this recording: do its witnesses agree.

Limits lie between what sound recordings gave and what spoilt ones gave. Sound: 40 simulated
recordings (walking and running, research and consumer sensors, any mounting) and five real walks.
Spoilt: four of the former with sensors exchanged, late by 0.1 s, of the wrong handedness, clipped,
or biased. A sensor that slips half-way is not told reliably from a sound one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kinefuse.optimiser import BodyEstimate
from kinefuse.quality.finding import Finding
from kinefuse.whole_body.answer import Alignments


@dataclass(frozen=True, kw_only=True)
class TermLimit:
    """How far a witness may be from the estimate, and what follows if it is farther."""

    rms_sigmas: float
    down_weighted: float
    """Share of its rows that may be far off."""
    consequence: str
    source: str


_EXCHANGED = (
    "two sensors are exchanged, one is late, clipped or of the wrong handedness, so the angles "
    "around it are wrong"
)
TERM_LIMITS = {
    "gyroscope": TermLimit(
        rms_sigmas=0.5,
        down_weighted=0.1,
        consequence="a gyroscope turned otherwise than its segment, as one that was clipped",
        source="sound recordings up to 0.21, clipped ones from 0.23 to 0.56",
    ),
    "gravity": TermLimit(
        rms_sigmas=1.5,
        down_weighted=0.1,
        consequence="an accelerometer is badly calibrated or slipped, and the tilt of its segment "
        "rests on the others",
        source="sound recordings up to 1.4; real ones with one accelerometer that is off by 2 m/s2 "
        "2.2 to 2.6",
    ),
    "gravity at rest": TermLimit(
        rms_sigmas=1.5,
        down_weighted=0.1,
        consequence="a sensor at rest does not feel gravity where it should",
        source="sound recordings up to 0.5, spoilt ones from 3 to 8",
    ),
    "gyroscope at rest": TermLimit(
        rms_sigmas=1.3,
        down_weighted=0.1,
        consequence="a gyroscope at rest does not read its bias",
        source="sound recordings up to 0.8, spoilt ones from 1.4 to 3.7",
    ),
    "shared joint": TermLimit(
        rms_sigmas=1.5,
        down_weighted=0.1,
        consequence=_EXCHANGED,
        source="sound recordings up to 1.1, exchanged or late sensors from 1.8 to 4.6",
    ),
}
"""By witness; the others are soft beliefs, which a person may well disappoint."""

BIAS_DEG_S = 3.0
_BIAS_SOURCE = (
    "three SDs of the prior (1 deg/s an axis); sound recordings up to 2, an exchanged sign or a "
    "clipped gyroscope from 7"
)
ALIGNMENT_SDS = 2.5
_ALIGNMENT_SOURCE = "sound recordings up to 1.7, spoilt ones from 2.3 to 8"


def examined(body: BodyEstimate, alignment: Alignments) -> Iterator[Finding]:
    """Findings about one estimate; ``alignment`` is what it started from."""
    yield _convergence(body)
    for name, limit in TERM_LIMITS.items():
        if name in body.terms:
            yield _agreement(body, name, limit)
    yield from _biases(body)
    yield from _alignments(body, alignment)


def _convergence(body: BodyEstimate) -> Finding:
    words = f"the optimiser stood still after {body.steps} steps"
    doubt = (
        f"after {body.steps} steps the optimiser still moved, so its witnesses contradict each "
        "other or say too little, and its standard deviations do not hold"
    )
    return Finding(
        check="convergence",
        subject="optimiser",
        passed=body.converged,
        value=float(body.steps),
        limit=float("nan"),
        unit="steps",
        message=words if body.converged else doubt,
        source="steps until no turn moves by more than 1e-5 rad",
    )


def _agreement(body: BodyEstimate, name: str, limit: TermLimit) -> Finding:
    found = body.terms[name]
    passed = found.rms_sigmas <= limit.rms_sigmas and found.down_weighted <= limit.down_weighted
    words = (
        f"the estimate disagrees with it by {found.rms_sigmas:.1f} of the deviation it is trusted "
        f"with, and {100 * found.down_weighted:.0f} % of it was too far off to count fully"
    )
    return Finding(
        check="agreement",
        subject=name,
        passed=passed,
        value=found.rms_sigmas,
        limit=limit.rms_sigmas,
        unit="SD",
        message=words if passed else f"{words}: {limit.consequence}",
        source=limit.source,
    )


def _biases(body: BodyEstimate) -> Iterator[Finding]:
    for segment, bias in body.gyr_bias_rad_s.items():
        size = float(np.rad2deg(np.linalg.norm(bias.mean(axis=0))))
        passed = size <= BIAS_DEG_S
        words = f"its gyroscope reads {size:.1f} deg/s at rest, which was taken off"
        doubt = ": it was never zeroed, or a clipped or wrongly mounted axis passes for a bias"
        yield Finding(
            check="gyroscope bias",
            subject=segment,
            passed=passed,
            value=size,
            limit=BIAS_DEG_S,
            unit="deg/s",
            message=words if passed else words + doubt,
            source=_BIAS_SOURCE,
        )


def _alignments(body: BodyEstimate, alignment: Alignments) -> Iterator[Finding]:
    for segment, turn in body.alignment_rad.items():
        if segment not in alignment:
            continue
        found = alignment[segment]
        sd_deg = np.array([found.tilt_sd_deg, found.heading_sd_deg, found.tilt_sd_deg])
        turn_deg = np.rad2deg(turn.mean(axis=0))
        worst = float(np.max(np.abs(turn_deg) / sd_deg))
        passed = worst <= ALIGNMENT_SDS
        words = f"walking turned its axes by {np.linalg.norm(turn_deg):.1f} deg, {worst:.1f} times "
        words += "the deviation they were found with"
        doubt = ": how the sensor sits, or on which segment, is doubtful"
        yield Finding(
            check="alignment in motion",
            subject=segment,
            passed=passed,
            value=worst,
            limit=ALIGNMENT_SDS,
            unit="SD",
            message=words if passed else words + doubt,
            source=_ALIGNMENT_SOURCE,
        )
