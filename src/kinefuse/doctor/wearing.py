"""All sensors of a recording together: who wears them where, doing what, in which rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kinefuse.alignment.assignment import Assignment, assign, on_the_other_side
from kinefuse.alignment.assignment_check import AS_LABELLED
from kinefuse.alignment.stride_patterns import UNLIKE_GAIT
from kinefuse.alignment.stride_signature import LEAST_REGULAR, SLOWEST_HZ, Strides, find_strides
from kinefuse.doctor.axes import OtherAxes, better_axes
from kinefuse.doctor.joints import FEWEST_JOINTS, Joined, joined, true_rate
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.slips import slips
from kinefuse.doctor.steps import lags_s
from kinefuse.doctor.turning_errors import TurningError, turning_errors
from kinefuse.errors import KinefuseError
from kinefuse.quality.checks import Check
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.session_description import SessionDescription

EVERYBODY = "the whole recording"
"""Subject of what no single sensor is to blame for."""
GRAVITY = "gravity"
"""Check of one sensor that wrong axes may fail as well."""
_OTHER = {"walking": "running", "running": "walking"}


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """All described sensors, and what was said about them."""

    sensors: Sensors
    description: SessionDescription
    faults: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By segment, the checks that its sensor failed when looked at by itself."""

    @property
    def seconds(self) -> float:
        """Time that all sensors have in common."""
        felt = next(iter(self.sensors.values()))
        return felt.samples / felt.rate_hz

    @cached_property
    def session(self) -> ImuSession | None:
        """The same as a strict session; None where a sensor is too faulty for one."""
        try:
            recordings = {
                segment: ImuRecording(
                    segment=segment,
                    rate_hz=felt.rate_hz,
                    acc_m_s2=felt.acc_m_s2,
                    gyr_rad_s=felt.gyr_rad_s,
                )
                for segment, felt in self.sensors.items()
            }
            return ImuSession(name=self.description.name, sensors=recordings)
        except KinefuseError:  # other checks tell why
            return None

    @cached_property
    def as_said(self) -> Assignment | None:
        """Where each sensor moves as if worn, by the activity that was said; None: untold."""
        return self._by(self.description.activity)

    @cached_property
    def as_other(self) -> Assignment | None:
        """The same by the other activity."""
        return self._by(_OTHER[self.description.activity])

    @property
    def best(self) -> Assignment | None:
        """By the activity that fits better."""
        told = [found for found in (self.as_said, self.as_other) if found is not None]
        return min(told, key=lambda found: found.misfit, default=None)

    @property
    def places(self) -> Assignment | None:
        """Where each sensor is, by the activity that fits; None where it is no gait."""
        best = self.best
        if best is None or best.misfit > UNLIKE_GAIT or best.regularity < LEAST_REGULAR:
            return None
        return best

    @property
    def sides_exchanged(self) -> bool:
        """Whether every leg's sensor moves as the same segment of the other leg does."""
        if self.places is None or self.places.as_labelled >= AS_LABELLED:
            return False
        legs = {s: found for s, found in self.places.segment_of.items() if s != "pelvis"}
        return len(legs) > 2 and all(on_the_other_side(s) == found for s, found in legs.items())

    @cached_property
    def strides(self) -> Strides | None:
        """The common rhythm; None where the movement does not repeat."""
        if self.session is None or len(self.sensors) < 2 or self.session.rate_hz < SLOWEST_HZ:
            return None
        try:
            found = find_strides(self.session.sensors)
        except KinefuseError:  # too short
            return None
        return found if found.regularity >= LEAST_REGULAR else None

    @cached_property
    def axes(self) -> Mapping[str, OtherAxes]:
        """The gyroscope's axes under which each sensor fits best, where places are as they said."""
        if self._joined is None or self.sides_exchanged:
            return {}
        activity = self._activity
        found = better_axes(self.session, self.strides, activity, self._joined)
        left_out = self._unusable | self._misplaced
        return {s: axes for s, axes in found.items() if s not in left_out}

    @cached_property
    def late_s(self) -> Mapping[str, float]:
        """By how much each sensor's samples come too late."""
        if self._joined is None:
            return {}
        return lags_s(self._joined.without(self._exchanged))

    @cached_property
    def true_rate(self) -> float | None:
        """The rate of samples over the one that was said; None where it cannot be told."""
        if self._joined is None:
            return None
        late = {s for s, lag in self.late_s.items() if lag}
        sound = self._joined.without(self._exchanged | late)
        return true_rate(sound) if len(sound.pairs) >= FEWEST_JOINTS else None

    @cached_property
    def turning_errors(self) -> Mapping[str, TurningError]:
        """Bias and drift of the gyroscopes of sensors that are sound otherwise."""
        return turning_errors(self._sound, 1 / self.strides.frequency_hz) if self.strides else {}

    @cached_property
    def slips_deg(self) -> Mapping[str, float]:
        """How far sensors that are sound otherwise turned on their segment."""
        return slips(self._sound, self.strides) if self.strides else {}

    @cached_property
    def _joined(self) -> Joined | None:
        if self.strides is None or self.places is None:
            return None
        left_out = self._unusable | self._misplaced
        usable = {s: felt for s, felt in self.sensors.items() if s not in left_out}
        return joined(usable, 1 / self.strides.frequency_hz) if usable else None

    @property
    def _activity(self) -> str:
        """Said, unless the other one fits better."""
        said = self.description.activity
        return said if self.best is self.as_said else _OTHER[said]

    @property
    def _unusable(self) -> set[str]:
        """Sensors that nothing can be held against; wrong gravity may be a matter of axes."""
        return {s for s, failed in self.faults.items() if failed - {GRAVITY}}

    @property
    def _misplaced(self) -> set[str]:
        """Sensors that are beside other joints than was said; exchanged legs are whole."""
        if self.places is None or self.sides_exchanged:
            return set()
        if self.places.as_labelled >= AS_LABELLED:
            return set()
        return {said for said, found in self.places.segment_of.items() if said != found}

    @property
    def _exchanged(self) -> set[str]:
        return {s for s, axes in self.axes.items() if axes.gain > 1}

    @property
    def _sound(self) -> Sensors:
        """Sensors without any fault that would explain the next."""
        faulty = self._exchanged | {s for s, failed in self.faults.items() if failed}
        return {s: felt for s, felt in self.sensors.items() if s not in faulty}

    def words(self, subject: str) -> dict[str, str]:
        """What evidence about a subject may be made of."""
        moved = self.places.segment_of.get(subject, subject) if self.places else subject
        said = self.description.activity
        return {
            "label": self.sensors[subject].label if subject in self.sensors else subject,
            "segment": subject,
            "moved": moved,
            "said": said,
            "other": _OTHER[said],
            "likeness": "the other leg" if self.sides_exchanged else "that leg",
            "axes": str(self.axes.get(subject, "")),
            "when": "early" if self.late_s.get(subject, 0.0) < 0 else "late",
        }

    def _by(self, activity: str) -> Assignment | None:
        if self.session is None or len(self.sensors) < 2 or self.session.rate_hz < SLOWEST_HZ:
            return None
        try:
            return assign(self.session, activity)
        except KinefuseError:  # too short
            return None


@dataclass(frozen=True, kw_only=True)
class WornCheck(Check[Wearing]):
    """A measure with its limits, and the words that go with it."""

    sees: str
    """Evidence, with {value} and what ``Wearing.words`` knows."""
    consequence: str
    severity: str = "fault"
