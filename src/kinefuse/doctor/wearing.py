"""All sensors of a recording together: who wears them where, doing what, in which rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kinefuse.alignment.assignment import Assignment, on_the_other_side
from kinefuse.alignment.assignment_check import AS_LABELLED
from kinefuse.alignment.stride_patterns import ACTIVITIES, UNLIKE_GAIT
from kinefuse.alignment.stride_signature import LEAST_REGULAR, Strides
from kinefuse.doctor.axes import OtherAxes, better_axes, nearer_in_mirror, phases_of_the_others
from kinefuse.doctor.clocks import clock_gains_percent
from kinefuse.doctor.diagnosis import Diagnosis, ToldCheck
from kinefuse.doctor.felt import Felt
from kinefuse.doctor.gait import assigned, moved, rhythm, shortest_stride_s
from kinefuse.doctor.handedness import mirror_gains
from kinefuse.doctor.joints import FEWEST_JOINTS, Joined, joined, true_rate
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.slips import slips
from kinefuse.doctor.steps import Late, lags
from kinefuse.doctor.turning_errors import TurningError, turning_errors
from kinefuse.errors import KinefuseError
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.session_description import SessionDescription

EVERYBODY = "the whole recording"
"""Subject of what no single sensor is to blame for."""
GRAVITY = "gravity"
"""Check of one sensor that wrong axes may fail as well."""
BIAS, DRIFT = "bias of the gyroscope", "drift of the bias"
REPEATED = "repeated samples"
GYROSCOPE_NOISE, ACCELEROMETER_NOISE = "noise of the gyroscope", "noise of the accelerometer"
HARMLESS = frozenset({BIAS, DRIFT, REPEATED})
"""Checks of one sensor that explain no other finding."""
SAME_CLOCK = 0.4
"""Largest difference of clocks [%] that is none: 0.24 is the most that sound sensors seem to have,
2.4 is between 100 and 102.4 Hz, and quartzes differ by 0.01."""
IN_STEP_S = 0.04
"""Largest shift that is none: no sound sensor has any that can be told, some seem to have 0.02."""
_OTHER = {"walking": "running", "running": "walking"}


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """All described sensors, and what was said about them."""

    sensors: Sensors
    description: SessionDescription
    alone: tuple[Diagnosis, ...] = ()
    """What each sensor showed when looked at by itself."""

    @property
    def seconds(self) -> float:
        """Time that all sensors have in common."""
        felt = next(iter(self.sensors.values()))
        return felt.samples / felt.rate_hz

    @cached_property
    def session(self) -> ImuSession | None:
        """The same as a strict session, but for sensors too faulty for one; None without any."""
        recordings = {s: one for s, felt in self.sensors.items() if (one := _recording(s, felt))}
        return ImuSession(name=self.description.name, sensors=recordings) if recordings else None

    @property
    def as_said(self) -> Assignment | None:
        """Where each sensor moves as if worn, by the activity that was said; None: untold."""
        return self._by_activity.get(self.description.activity)

    @property
    def as_other(self) -> Assignment | None:
        """The same by the other activity."""
        return self._by_activity.get(_OTHER[self.description.activity])

    @property
    def best(self) -> Assignment | None:
        """By the activity that fits better."""
        told = [found for found in (self.as_said, self.as_other) if found is not None]
        return min(told, key=lambda found: found.misfit, default=None)

    @cached_property
    def places(self) -> Assignment | None:
        """Where each sensor is, by the activity that fits; None where it is no gait.

        A sensor that is late moves as another one would: if all are where their labels say once
        they are in step, and fit better so, they are where their labels say.
        """
        best = self.best
        if best is None or best.misfit > UNLIKE_GAIT or best.regularity < LEAST_REGULAR:
            return None
        if best.as_labelled < AS_LABELLED:
            in_step = self._in_step
            found = {} if in_step is None else assigned(in_step, (self._activity,))
            again = found.get(self._activity)
            if again is not None and again.as_labelled >= AS_LABELLED:
                return again if again.misfit < best.misfit else best
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
        """The common rhythm of sound sensors; None where the movement does not repeat."""
        return None if self._usable is None else rhythm(self._usable)

    @cached_property
    def axes(self) -> Mapping[str, OtherAxes]:
        """The gyroscope's axes under which each sensor fits best, where places are as they said."""
        if self._comparable is None or self.strides is None:
            return {}
        gait = self._comparable, self.strides, self._activity, self._phases_rad
        found = better_axes(*gait, self._joined)
        return {
            s: axes
            for s, axes in found.items()
            if axes.taken_away >= self._in_mirror[s]
            and (s not in self._late or axes.agreement >= self._lags[s].gain)
        }

    @cached_property
    def mirror_gains(self) -> Mapping[str, float]:
        """By how much better sensors fit usual gait and their neighbours in the mirror."""
        others = self._exchanged | self._own_clocked | self._late
        alone = {s: gain for s, gain in self._in_mirror.items() if s not in others}
        beside = None if self._joined is None else self._joined.without(others)
        return mirror_gains(alone, beside)

    @cached_property
    def _in_mirror(self) -> Mapping[str, float]:
        if self._comparable is None or self.strides is None:
            return {}
        return nearer_in_mirror(self._comparable, self.strides, self._activity, self._phases_rad)

    @cached_property
    def _phases_rad(self) -> Mapping[str, float]:
        """Of the stride, where each sensor is held against usual gait."""
        if self._comparable is None or self.strides is None:
            return {}
        return phases_of_the_others(self._comparable, self.strides, self._activity)

    @property
    def _comparable(self) -> ImuSession | None:
        """Sensors that may be compared with usual gait; None where there is none or no pair."""
        if self.session is None or self.places is None or self.sides_exchanged:
            return None
        left_out = self._unusable | self._misplaced
        left = {s: imu for s, imu in self.session.sensors.items() if s not in left_out}
        return replace(self.session, sensors=left) if len(left) > 1 else None

    @cached_property
    def clock_gains_percent(self) -> Mapping[str, float]:
        """By how much clocks of sensors run faster than the others'."""
        if self.session is None or self.strides is None:
            return {}
        return clock_gains_percent(
            {s: imu for s, imu in self.session.sensors.items() if s not in self._unusable},
            self.strides,
        )

    @cached_property
    def late_s(self) -> Mapping[str, float]:
        """By how much each sensor's samples come too late."""
        if not self._lags or self._joined is None:
            return {}
        left_out = self._exchanged | self._own_clocked | self._faulty
        found = lags(self._joined.without(left_out)) if left_out else self._lags
        return {s: late.lag_s for s, late in found.items()}

    @cached_property
    def _lags(self) -> Mapping[str, Late]:
        """Before anything is known of axes: what is late fits other axes by chance."""
        return {} if self._joined is None or self.places is None else lags(self._joined)

    @property
    def _late(self) -> set[str]:
        return {s for s, late in self._lags.items() if abs(late.lag_s) > IN_STEP_S}

    @cached_property
    def true_rate(self) -> float | None:
        """The rate of samples over the one that was said; None where it cannot be told."""
        stride_s = None if self._usable is None else shortest_stride_s(self._usable)
        if stride_s is None:
            return None
        for left_out in (self._misplaced, set()):  # at a wrong rate everybody may look misplaced
            together = joined(self._beside_at_any_rate(left_out), stride_s)
            if together is not None and len(together.pairs) >= FEWEST_JOINTS:
                return true_rate(together)
        return None

    @cached_property
    def turning_errors(self) -> Mapping[str, TurningError]:
        """Bias and drift of the gyroscopes of sensors that are sound otherwise."""
        return turning_errors(self._sound, 1 / self.strides.frequency_hz) if self.strides else {}

    @cached_property
    def slips_deg(self) -> Mapping[str, float]:
        """How far sensors that are sound otherwise turned on their segment."""
        if self.session is None:
            return {}
        own = {s: imu for s, imu in self.session.sensors.items() if s in self._sound}
        strides = rhythm(replace(self.session, sensors=own)) if own else None
        return slips(self._sound, strides) if strides else {}

    @cached_property
    def _joined(self) -> Joined | None:
        return None if self.strides is None else joined(self._beside, 1 / self.strides.frequency_hz)

    @property
    def _beside(self) -> Sensors:
        """Sensors that are usable, and beside the joints that their labels say."""
        left_out = self._unusable | self._misplaced
        return {s: felt for s, felt in self.sensors.items() if s not in left_out}

    def _beside_at_any_rate(self, but: set[str]) -> Sensors:
        """All but some and the unusable; noisy ones stay, for at a wrong rate sound ones are."""
        noises = {GYROSCOPE_NOISE, ACCELEROMETER_NOISE}
        left_out = self._failing(but=HARMLESS | {GRAVITY} | noises) | but
        return {s: felt for s, felt in self.sensors.items() if s not in left_out}

    @property
    def _activity(self) -> str:
        """Said, unless the other one fits better."""
        said = self.description.activity
        return said if self.best is self.as_said else _OTHER[said]

    @cached_property
    def _usable(self) -> ImuSession | None:
        """What nothing is wrong with by itself; all there is if that is a single sensor."""
        if self.session is None:
            return None
        left = {s: imu for s, imu in self.session.sensors.items() if s not in self._unusable}
        return replace(self.session, sensors=left) if len(left) > 1 else self.session

    @property
    def _unusable(self) -> set[str]:
        """Sensors that others cannot be held against."""
        return self._failing(but=HARMLESS | {GRAVITY})

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
    def _own_clocked(self) -> set[str]:
        return {s for s, gain in self.clock_gains_percent.items() if abs(gain) > SAME_CLOCK}

    @property
    def _sound(self) -> Sensors:
        """Sensors without any fault that would explain the next."""
        left_out = self._exchanged | self._own_clocked | self._faulty
        return {s: felt for s, felt in self.sensors.items() if s not in left_out}

    @property
    def _faulty(self) -> set[str]:
        return self._failing(but=HARMLESS)

    def _failing(self, but: frozenset[str]) -> set[str]:
        """Sensors that failed a check by themselves, doubts among them, but for some checks."""
        return {d.subject for d in self.alone if not d.passed and d.check not in but}

    def words(self, subject: str) -> dict[str, str]:
        """What evidence about a subject may be made of."""
        moves_as = self.places.segment_of.get(subject, subject) if self.places else subject
        said = self.description.activity
        return {
            "label": self.sensors[subject].label if subject in self.sensors else subject,
            "segment": subject,
            "moved": moves_as,
            "said": said,
            "other": _OTHER[said],
            "likeness": "the other leg" if self.sides_exchanged else "that leg",
            "axes": str(self.axes.get(subject, "")),
            "speed": "slow" if self.clock_gains_percent.get(subject, 0.0) < 0 else "fast",
            "when": "early" if self.late_s.get(subject, 0.0) < 0 else "late",
        }

    @cached_property
    def _by_activity(self) -> Mapping[str, Assignment]:
        return {} if self._usable is None else assigned(self._usable, ACTIVITIES)

    @property
    def _in_step(self) -> ImuSession | None:
        """All sensors moved as if they agreed at the joints of their labels; None if they do."""
        if self._usable is None or self.strides is None:
            return None
        usable = {s: felt for s, felt in self.sensors.items() if s in self._usable.sensors}
        together = joined(usable, 1 / self.strides.frequency_hz)
        if together is None:
            return None
        samples = {s: round(late.lag_s * together.rate_hz) for s, late in lags(together).items()}
        if not any(samples.values()):
            return None
        return moved(self._usable, samples)


def _recording(segment: str, felt: Felt) -> ImuRecording | None:
    try:
        return ImuRecording(
            segment=segment,
            rate_hz=felt.rate_hz,
            acc_m_s2=felt.acc_m_s2,
            gyr_rad_s=felt.gyr_rad_s,
        )
    except KinefuseError:  # checks of the sensor by itself tell why
        return None


class WornCheck(ToldCheck[Wearing]):
    """Of all sensors together; ``sees`` may name what ``Wearing.words`` knows, too."""
