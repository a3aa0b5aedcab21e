"""The method on one screen: sensors in, joint angles out.

Sensors are aligned to their segments by standing and walking. Then one estimate is made of the
whole body (``kinefuse.optimiser``), a network adds what sensors cannot know of the bones beneath
(``kinefuse.correction``), and everything found is judged. Other methods are rows of ``METHODS``.
"""

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse import gait_events
from kinefuse.alignment import (
    SegmentAlignment,
    align,
    check_assignment,
    check_mounting,
    in_segment_axes,
    stated,
)
from kinefuse.alignment.vertical import still_pose
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.errors import MissingSensor, UnknownChoice
from kinefuse.methods import METHODS, Request, default_method
from kinefuse.progress import Progress, result_of
from kinefuse.quality import session_checks
from kinefuse.quality.finding import Finding
from kinefuse.recordings import ImuSession, JointAngles
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.session_description import Person
from kinefuse.whole_body import BodyAnswer, examined, told

ACTIVITIES = ("walking", "running")
STEPS = 3
"""Of an estimate, as those who wait for it are told."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Joint angles of a session, and everything needed to judge them."""

    session_name: str
    activity: str
    method: str
    model_name: str | None
    angles: JointAngles
    alternatives: Mapping[str, JointAngles]
    """What other methods say, by name, as far as it cost nothing to know."""
    alignment: Mapping[str, SegmentAlignment]
    contacts_s: Mapping[str, Float[np.ndarray, " contact"]]
    """Times of foot contact, by side."""
    findings: tuple[Finding, ...]
    angles_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] | None = None
    """One sigma of ``angles``, by joint; None from methods that do not know."""
    body: BodyAnswer | None = None
    """All that the optimiser found; None from methods without it."""
    orientations: SegmentOrientations | None = None
    """Attitude of every segment of these joints: angles between them are ``angles``. Every method
    of ``METHODS`` gives them; None only in an estimate put together from angles alone."""
    person: Person = Person()
    """Who wore the sensors, as far as somebody said."""
    toe_offs_s: Mapping[str, Float[np.ndarray, " _toe_off"]] = field(default_factory=dict)
    """Times at which each foot left the ground, by side."""

    @property
    def trustworthy(self) -> bool:
        """Whether every check passed."""
        return all(finding.passed for finding in self.findings)

    def summary(self) -> dict[str, object]:
        """Plain values for a file: what was done, how, what came out, and what to doubt."""
        return {
            "session": self.session_name,
            "activity": self.activity,
            "method": self.method,
            "model": self.model_name,
            "duration_s": self.angles.samples / self.angles.rate_hz,
            "rate_hz": self.angles.rate_hz,
            "gait": _gait(self.contacts_s, self.toe_offs_s),
            "range_of_motion_deg": _ranges_of_motion(self.angles, self.contacts_s),
            "alignment": {s: _alignment(found) for s, found in self.alignment.items()},
            "optimiser": told(self.body) if self.body else None,
            "checks_passed": self.trustworthy,
            "findings": [asdict(finding) for finding in self.findings],
        }


def estimate(
    session: ImuSession,
    activity: str = "walking",
    model: Path | None = None,
    method: str | None = None,
    alignment: Mapping[str, SegmentAlignment] | None = None,
) -> Estimate:
    """Angles of all of a session's joints that have a sensor on both sides.

    Args:
        session: Sensors in their own axes, any mounting, at any rate.
        activity: 'walking' or 'running'.
        model: Folder of the networks to use; by default those that come with the program.
        method: One of ``METHODS``; by default the first, or what the given model can do instead.
        alignment: Known sensor-to-segment rotations, of all sensors or some; the session's own
            ``mountings`` if not given. Those of other sensors are found from the movement.

    Raises:
        UnknownChoice: An activity or a method that does not exist.
        MissingSensor: No two neighbouring segments carry sensors.
        NoModel: The method needs networks and there are none for this activity.
    """
    return result_of(estimate_in_steps(session, activity, model, method, alignment))


def estimate_in_steps(
    session: ImuSession,
    activity: str = "walking",
    model: Path | None = None,
    method: str | None = None,
    alignment: Mapping[str, SegmentAlignment] | None = None,
) -> Generator[Progress, None, Estimate]:
    """As ``estimate``, saying what comes next."""
    _check(session, activity, method)
    method = method or default_method(session, model)
    yield Progress(0, STEPS, "Finding how each sensor is strapped on")
    known = stated(session.mountings) if alignment is None else alignment
    alignment = align(session, activity, known)
    aligned = in_segment_axes(session, alignment)
    yield Progress(1, STEPS, "Estimating the whole body")
    answer = METHODS[method](
        Request(aligned=aligned, activity=activity, alignment=alignment, model=model)
    )
    yield Progress(2, STEPS, "Judging what was found")
    contacts_s = gait_events.contacts_by_side(aligned.sensors)
    return Estimate(
        session_name=session.name,
        activity=activity,
        method=method,
        model_name=answer.model_name,
        angles=answer.angles,
        angles_sd_rad=answer.angles_sd_rad,
        alternatives=answer.alternatives,
        alignment=alignment,
        contacts_s=contacts_s,
        toe_offs_s=gait_events.toe_offs_by_side(aligned.sensors, contacts_s, activity),
        body=answer.body,
        orientations=answer.orientations,
        person=session.person,
        findings=(
            *session_checks.gravity_at_rest(session, still_pose(session)),
            *session_checks.clipping(session),
            *check_assignment(session, activity),
            *check_mounting(alignment),
            *session_checks.steady_strides(contacts_s),
            *session_checks.plausible_angles(answer.angles),
            *(examined(answer.body.body, alignment) if answer.body else ()),
        ),
    )


def _gait(
    contacts_s: Mapping[str, Float[np.ndarray, " contact"]],
    toe_offs_s: Mapping[str, Float[np.ndarray, " _toe_off"]],
) -> dict[str, dict[str, object]]:
    """By side: means over sound strides, and when the foot met and left the ground."""
    phases = gait_events.phases_by_side(contacts_s, toe_offs_s)
    return {
        side: {
            "strides": len(phases[side].stride_s),
            "stride_time_s": gait_events.stride_time_s(gait_events.strides(times)),
            "stride_time_sd_s": _sd(phases[side].stride_s),
            "cadence_steps_min": gait_events.cadence_steps_min(gait_events.strides(times)),
            "stance_s": _mean(phases[side].stance_s),
            "swing_s": _mean(phases[side].swing_s),
            "double_support_s": _mean(phases[side].double_support_s),
            "contacts_s": times.tolist(),
            "toe_offs_s": toe_offs_s[side].tolist() if side in toe_offs_s else [],
        }
        for side, times in contacts_s.items()
    }


def _mean(times_s: Float[np.ndarray, " stride"]) -> float:
    known = times_s[np.isfinite(times_s)]
    return float(known.mean()) if len(known) else np.nan


def _sd(times_s: Float[np.ndarray, " stride"]) -> float:
    known = times_s[np.isfinite(times_s)]
    return float(known.std(ddof=1)) if len(known) > 1 else np.nan


def _ranges_of_motion(
    angles: JointAngles, contacts_s: Mapping[str, Float[np.ndarray, " contact"]]
) -> dict[str, dict[str, float]]:
    """Median over strides of each joint's range [deg]; of the whole recording without strides."""
    ranges = {}
    for name, curve in angles.in_degrees().items():
        times = contacts_s.get(JOINTS[name].side, np.array([]))
        bounds = [
            slice(*np.rint(np.multiply([stride.start_s, stride.end_s], angles.rate_hz)).astype(int))
            for stride in gait_events.sound(gait_events.strides(times))
        ]
        spans = [np.ptp(curve[stride], axis=0) for stride in bounds or [slice(None)]]
        ranges[name] = dict(zip(PLANES, map(float, np.median(spans, axis=0)), strict=True))
    return ranges


def _alignment(found: SegmentAlignment) -> dict[str, object]:
    return asdict(found) | {"R_segment_sensor": found.R_segment_sensor.tolist()}


def _check(session: ImuSession, activity: str, method: str | None) -> None:
    if activity not in ACTIVITIES:
        raise UnknownChoice("activity", activity, known=ACTIVITIES)
    if method is not None and method not in METHODS:
        raise UnknownChoice("method", method, known=METHODS)
    if not list(session.joints()):
        raise MissingSensor(missing=["two neighbouring segments"], present=session.sensors)
