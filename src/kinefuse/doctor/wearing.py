"""All sensors of a recording together: who wears them where, doing what, in which rhythm."""

from dataclasses import dataclass
from functools import cached_property

from kinefuse.alignment.assignment import Assignment, assign, on_the_other_side
from kinefuse.alignment.assignment_check import AS_LABELLED
from kinefuse.alignment.stride_patterns import UNLIKE_GAIT
from kinefuse.alignment.stride_signature import LEAST_REGULAR, SLOWEST_HZ
from kinefuse.doctor.measures import Sensors
from kinefuse.errors import KinefuseError
from kinefuse.quality.checks import Check
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.session_description import SessionDescription

EVERYBODY = "the whole recording"
"""Subject of what no single sensor is to blame for."""
_OTHER = {"walking": "running", "running": "walking"}


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """All described sensors, and what was said about them."""

    sensors: Sensors
    description: SessionDescription

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
