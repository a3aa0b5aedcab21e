"""A reconstructed recording -> a trial: judged, smoothed, with angles and simulated sensors."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

import numpy as np

from kinefuse.dataset.agreement import Agreement, agreement
from kinefuse.quality.checks import RECORDING_CHECKS, examine, failures
from kinefuse.quality.evidence import Evidence
from kinefuse.recordings import Trial
from kinefuse.simulation.imu import CUTOFF_HZ, resample_poses, simulate_imus
from kinefuse.simulation.placement import PLACEMENT, Place


@dataclass(frozen=True, kw_only=True)
class Motion:
    """Who moved how, before anything is smoothed or simulated."""

    person: str
    name: str
    activity: str
    source: str
    evidence: Evidence
    """Holds the poses, at the file's rate, and what the checks look at."""
    account: Mapping[str, object]
    """Where it comes from and what was done to it; plain JSON values."""
    file_angles: Mapping[str, np.ndarray] = field(default_factory=dict)
    """The file's own angles by joint, in the columns of ``file_convention``, frame by frame."""
    file_convention: str = "isb"
    placement: Mapping[str, Place] = field(default_factory=lambda: PLACEMENT)

    @cached_property
    def mended(self) -> tuple[str, ...]:
        """What was wrong with the recording and is not any more."""
        return failures(examine(self.evidence, RECORDING_CHECKS))

    @cached_property
    def agreement(self) -> tuple[Agreement, ...]:
        """Ours against the file's own angles, frame by frame, before smoothing."""
        ours = self.evidence.poses.joint_angles()
        return agreement(ours, self.file_angles, self.file_convention)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A trial, and what is said of it while it is made."""

    trial: Trial
    mended: tuple[str, ...] = ()
    """What was wrong with the recording and is not any more."""
    agreement: tuple[Agreement, ...] = ()
    """With the file's own angles, if it has any."""


def made_of(motion: Motion, rate_hz: float) -> Made:
    """The trial of a motion, and what was mended on the way."""
    trial = trial_of(motion, rate_hz)
    return Made(trial=trial, mended=motion.mended, agreement=motion.agreement)


def trial_of(motion: Motion, rate_hz: float) -> Trial:
    """Smooth, simulate and judge; sensors, poses and angles share one rate and length."""
    findings = examine(motion.evidence)
    cutoff_hz = CUTOFF_HZ[motion.activity]
    smooth = resample_poses(motion.evidence.poses, rate_hz, cutoff_hz)
    return Trial(
        person=motion.person,
        name=motion.name,
        activity=motion.activity,
        source=motion.source,
        imus=simulate_imus(smooth, motion.placement, name=f"{motion.person} {motion.name}"),
        poses=smooth,
        angles=smooth.joint_angles(),
        faults=failures(findings),
        provenance={
            **motion.account,
            "file rate, Hz": motion.evidence.poses.rate_hz,
            "low-pass, Hz": cutoff_hz,
            "mended": list(motion.mended),
            "checks": [asdict(finding) for finding in findings],
            "agreement with the file's own angles, deg": [asdict(row) for row in motion.agreement],
        },
    )
