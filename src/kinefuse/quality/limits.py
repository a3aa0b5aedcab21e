"""Named sets of limits that the trials of a store can be held to: ours, and the published one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kinefuse.anatomy.joints import PLANES
from kinefuse.errors import UnknownChoice
from kinefuse.quality.checks import CHECKS, Check
from kinefuse.quality.evidence import MARKER_MEANS, Evidence
from kinefuse.quality.trial_measures import acceleration_change, angle_change, angular_velocity
from kinefuse.recordings import Trial

RANGE_OF_MOTION = "range of motion"
"""The check that compares people with each other."""
_PUBLISHED_RATE_HZ = 200.0  # at which the published limits count changes from sample to sample
_PUBLISHED = "Rapp et al. 2021, J. Biomech. 116:110229, quality check of the released code"


@dataclass(frozen=True, kw_only=True)
class LimitSet:
    """What a trial has to withstand, by itself and among others."""

    checks: tuple[Check[Trial], ...]
    """Look at one trial alone."""
    extreme_share: float
    """Of the training people's trials, dropped at either end of every range of motion."""

    def without(self, names: Collection[str]) -> "LimitSet":
        """The same set less these checks.

        Raises:
            UnknownChoice: There is no such check.
        """
        known = [*(check.name for check in self.checks), RANGE_OF_MOTION]
        for name in names:
            if name not in known:
                raise UnknownChoice("check", name, known=known)
        return LimitSet(
            checks=tuple(check for check in self.checks if check.name not in names),
            extreme_share=0.0 if RANGE_OF_MOTION in names else self.extreme_share,
        )


def _published() -> tuple[Check[Trial], ...]:
    rows: list[Check[Trial]] = []
    for plane, a_sample in zip(PLANES, (5.0, 3.0, 3.0), strict=True):
        rows.append(
            Check(
                name=f"{plane} change",
                measure=angle_change(plane),
                highest=a_sample * _PUBLISHED_RATE_HZ,
                unit="deg/s",
                source=f"{_PUBLISHED}: {a_sample:g} deg a sample at 200 Hz",
            )
        )
    for axis, a_sample in zip("xyz", (20.0, 15.0, 15.0), strict=True):
        rows.append(
            Check(
                name=f"acceleration change {axis}",
                measure=acceleration_change(axis),
                highest=a_sample * _PUBLISHED_RATE_HZ,
                unit="m/s3",
                source=f"{_PUBLISHED}: {a_sample:g} m/s2 a sample at 200 Hz",
            )
        )
    for axis, fastest in zip("xyz", (12.5, 12.5, 15.0), strict=True):
        rows.append(
            Check(
                name=f"angular velocity {axis}",
                measure=angular_velocity(axis),
                highest=fastest,
                unit="rad/s",
                source=_PUBLISHED,
            )
        )
    return tuple(rows)


def _of_the_motion(check: Check[Evidence]) -> Check[Trial]:
    """A check of our own, asked of a trial that is in a store."""
    return Check(
        name=check.name,
        measure=lambda trial: check.measure(_evidence(trial)),
        lowest=check.lowest,
        highest=check.highest,
        unit=check.unit,
        source=check.source,
        remedy=check.remedy,
    )


def _evidence(trial: Trial) -> Evidence:
    return Evidence(
        poses=trial.poses,
        clusters={},
        bridged={},
        angles=trial.angles,
        joint_centres=trial.provenance.get("origins") != MARKER_MEANS,
    )


LIMITS: Mapping[str, LimitSet] = {
    "ours": LimitSet(checks=tuple(_of_the_motion(check) for check in CHECKS), extreme_share=0.0),
    "published": LimitSet(checks=_published(), extreme_share=0.005),
}
"""By name. Ours look at nobody else: what is right for one person does not depend on others."""


def limits(name: str) -> LimitSet:
    """The set of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in LIMITS:
        raise UnknownChoice("limits", name, known=LIMITS)
    return LIMITS[name]
