"""The optimiser while the recording runs: the past is final after a lag, memory is constant.

A window of knots moves along the recording. Whenever it has grown by a few knots they are solved
for together with all others in it, as in ``body``; then the oldest become final, and what their
witnesses said goes on as a prior (``marginal``). Raw samples are kept a little longer than their
knots, so that means and filters around the first knot see what they would see in the whole.

Where it differs from the whole recording's answer: constants (alignment, biases, joint centres)
are those known at the time; what is known of a person's usual posture is heard mostly in the first
window, where the whole recording spreads it evenly over its knots.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float
from threadpoolctl import threadpool_limits

from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, RecordingError, TooShort, UnequalRates, UnknownChoice
from kinefuse.optimiser.body import estimate_body
from kinefuse.optimiser.evidence import CENTRES_FROM_S, Evidence, Stretch, centres_seen, gather
from kinefuse.optimiser.gauss_newton import Solution, Term, solve
from kinefuse.optimiser.joint_centres import CentreEquations
from kinefuse.optimiser.marginal import Past, Within, left_behind
from kinefuse.optimiser.paths import Knots, Path, followed
from kinefuse.optimiser.start import behind, knot_attitudes, reckoned_again, start
from kinefuse.optimiser.trust import Trust, fitted
from kinefuse.optimiser.uncertainty import angles_sd_rad
from kinefuse.optimiser.unknowns import Layout, Unknowns
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles

LAG_S = 30.0
_HOP_S = 5.0
"""Knots become final in groups of so many seconds: a window is solved once for all of them."""
_SETTLE_S = 2.0
"""Besides half a window mean: filters of 5 Hz settle in a second."""
_TOLERANCE_RAD = 1e-4
_FIRST_STEPS, _STEPS = (3, 2, 20), 3


class OtherSensors(RecordingError):
    """A part of a stream has other sensors than the stream began with."""

    def __init__(self, expected: Iterable[str], found: Iterable[str]) -> None:
        super().__init__(
            f"the stream was begun for sensors on {', '.join(expected)}, but a part has "
            f"{', '.join(found)}; give every part all of these sensors and no others."
        )


@dataclass(frozen=True, kw_only=True)
class FinalSamples:
    """What will not change any more."""

    first_sample: int
    """Number in the stream of the first of these samples."""
    R_world_segment: Mapping[str, Float[np.ndarray, "_time 3 3"]]
    angles: JointAngles
    angles_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]]
    """By joint, one sigma of ``angles``, as in ``BodyEstimate``."""

    @property
    def samples(self) -> int:
        """How many; there may be none yet."""
        return len(next(iter(self.R_world_segment.values())))


class FixedLagSmoother:
    """Takes a recording as it comes, part by part, and returns what became final.

    How the recording is cut into parts changes nothing. A recording that ends within the first
    window is answered by ``estimate_body``.
    """

    def __init__(
        self,
        segments: Iterable[str],
        rate_hz: float,
        activity: str,
        *,
        lag_s: float = LAG_S,
        alignment: Mapping[str, SegmentAlignment] | None = None,
        trust: Trust | None = None,
    ) -> None:
        """Begin a stream.

        Args:
            segments: With a sensor each, at least two neighbours.
            rate_hz: Samples a second.
            activity: 'walking' or 'running'.
            lag_s: How much a sample's answer may still learn from what follows it.
            alignment: How sure each sensor's alignment is.
            trust: Instead of the fitted one.
        """
        segments = set(segments)
        for segment in segments - set(SEGMENTS):
            raise UnknownChoice("segment", segment, known=SEGMENTS)
        self._layout = Layout(tuple(s for s in SEGMENTS if s in segments))
        self._joints = tuple(
            name for name, j in JOINTS.items() if {j.proximal, j.distal} <= segments
        )
        if not self._joints:
            raise MissingSensor(missing=["two neighbouring segments"], present=segments)
        self._rate_hz, self._activity = rate_hz, activity
        self._alignment = alignment or {}
        self._trust = trust or fitted(activity)
        self._spacing = Knots.every(self._trust.knot_s, 1, rate_hz).spacing
        self._hop, self._lag, self._settle = (
            max(1, round(seconds * rate_hz / self._spacing))
            for seconds in (_HOP_S, lag_s, self._trust.window_s / 2 + _SETTLE_S)
        )
        self._signals = {s: np.zeros((0, 6)) for s in self._layout.segments}
        self._memory = _Memory()

    def add(self, part: ImuSession) -> FinalSamples:
        """Take more samples.

        Args:
            part: What follows the samples so far, in segment axes.

        Raises:
            OtherSensors: The stream was begun with others.
            UnequalRates: The part has another rate.
        """
        if set(part.sensors) != set(self._layout.segments):
            raise OtherSensors(self._layout.segments, part.sensors)
        if part.rate_hz != self._rate_hz:
            raise UnequalRates(part.name, {part.rate_hz, self._rate_hz})
        for segment, imu in part.sensors.items():
            more = np.concatenate([imu.acc_m_s2, imu.gyr_rad_s], axis=1)
            self._signals[segment] = np.concatenate([self._signals[segment], more])
        done = [self._nothing()]
        with threadpool_limits(1, user_api="blas"):
            while self._kept >= self._needed:
                done.append(self._advance(self._session(self._needed), self._hop))
        return _joined(done)

    def finish(self) -> FinalSamples:
        """The rest; afterwards the stream begins anew.

        Raises:
            TooShort: Fewer than three samples were added.
        """
        if self._kept < 3:
            raise TooShort("the stream", needed=3, got=self._kept)
        session, first = self._session(self._kept), self._memory.samples_before
        if self._memory.past is not None:
            with threadpool_limits(1, user_api="blas"):
                rest = self._advance(session, None)
        else:
            whole = estimate_body(
                session, self._activity, alignment=self._alignment, trust=self._trust
            )
            rest = FinalSamples(
                first_sample=first,
                R_world_segment=whole.R_world_segment,
                angles=whole.angles,
                angles_sd_rad=whole.angles_sd_rad,
            )
        self._signals = {s: np.zeros((0, 6)) for s in self._layout.segments}
        self._memory = _Memory()
        return rest

    @property
    def _kept(self) -> int:
        return len(next(iter(self._signals.values())))

    @property
    def _needed(self) -> int:
        """Samples of a full window: its last knot is its last sample."""
        return (self._memory.before + self._hop + self._lag) * self._spacing + 1

    def _session(self, samples: int) -> ImuSession:
        sensors = {
            s: ImuRecording(
                segment=s,
                rate_hz=self._rate_hz,
                acc_m_s2=signals[:samples, :3],
                gyr_rad_s=signals[:samples, 3:],
            )
            for s, signals in self._signals.items()
        }
        return ImuSession(name="stream", sensors=sensors)

    def _nothing(self) -> FinalSamples:
        none = np.zeros((0, 3))
        m = self._memory
        return FinalSamples(
            first_sample=m.samples_before + m.before * self._spacing,
            R_world_segment={s: np.zeros((0, 3, 3)) for s in self._layout.segments},
            angles=JointAngles(rate_hz=self._rate_hz, angles_rad=dict.fromkeys(self._joints, none)),
            angles_sd_rad=dict.fromkeys(self._joints, none),
        )

    def _advance(self, session: ImuSession, hop: int | None) -> FinalSamples:
        """Solve for a window; its oldest knots become final, or all of them."""
        m = self._memory
        knots = Knots.every(self._trust.knot_s, session.samples, self._rate_hz)
        evidence = Evidence(
            session,
            knots,
            self._activity,
            self._trust,
            {},
            self._alignment,
            Stretch(
                before=m.before,
                samples_before=m.samples_before,
                centres=m.centres,
                gait_before=m.gait,
                gait_at_first=self._hop + self._lag + 1,
            ),
        )
        paths, whole, solution = self._solved(evidence)
        gone = knots.count - m.before if hop is None else hop
        stop = session.samples if hop is None else (m.before + hop) * knots.spacing
        part = slice(m.before * knots.spacing, stop)
        final = self._final(evidence, paths, whole, solution, part)
        if hop is not None:
            self._remember(evidence, paths, whole, solution, gone)
        return final

    def _solved(self, evidence: Evidence) -> tuple[dict[str, Path], Unknowns, Solution]:
        """Dead reckoning, values at all knots of the stretch, the solution for the later ones."""
        m, session = self._memory, evidence.session
        if m.past is None or m.known is None:
            paths = {
                s: Path(session[s], evidence.knots, np.zeros((evidence.knots.count, 3)))
                for s in self._layout.segments
            }
            whole = start(self._layout, paths, self._activity)
            passes = _FIRST_STEPS
        else:
            known = _extended(m.known, evidence.knots.count)
            paths = {
                s: Path(session[s], evidence.knots, known.bias(s)) for s in self._layout.segments
            }
            whole = _led_on(behind(paths, known.C, known), m.known.knots)
            passes = (_STEPS,)
        for number, most in enumerate(passes):
            if number:
                paths, whole = reckoned_again(session, paths, whole)
            later = Within(terms=gather(evidence, paths, whole), around=whole, before=m.before)
            terms: list[Term] = [later]
            if m.past is not None:
                S = np.stack([path.S_knot[m.before] for path in paths.values()])
                terms.append(replace(m.past, S=S))
            solution = solve(terms, _later(whole, m.before), _TOLERANCE_RAD, most)
            whole = later.joined(solution.at)
        return paths, whole, solution

    def _final(
        self,
        evidence: Evidence,
        paths: Mapping[str, Path],
        whole: Unknowns,
        solution: Solution,
        part: slice,
    ) -> FinalSamples:
        cell_of = evidence.knots.cell_of[part]
        R = {
            s: followed(whole.turn(s), path, part) @ whole.alignment(s)[cell_of]
            for s, path in paths.items()
        }
        angles = {
            name: angles_of_rotation(
                joint_rotation(R[JOINTS[name].proximal], R[JOINTS[name].distal]), JOINTS[name]
            )
            for name in self._joints
        }
        covariances = solution.eliminated.covariances()
        cell = cell_of - self._memory.before
        return FinalSamples(
            first_sample=self._memory.samples_before + part.start,
            R_world_segment=R,
            angles=JointAngles(rate_hz=self._rate_hz, angles_rad=angles),
            angles_sd_rad={
                name: angles_sd_rad(name, R, covariances, self._layout, cell) for name in angles
            },
        )

    def _remember(
        self,
        evidence: Evidence,
        paths: Mapping[str, Path],
        whole: Unknowns,
        solution: Solution,
        gone: int,
    ) -> None:
        m, spacing = self._memory, self._spacing
        S = np.stack([path.S_knot for path in paths.values()], axis=1)
        past = left_behind(solution.residuals, solution.at, S[m.before :], gone)
        first = m.before + gone  # knot of this stretch that will be the first to be solved for
        before = min(self._settle, first)
        until = min(first * spacing, round(CENTRES_FROM_S * self._rate_hz) - m.samples_before)
        leaving = slice(m.before * spacing, until)
        centres = {
            name: m.centres.get(name, CentreEquations())
            + centres_seen(evidence, name, paths, whole, leaving)
            for name in self._joints
        }
        gait = sum(
            int(r.known[:gone].sum())
            for r in solution.residuals
            if r.name == "posture" and r.known is not None
        ) // len(self._joints)
        attitudes = replace(whole, C=knot_attitudes(paths, whole))
        kept = first - before
        self._memory = _Memory(
            before=before,
            samples_before=m.samples_before + kept * spacing,
            past=past,
            known=_later(attitudes, kept),
            centres=centres,
            gait=m.gait + gait,
        )
        self._signals = {s: x[kept * spacing :].copy() for s, x in self._signals.items()}


@dataclass(frozen=True, kw_only=True)
class _Memory:
    """What goes on from window to window, besides the samples."""

    before: int = 0
    """Knots at the beginning of the samples kept that are final."""
    samples_before: int = 0
    """Samples of the stream before those kept."""
    past: Past | None = None
    known: Unknowns | None = None
    """Attitudes of the sensors (as ``C``), biases, alignment, at the knots of the last window."""
    centres: Mapping[str, CentreEquations] = field(default_factory=dict)
    gait: int = 0
    """Final knots in gait."""


def _later(at: Unknowns, before: int) -> Unknowns:
    """Without the first knots."""
    return replace(at, C=at.C[before:], bias_rad_s=at.bias_rad_s[before:], A=at.A[before:])


def _extended(at: Unknowns, knots: int) -> Unknowns:
    """The last values go on."""
    number = np.minimum(np.arange(knots), at.knots - 1)
    return replace(at, C=at.C[number], bias_rad_s=at.bias_rad_s[number], A=at.A[number])


def _led_on(at: Unknowns, known: int) -> Unknowns:
    """After the known knots dead reckoning leads."""
    return replace(at, C=at.C[np.minimum(np.arange(at.knots), known - 1)])


def _joined(parts: list[FinalSamples]) -> FinalSamples:
    def chained(of):
        return {key: np.concatenate([of(part)[key] for part in parts]) for key in of(parts[0])}

    first = parts[0]
    return FinalSamples(
        first_sample=first.first_sample,
        R_world_segment=chained(lambda part: part.R_world_segment),
        angles=JointAngles(
            rate_hz=first.angles.rate_hz, angles_rad=chained(lambda part: part.angles.angles_rad)
        ),
        angles_sd_rad=chained(lambda part: part.angles_sd_rad),
    )
