"""What a reader needs first: what was estimated, whether to trust it, and why not."""

from dataclasses import dataclass

from kinefuse.estimation import Estimate
from kinefuse.quality.finding import Finding
from kinefuse.report.cycles import Cycles

FEW_STRIDES = 6  # below, a mean stride is unsteady: Monaghan et al. 2007, Gait & Posture 25:303
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
    if not cycles or len(failed) > max(2, len(estimate.findings) // 4):
        level = "doubt"
    return Verdict(level, HEADLINES[level], (*map(_sentence, failed), *cautions))


def _sentence(finding: Finding) -> str:
    message = finding.message.rstrip(".")
    subject = readable(finding.subject)
    return f"{subject[:1].upper()}{subject[1:]}: {message}."


def _alignment_cautions(estimate: Estimate) -> list[str]:
    heading = {s: found.heading_sd_deg for s, found in estimate.alignment.items()}
    tilt = {s: found.tilt_sd_deg for s, found in estimate.alignment.items()}
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
