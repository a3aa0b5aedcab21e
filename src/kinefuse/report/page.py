"""One self-contained page: no server, no network, opens in ten years."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np

from kinefuse import gait_events
from kinefuse.estimation import Estimate
from kinefuse.gait_events import StridePhases
from kinefuse.recordings import JointAngles
from kinefuse.report import certainty, measures, timing
from kinefuse.report.curves import packed_curves
from kinefuse.report.cycles import cut_cycles
from kinefuse.report.figures import plot_cycles
from kinefuse.report.normal_band import normal_band
from kinefuse.report.side_tests import SideTest, side_tests
from kinefuse.report.templating import duration, environment, limits
from kinefuse.report.verdict import readable, verdict
from kinefuse.whole_files import write_text

METHOD_WORDS = {
    "map": "One estimate was made of the whole body: the segment attitudes, gyroscope biases and "
    "errors of alignment that agree best with every gyroscope, with gravity, with feet at rest, "
    "with joint centres that two sensors share, and with how people hold themselves. Where there "
    "is a model, a network then corrected the angles for what sensors on flesh cannot know of the "
    "bones beneath. Both say how sure they are.",
    "optimiser": "One estimate was made of the whole body: the segment attitudes, gyroscope biases "
    "and errors of alignment that agree best with every gyroscope, with gravity, with feet at "
    "rest, with joint centres that two sensors share, and with how people hold themselves. No "
    "network was used.",
    "classical": "No network was used. Each sensor's attitude was filtered from its gyroscope and "
    "accelerometer, turned into the axes of its segment, and the headings of neighbouring "
    "segments were made to agree on a common flexion axis. The angles are those between "
    "neighbouring segments.",
    "network": "A network read the joint angles directly off the two sensors of each joint.",
    "orientation": "A network gave each segment's attitude, which was smoothed with the gyroscope "
    "over the whole recording. The angles are those between neighbouring segments.",
    "fused": "Two answers were blended, plane by plane: that of a network which reads the angles "
    "off the two sensors of each joint, and the angles between segment attitudes which a second "
    "network began and the gyroscope smoothed. The weights come from people the networks had "
    "not been trained on.",
}
"""How each method works, for a reader who does not know the program."""


PERMUTATION_SEED = 20150  # any: the same recording has the same page


def write_report(
    estimate: Estimate,
    path: Path,
    truth: JointAngles | None = None,
    height_m: float | None = None,
) -> None:
    """Write the page; a reader never meets half of it, since it is renamed into its place.

    Args:
        estimate: What was found, and the evidence.
        path: The file; an existing one is replaced.
        truth: Known angles at the same rate and of the same length, to be drawn and scored.
        height_m: Of the person, if known, to choose healthy people of about the same speed.
    """
    write_text(path, render(estimate, truth, height_m))


def render(
    estimate: Estimate, truth: JointAngles | None = None, height_m: float | None = None
) -> str:
    """The page as text."""
    cycles = cut_cycles(estimate.angles, estimate.contacts_s, estimate.angles_sd_rad)
    intervals = certainty.interval_rows(estimate.angles_sd_rad)
    true_cycles = cut_cycles(truth, estimate.contacts_s) if truth else None
    phases = gait_events.phases_by_side(estimate.contacts_s, estimate.toe_offs_s)
    normal = normal_band(estimate.activity, _stride_time_s(phases), height_m)
    toe_offs = timing.toe_offs_percent(phases)
    tests = side_tests(cycles, np.random.default_rng(PERMUTATION_SEED))
    return (
        environment(readable=readable, limits=limits)
        .get_template("report.html")
        .render(
            estimate=estimate,
            verdict=verdict(estimate, cycles),
            method_words=METHOD_WORDS.get(estimate.method, ""),
            duration=duration(estimate.angles.samples / estimate.angles.rate_hz),
            version=version("kinefuse"),
            cycles=cycles,
            panels=plot_cycles(cycles, true_cycles, normal, toe_offs, tests),
            normal=normal,
            normal_rows=measures.normal_rows(cycles, normal) if normal else [],
            toe_offs=toe_offs,
            differing=sum(bool(test.curves.differs.any()) for test in tests.values()),
            beyond=_beyond(tests.values()),
            tested=len(tests),
            movement=measures.movement_rows(cycles),
            timing=measures.timing_rows(estimate.contacts_s),
            quantities=timing.timing_quantities(phases, estimate.activity),
            errors=measures.error_rows(estimate.angles, truth) if truth else [],
            agreement=measures.agreement_rows(estimate.angles, estimate.alternatives),
            findings=sorted(estimate.findings, key=lambda finding: finding.passed),
            certainty=certainty.certainty(intervals),
            intervals=intervals,
            segments=certainty.segment_rows(estimate.body),
            terms=certainty.term_rows(estimate.body),
            packed=packed_curves(
                estimate.angles, estimate.contacts_s, truth, estimate.angles_sd_rad
            ),
        )
    )


def _stride_time_s(phases: Mapping[str, StridePhases]) -> float:
    """Median of both sides; NaN without strides."""
    times = np.concatenate([np.zeros(0), *(each.stride_s for each in phases.values())])
    return float(np.median(times)) if len(times) else np.nan


def _beyond(tests: Iterable[SideTest]) -> int | None:
    """How many differ by more than their errors; None where those are not known."""
    found = [test.beyond_error for test in tests]
    if not found or any(each is None for each in found):
        return None
    return sum(bool(np.any(each)) for each in found)
