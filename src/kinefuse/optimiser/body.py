"""One estimate of the whole lower body, from everything the sensors know.

Maximum a posteriori over all segments' attitudes, the gyroscopes' biases and the errors of
alignment, for a whole recording: see ``unknowns`` for what is unknown, ``terms`` for who has a say
and ``trust`` for how much. In turn, until both stand still: solve for the unknowns over the knots;
dead-reckon again with the biases found and find the joint centres again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float
from threadpoolctl import threadpool_limits

from kinefuse import so3
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor
from kinefuse.optimiser.evidence import Evidence, NetworkAttitudes, gather
from kinefuse.optimiser.gauss_newton import Solution, solve
from kinefuse.optimiser.paths import Knots, Path, followed
from kinefuse.optimiser.start import reckoned_again, start
from kinefuse.optimiser.trust import Trust, fitted
from kinefuse.optimiser.uncertainty import angles_sd_rad, attitude_sd_rad
from kinefuse.optimiser.unknowns import Layout
from kinefuse.recordings import ImuSession, JointAngles

_STEPS = (3, 2, 20)
"""At most, in each pass: before the last one the ground moves again anyway."""
_TOLERANCE_RAD = 1e-4  # 0.006 deg, a hundredth of what is ever known


@dataclass(frozen=True, kw_only=True)
class TermStatistics:
    """How well one witness agrees with the estimate."""

    rows: int
    rms_sigmas: float
    """Root mean square of its residuals, in the SDs it was trusted with; one is as believed."""
    down_weighted: float
    """Share of rows that were far off and counted less."""


@dataclass(frozen=True, kw_only=True)
class BodyEstimate:
    """Attitudes, joint angles, and how sure both are."""

    rate_hz: float
    R_world_segment: Mapping[str, Float[np.ndarray, "_time 3 3"]]
    angles: JointAngles
    angles_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]]
    """By joint, one sigma of ``angles``: of the attitudes and of the alignment, not of the flesh
    between sensor and bone."""
    gyr_bias_rad_s: Mapping[str, Float[np.ndarray, "knot 3"]]
    gyr_bias_sd_rad_s: Mapping[str, Float[np.ndarray, "knot 3"]]
    alignment_rad: Mapping[str, Float[np.ndarray, "knot 3"]]
    """Rotation vector from each segment's axes to those the alignment gave."""
    alignment_sd_rad: Mapping[str, Float[np.ndarray, "knot 3"]]
    joint_centres_m: Mapping[str, tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]]
    """By joint: from the proximal and from the distal sensor, in their axes."""
    terms: Mapping[str, TermStatistics]
    steps: int
    converged: bool
    R_world_segment_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] = field(default_factory=dict)
    """By segment, one sigma of a small turn about the world's axes; about y, the vertical, against
    a north that is arbitrary. As for the angles, flesh is not counted."""


def estimate_body(
    aligned: ImuSession,
    activity: str,
    *,
    network: Mapping[str, NetworkAttitudes] | None = None,
    alignment: Mapping[str, SegmentAlignment] | None = None,
    trust: Trust | None = None,
) -> BodyEstimate:
    """Attitudes of all segments and angles of all joints between them.

    Args:
        aligned: Sensors in segment axes (see ``kinefuse.alignment``), one or more.
        activity: 'walking' or 'running'; chooses the fitted trust.
        network: By joint, attitudes that networks predict, at the session's rate.
        alignment: How sure each sensor's alignment is; only the SDs are used.
        trust: Instead of the fitted one.

    Raises:
        MissingSensor: No two neighbouring segments carry sensors.
    """
    if not list(aligned.joints()):
        raise MissingSensor(missing=["two neighbouring segments"], present=aligned.sensors)
    # Blocks of sixty numbers: several threads would spend their time waiting for each other.
    with threadpool_limits(1, user_api="blas"):
        trust = trust or fitted(activity)
        return _told(*_solved(aligned, activity, network or {}, alignment or {}, trust))


def estimate_attitudes(
    session: ImuSession, activity: str = "walking", trust: Trust | None = None
) -> dict[str, Float[np.ndarray, "time 3 3"]]:
    """Attitudes ``R_world_sensor`` of the sensors as they are, be it only one.

    Args:
        session: Sensors in any axes; nothing is made of how segments are usually held.
        activity: Chooses the fitted trust.
        trust: Instead of the fitted one.
    """
    trust = trust or fitted(activity)
    trust = replace(trust, off=trust.off | {"posture", "range of motion"})
    with threadpool_limits(1, user_api="blas"):
        _, paths, solution, _ = _solved(session, activity, {}, {}, trust)
        return {s: followed(solution.at.turn(s), path) for s, path in paths.items()}


def _solved(
    aligned: ImuSession,
    activity: str,
    network: Mapping[str, NetworkAttitudes],
    alignment: Mapping[str, SegmentAlignment],
    trust: Trust,
) -> tuple[Evidence, Mapping[str, Path], Solution, int]:
    segments = tuple(s for s in SEGMENTS if s in aligned.sensors)
    knots = Knots.every(trust.knot_s, aligned.samples, aligned.rate_hz)
    layout = Layout(segments)
    evidence = Evidence(aligned, knots, activity, trust, network, alignment)
    paths = {s: Path(aligned[s], knots, np.zeros((knots.count, 3))) for s in segments}
    at = start(layout, paths, activity)
    solution = solve(gather(evidence, paths, at), at, _TOLERANCE_RAD, _STEPS[0])
    steps = solution.steps
    for most in _STEPS[1:]:
        paths, at = reckoned_again(aligned, paths, solution.at)
        solution = solve(gather(evidence, paths, at), at, _TOLERANCE_RAD, most)
        steps += solution.steps
    return evidence, paths, solution, steps


def _told(
    evidence: Evidence, paths: Mapping[str, Path], solution: Solution, steps: int
) -> BodyEstimate:
    at, knots, layout = solution.at, evidence.knots, solution.at.layout
    covariances = solution.eliminated.covariances()
    R = {
        s: followed(at.turn(s), path) @ at.alignment(s)[knots.cell_of] for s, path in paths.items()
    }
    angles = {
        name: angles_of_rotation(
            joint_rotation(R[JOINTS[name].proximal], R[JOINTS[name].distal]), JOINTS[name]
        )
        for name in evidence.session.joints()
    }
    sds = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    rate_hz = evidence.session.rate_hz
    return BodyEstimate(
        rate_hz=rate_hz,
        R_world_segment=R,
        angles=JointAngles(rate_hz=rate_hz, angles_rad=angles),
        angles_sd_rad={
            name: angles_sd_rad(name, R, covariances, layout, knots.cell_of) for name in angles
        },
        gyr_bias_rad_s={s: at.bias(s) for s in paths},
        gyr_bias_sd_rad_s={s: sds[:, layout.bias(s)] for s in paths},
        alignment_rad={s: so3.log(at.alignment(s)) for s in paths},
        alignment_sd_rad={s: sds[:, layout.alignment(s)] for s in paths},
        joint_centres_m=evidence.centres_m,
        terms=_statistics(solution),
        steps=steps,
        converged=solution.converged,
        R_world_segment_sd_rad={
            s: attitude_sd_rad(s, R[s], covariances, layout, knots.cell_of) for s in R
        },
    )


def _statistics(solution: Solution) -> dict[str, TermStatistics]:
    told = {}
    for name in dict.fromkeys(residual.name for residual in solution.residuals):
        rows = [r for r in solution.residuals if r.name == name]
        weights = np.concatenate([r.weights for r in rows])
        lengths = np.concatenate([r.lengths for r in rows])[weights > 0]
        told[name] = TermStatistics(
            rows=len(lengths),
            rms_sigmas=float(np.sqrt(np.mean(lengths**2))) if len(lengths) else 0.0,
            down_weighted=float(np.mean(weights[weights > 0] < 1)) if len(lengths) else 0.0,
        )
    return told
