"""Everything the sensors say, summed up around the knots as terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.alignment.vertical import swinging
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.gravity import WORN_GRAVITY_M_S2
from kinefuse.optimiser.gauss_newton import Term
from kinefuse.optimiser.joint_centres import CentreEquations, centre_equations, lever_arms
from kinefuse.optimiser.paths import Knots, Path, followed
from kinefuse.optimiser.terms.gravity import Direction
from kinefuse.optimiser.terms.network import RelativeAttitude
from kinefuse.optimiser.terms.posture import Posture, RangeOfMotion
from kinefuse.optimiser.terms.priors import Alignments, Biases, Start
from kinefuse.optimiser.terms.rest import BiasAtRest, at_rest
from kinefuse.optimiser.terms.shared_joint import SharedJoint, six_pairs
from kinefuse.optimiser.terms.turns import Turns
from kinefuse.optimiser.trust import Trust
from kinefuse.optimiser.unknowns import Unknowns
from kinefuse.recordings import ImuSession

Attitudes = Float[np.ndarray, "_time 3 3"]
Paths = Mapping[str, Path]

_REST_RAD_S, _REST_FORCE_M_S2, _REST_S = 0.1, 0.5, 0.2
_TORN = 3.0  # times the SD
_INSTANTS = 9  # of a posture window: every phase of the stride is seen over a few windows
_INSTANTS_A_CELL = 4
CENTRES_FROM_S = 300.0  # two hundred strides place a joint's centre
_LATER, _LATER_S = 0.02, 600.0  # share of what is known of posture, and how long it is to last


@dataclass(frozen=True)
class NetworkAttitudes:
    """What a network says of a joint's two sensors, in any frame whose y axis points up."""

    R_up_proximal: Attitudes
    R_up_distal: Attitudes


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What a stretch of a longer recording has to be told about the samples before it."""

    before: int
    """Knots at its beginning that were solved for before and are there for filters to settle."""
    samples_before: int
    """Of the recording, before the stretch."""
    centres: Mapping[str, CentreEquations]
    """By joint, of the samples before the first knot that is solved for."""
    gait_before: int
    """Knots in gait before the first that is solved for."""
    gait_at_first: int
    """Knots in gait that share what is known of a person's posture from the beginning."""


@dataclass(frozen=True)
class Evidence:
    """A session, and all that does not change while the unknowns do."""

    session: ImuSession
    knots: Knots
    activity: str
    trust: Trust
    network: Mapping[str, NetworkAttitudes]
    alignment: Mapping[str, SegmentAlignment]
    stretch: Stretch | None = None
    """Of a longer recording; None: this is all of it."""
    centres_m: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @cached_property
    def arms(self):
        """Lever arms of every sensor."""
        return lever_arms(self.session.sensors, self.trust.band_hz)

    @cached_property
    def resting(self) -> dict[str, np.ndarray]:
        """By segment, the samples at rest."""
        return {
            s: at_rest(imu, _REST_RAD_S, _REST_FORCE_M_S2, _REST_S)
            for s, imu in self.session.sensors.items()
        }

    @cached_property
    def moves(self) -> np.ndarray:
        """Samples in which the person walks or runs."""
        return swinging(self.session)

    @property
    def alignment_sd_rad(self) -> Float[np.ndarray, "segment 3"]:
        """About each segment axis, as the alignment says, else as usual."""
        sds = []
        for segment in self.segments:
            found = self.alignment.get(segment)
            usual = self.trust.alignment_sd_deg
            tilt = found.tilt_sd_deg if found else usual[0]
            sds.append([tilt, found.heading_sd_deg if found else usual[1], tilt])
        return np.deg2rad(np.array(sds))

    @property
    def segments(self) -> tuple[str, ...]:
        """Those with a sensor, in the order of the unknowns."""
        return tuple(s for s in SEGMENTS if s in self.session.sensors)


def gather(evidence: Evidence, paths: Mapping[str, Path], at: Unknowns) -> list[Term]:
    """The terms around these dead reckonings; ``at`` is used to place the joint centres."""
    trust, knots = evidence.trust, evidence.knots
    terms: list[Term] = [
        Turns(paths=paths, noise_rad_sqrt_s=float(np.deg2rad(trust.turn_noise_deg_sqrt_s))),
        Biases(
            sd_rad_s=float(np.deg2rad(trust.bias_sd_deg_s)),
            walk_rad_s_sqrt_s=float(np.deg2rad(trust.bias_walk_deg_s_sqrt_s)),
            apart_s=knots.apart_s,
        ),
        Alignments(
            sd_rad=evidence.alignment_sd_rad,
            walk_rad_sqrt_s=float(np.deg2rad(trust.alignment_walk_deg_sqrt_s)),
            apart_s=knots.apart_s,
        ),
        Start(C_start=at.C[0]),
    ]
    for name, of in _TERMS.items():
        if trust.hears(name):
            terms += of(evidence, paths, at)
    return terms


def _gravity(evidence: Evidence, paths: Paths, _at: Unknowns) -> list[Term]:
    trust, knots = evidence.trust, evidence.knots
    terms: list[Term] = []
    whole = knots.whole(trust.window_s)
    # A recording shorter than the window has only halves of it, which hold a stride's swing.
    torn = 1.0 if whole.any() else _TORN
    for segment, path in paths.items():
        spread = trust.gravity_m_s2[segment.split("_")[0]]
        terms.append(
            Direction(
                name="gravity",
                segment=segment,
                measured=knots.windowed(path.felt, trust.window_s),
                length=WORN_GRAVITY_M_S2,
                sd=np.full(knots.count, torn * spread.sd),
                likeness=spread.likeness(trust.knot_s),
                huber=trust.huber,
                known=whole if whole.any() else None,
            )
        )
    return terms


def _shared(evidence: Evidence, paths: Paths, at: Unknowns) -> list[Term]:
    terms: list[Term] = []
    for name in evidence.session.joints():
        named = JOINTS[name]
        pair = named.proximal, named.distal
        sd = evidence.trust.shared_m_s2[named.kind]
        evidence.centres_m[name] = _centres(evidence, name, paths, at)
        here, there = (
            evidence.arms[s].at(centre, paths[s].S)
            for s, centre in zip(pair, evidence.centres_m[name], strict=True)
        )
        terms.append(
            SharedJoint(
                joint=name,
                pairs=six_pairs(here, there, evidence.knots),
                sd_m_s2=sd,
                huber=evidence.trust.huber,
            )
        )
    return terms


def _centres(
    evidence: Evidence, name: str, paths: Paths, at: Unknowns
) -> tuple[np.ndarray, np.ndarray]:
    """Found anew from the attitudes so far."""
    stretch, part = evidence.stretch, slice(0, round(CENTRES_FROM_S * evidence.session.rate_hz))
    known = CentreEquations()
    if stretch is not None:
        known = stretch.centres.get(name, known)
        part = slice(stretch.before * evidence.knots.spacing, part.stop - stretch.samples_before)
    return (known + centres_seen(evidence, name, paths, at, part)).solved_m(name)


def centres_seen(
    evidence: Evidence, name: str, paths: Paths, at: Unknowns, part: slice
) -> CentreEquations:
    """What some samples say of a joint's centre at these attitudes."""
    if part.stop <= part.start:
        return CentreEquations()
    named = JOINTS[name]
    pair = named.proximal, named.distal
    # for filters to settle
    first = max(0, part.start - round(evidence.session.rate_hz))
    read = slice(first, min(evidence.knots.samples, part.stop + round(evidence.session.rate_hz)))
    if evidence.stretch is None:
        read = part
    arms = evidence.arms[named.proximal], evidence.arms[named.distal]
    proximal, distal = (followed(at.turn(s), paths[s], read) for s in pair)
    return centre_equations(
        arms,
        (proximal, distal),
        evidence.trust.shared_m_s2[named.kind],
        read,
        slice(part.start - read.start, part.stop - read.start),
    )


def _network(evidence: Evidence, paths: Paths, _at: Unknowns) -> list[Term]:
    trust, knots = evidence.trust, evidence.knots
    terms: list[Term] = []
    for name, said in evidence.network.items():
        named = JOINTS[name]
        S_p, S_d = paths[named.proximal].S, paths[named.distal].S
        relative = so3.transpose(said.R_up_proximal) @ said.R_up_distal
        spread = trust.network_relative_rad[named.kind]
        terms.append(
            RelativeAttitude(
                joint=name,
                Q=so3.nearest(knots.means(S_p @ relative @ so3.transpose(S_d))),
                sd_rad=spread.sd,
                likeness=spread.likeness(trust.knot_s),
                huber=trust.huber,
            )
        )
        up = trust.network_up[named.kind]
        for segment, S, N in (
            (named.proximal, S_p, said.R_up_proximal),
            (named.distal, S_d, said.R_up_distal),
        ):
            mean = knots.means(np.einsum("tij,tj->ti", S, N[:, 1, :]))
            terms.append(
                Direction(
                    name="network",
                    segment=segment,
                    measured=mean / np.linalg.norm(mean, axis=1, keepdims=True),
                    length=1.0,
                    sd=np.full(knots.count, up.sd),
                    likeness=up.likeness(trust.knot_s),
                    huber=trust.huber,
                )
            )
    return terms


def _posture(evidence: Evidence, paths: Paths, _at: Unknowns) -> list[Term]:
    trust, knots = evidence.trust, evidence.knots
    half = trust.window_s / 2 * knots.rate_hz
    away = np.linspace(-1, 1, _INSTANTS + 2)[1:-1]
    instants = np.rint(knots.at[:, None] + half * away).astype(int)
    inside = (instants >= 0) & (instants < knots.samples)
    weights = np.where(inside, np.cos(np.pi * away / 2) ** 2, 0.0)
    instants = np.clip(instants, 0, knots.samples - 1)
    # The posture of gait says nothing about somebody who stands or sits.
    gait = np.all(evidence.moves[instants] | ~inside, axis=1)
    if not gait.any():
        return []
    shared = _posture_shares(evidence, np.asarray(gait))[:, None]
    terms: list[Term] = []
    for name in evidence.session.joints():
        named = JOINTS[name]
        usual = trust.usual[named.kind]
        terms.append(
            Posture(
                joint=name,
                S_proximal=paths[named.proximal].S[instants],
                S_distal=paths[named.distal].S[instants],
                weights=weights / weights.sum(axis=1, keepdims=True),
                gait=np.asarray(gait),
                usual_rad=np.deg2rad(np.array(usual.mean_deg)),
                sd_rad=shared * np.deg2rad(np.array(usual.sd_deg)),
            )
        )
    return terms


def _range_of_motion(evidence: Evidence, paths: Paths, _at: Unknowns) -> list[Term]:
    knots = evidence.knots
    half = knots.spacing // 2
    away = np.linspace(-half, half, _INSTANTS_A_CELL, endpoint=False)
    instants = np.clip(np.rint(knots.at[:, None] + away).astype(int), 0, knots.samples - 1)
    return [
        RangeOfMotion(
            joint=name,
            S_proximal=paths[JOINTS[name].proximal].S[instants],
            S_distal=paths[JOINTS[name].distal].S[instants],
            beyond_sd_rad=float(np.deg2rad(evidence.trust.beyond_range_deg)),
        )
        for name in evidence.session.joints()
    ]


def _posture_shares(
    evidence: Evidence, gait: Bool[np.ndarray, " knot"]
) -> Float[np.ndarray, " knot"]:
    """How many times larger each knot's SD of the usual posture is than between people.

    A recording knows a person's posture once, and once more every so often, evenly spread over
    its knots. A stretch cannot know how many there will be: the first ones share most of it, so
    that constants are found as the whole would find them; some is left for later, to tie
    headings that wander.
    """
    trust, stretch = evidence.trust, evidence.stretch
    often = trust.knot_s / trust.posture_lasts_s
    if stretch is None:
        pieces = np.full(len(gait), min(1.0, 1 / gait.sum() + often))
        return 1 / np.sqrt(pieces)
    number = stretch.gait_before + np.cumsum(gait) - gait[: stretch.before].sum() - 1
    early = np.where(number < stretch.gait_at_first, (1 - _LATER) / stretch.gait_at_first, 0.0)
    late = np.where(number < _LATER_S / trust.knot_s, _LATER * trust.knot_s / _LATER_S, 0.0)
    return 1 / np.sqrt(early + late + often)


def _rest(evidence: Evidence, paths: Paths, _at: Unknowns) -> list[Term]:
    trust, knots = evidence.trust, evidence.knots
    terms: list[Term] = []
    for segment, path in paths.items():
        resting = evidence.resting[segment]
        count = knots.sums(resting.astype(float))
        known = count > 0
        if not known.any():
            continue
        share = (resting / np.maximum(count, 1)[knots.cell_of])[:, None]
        terms.append(
            Direction(
                name="gravity at rest",
                segment=segment,
                measured=knots.sums(share * path.felt),
                length=WORN_GRAVITY_M_S2,
                sd=np.full(knots.count, trust.rest_force_m_s2),
                huber=trust.huber,
                known=known,
            )
        )
        terms.append(
            BiasAtRest(
                segment=segment,
                gyr_rad_s=knots.sums(share * path.imu.gyr_rad_s),
                sd_rad_s=float(np.deg2rad(trust.rest_bias_deg_s)),
                known=known,
            )
        )
    return terms


_TERMS = {
    "gravity": _gravity,
    "shared joint": _shared,
    "network": _network,
    "posture": _posture,
    "range of motion": _range_of_motion,
    "rest": _rest,
}
