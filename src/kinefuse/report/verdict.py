"""What a reader needs first: what was estimated, whether to trust it, and why not."""

from dataclasses import dataclass

import numpy as np

from kinefuse.estimation import Estimate
from kinefuse.quality.finding import Finding
from kinefuse.report.cycles import Cycles

FEW_STRIDES = 6  # below, a mean stride is unsteady: Monaghan et al. 2007, Gait & Posture 25:303
GRAVE = (("agreement", "shared joint"),)
"""Check and subject of what makes angles worthless by itself."""
UNSURE_HEADING_DEG = 10.0  # turns that much flexion and adduction into each other: sin = 0.17
UNSURE_TILT_DEG = 5.0  # the error limit for clinical use: McGinley et al. 2009, Gait & Posture 29


@dataclass(frozen=True)
class Verdict:
    """Whether the angles can be trusted, in words."""

    level: str
    """'sound', 'care' or 'doubt'; chooses the page's colour and sign."""
    headline: str
    reasons: tuple[str, ...]


HEADLINES = {
    "sound": "Nothing that was checked speaks against these angles.",
    "care": "Usable with care: read the reasons below first.",
    "doubt": "Do not rely on these angles before the reasons below are cleared.",
}


def verdict(estimate: Estimate, cycles: dict[str, Cycles]) -> Verdict:
    """Weigh the findings, the alignment and the number of strides."""
    failed = [finding for finding in estimate.findings if not finding.passed]
    cautions = [*_alignment_cautions(estimate), *_stride_cautions(cycles)]
    level = "sound" if not failed and not cautions else "care"
    grave = any((finding.check, finding.subject) in GRAVE for finding in failed)
    if not cycles or grave or len(failed) > max(2, len(estimate.findings) // 6):
        level = "doubt"
    return Verdict(level, HEADLINES[level], (*map(_sentence, failed), *cautions))


def _sentence(finding: Finding) -> str:
    message = finding.message.rstrip(".")
    subject = readable(finding.subject)
    return f"{subject[:1].upper()}{subject[1:]}: {message}."


def _alignment_cautions(estimate: Estimate) -> list[str]:
    tilt, heading = _alignment_sd_deg(estimate)
    cautions = []
    if unsure := [s for s, sd in heading.items() if not sd <= UNSURE_HEADING_DEG]:
        cautions.append(
            f"How the sensor is turned about the long axis of {_listed(unsure)} is known to "
            f"{max(heading[s] for s in unsure):.0f} degrees only; adduction and rotation next to "
            "it are uncertain, and flexion less so."
        )
    if unsure := [s for s, sd in tilt.items() if not sd <= UNSURE_TILT_DEG]:
        cautions.append(
            f"The tilt of the sensor on {_listed(unsure)} is known to "
            f"{max(tilt[s] for s in unsure):.0f} degrees only; angles next to it may be off by a "
            "constant of that size, their ranges of motion are not."
        )
    return cautions


def _alignment_sd_deg(estimate: Estimate) -> tuple[dict[str, float], dict[str, float]]:
    """Of tilt and heading, by segment: after the optimiser where there is one."""
    if estimate.body is None:
        found = estimate.alignment.items()
        return {s: a.tilt_sd_deg for s, a in found}, {s: a.heading_sd_deg for s, a in found}
    sd = {s: np.rad2deg(v.min(axis=0)) for s, v in estimate.body.body.alignment_sd_rad.items()}
    return {s: float(max(v[0], v[2])) for s, v in sd.items()}, {
        s: float(v[1]) for s, v in sd.items()
    }


def _stride_cautions(cycles: dict[str, Cycles]) -> list[str]:
    if not cycles:
        return ["No strides were found, so there are no averages, only curves over time."]
    fewest = min(cycles.values(), key=lambda each: each.count)
    if fewest.count >= FEW_STRIDES:
        return []
    plural = "s" if fewest.count > 1 else ""
    return [f"Averages of {readable(fewest.joint)} stand on {fewest.count} stride{plural} only."]


def readable(name: str) -> str:
    """``thigh_r gyroscope`` -> ``right thigh gyroscope``."""
    sides = {"r": "right", "l": "left"}
    words = []
    for word in name.split(" "):
        stem, _, side = word.rpartition("_")
        words += [sides[side], stem] if stem and side in sides else [word]
    return " ".join(words)


def _listed(segments: list[str]) -> str:
    names = [readable(segment) for segment in segments]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
