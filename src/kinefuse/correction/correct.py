"""The optimiser's angles, corrected for what its sensors cannot know: where the bone is.

First each of a leg's sensors is turned by the small, constant rotation that the network found in
the recording as a whole; then the course of what is still missing is added, sample by sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinefuse import so3
from kinefuse.alignment.vertical import moving
from kinefuse.anatomy.joint_angles import angles_of_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.correction.model import CorrectionNetwork, LegAnswer
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.dataset.resampling import resampled_rotations, resampled_session, resampled_signal
from kinefuse.errors import MissingSensor
from kinefuse.networks.legs import PAIRS, BodySignals, body_signals, own_joints
from kinefuse.networks.limbs import right_joint
from kinefuse.optimiser import BodyEstimate
from kinefuse.recordings import ImuSession, JointAngles

_PSEUDO_MIRROR = np.array([-1.0, -1.0, 1.0])  # of rotation vectors, in the sagittal plane
_GENTLY_S = 1.0  # the correction's course comes and goes over this when walking starts and stops


@dataclass(frozen=True, kw_only=True)
class CorrectedAngles:
    """Joint angles, and how sure they are."""

    angles: JointAngles
    sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]]
    """By joint, one sigma a plane; 90 % of validation people's samples are within 1.645 of it."""
    turns_rad: Mapping[str, Float[np.ndarray, "3"]]
    """By segment, rotation vector of ``R_given_true``: from the axes that the alignment gave to the
    segment's own. The pelvis is seen from both legs: their mean."""


def correct(
    aligned: ImuSession, body: BodyEstimate, network: CorrectionNetwork, condition: str = AS_WORN
) -> CorrectedAngles:
    """The optimiser's angles of every joint with what they lack.

    Where nobody moves, the turns still hold, while of the course only its mean over the movement
    is added: the network has not seen people stand.

    Args:
        aligned: Sensors in segment axes, at any rate; what ``body`` was estimated from.
        body: The optimiser's estimate.
        network: Of this activity.
        condition: How well the sensors are known to sit, one of ``dataset.conditions.CONDITIONS``;
            real ones are worn, however they were aligned.

    Raises:
        MissingSensor: No two neighbouring segments carry sensors.
    """
    if not list(aligned.joints()):
        raise MissingSensor(missing=["two neighbouring segments"], present=aligned.sensors)
    at_rate = resampled_session(aligned, network.rate_hz)
    signals = _signals(at_rate, body, condition)
    moves = gently(moving(at_rate).astype(np.float64), network.rate_hz)
    heard = gently(moving(aligned).astype(np.float64), aligned.rate_hz)
    found: dict[str, np.ndarray] = {}
    sds: dict[str, np.ndarray] = {}
    turns: dict[str, list[np.ndarray]] = {}
    for side in SIDES:
        wanted = [name for name in own_joints(side) if name in body.angles.angles_rad]
        if not wanted:
            continue
        answer = _answer(network, signals.seen_from(side), moves, body.rate_hz, aligned.samples)
        for name in wanted:
            given = body.angles.angles_rad[name]
            shares = network.card.shares_of(condition, JOINTS[name].kind)
            found[name] = shares.combine(given, corrected(given, answer, name), heard)
            sds[name] = answer.sd_rad[:, _order(name)] * np.array(shares.sd_factor)
        for segment, turn in _turns(answer, wanted, side).items():
            turns.setdefault(segment, []).append(turn)
    return CorrectedAngles(
        angles=JointAngles(
            rate_hz=body.rate_hz, angles_rad={n: found[n] for n in JOINTS if n in found}
        ),
        sd_rad={n: sds[n] for n in JOINTS if n in sds},
        turns_rad={s: np.mean(turns[s], axis=0) for s in SEGMENTS if s in turns},
    )


def corrected(
    angles_rad: Float[np.ndarray, "time 3"], answer: LegAnswer, joint_name: str
) -> Float[np.ndarray, "time 3"]:
    """Angles of one joint from the optimiser's and the network's answer of the same length."""
    order, as_right = _order(joint_name), right_joint(JOINTS[joint_name].kind)
    proximal, distal = (so3.exp(answer.turns_rad[place]) for place in PAIRS[order])
    R_proximal_distal = rotation_of_angles(angles_rad, as_right)
    turned = angles_of_rotation(so3.transpose(proximal) @ R_proximal_distal @ distal, as_right)
    return turned + answer.course_rad[:, order]


def gently(
    mask: Float[np.ndarray, " time"], rate_hz: float, over_s: float = _GENTLY_S
) -> Float[np.ndarray, " time"]:
    """The same mask, turned on and off gradually."""
    return uniform_filter1d(mask, max(1, round(over_s * rate_hz)), mode="nearest")


def _order(joint_name: str) -> int:
    """Of a joint in its leg, downwards."""
    return JOINT_KINDS.index(JOINTS[joint_name].kind)


def _signals(at_rate: ImuSession, body: BodyEstimate, condition: str) -> BodySignals:
    n, rate_hz = at_rate.samples, at_rate.rate_hz
    R = {
        s: resampled_rotations(R, body.rate_hz, rate_hz)[:n]
        for s, R in body.R_world_segment.items()
    }
    angles = {
        name: resampled_signal(curve, body.rate_hz, rate_hz)[:n]
        for name, curve in body.angles.angles_rad.items()
    }
    return body_signals(at_rate, R, JointAngles(rate_hz=rate_hz, angles_rad=angles), condition)


def _answer(
    network: CorrectionNetwork,
    seen: BodySignals,
    moves: Float[np.ndarray, " time"],
    rate_hz: float,
    samples: int,
) -> LegAnswer:
    """The network's answer at the session's own rate, without what it says about standing."""
    answer = network.leg(seen, moves)
    weight = moves if moves.any() else np.ones_like(moves)

    def heard(values: np.ndarray) -> np.ndarray:
        middle = np.average(values, axis=0, weights=weight)
        gentle = middle + weight[:, None, None] * (values - middle)
        return _lasting(resampled_signal(gentle, network.rate_hz, rate_hz), samples)

    return LegAnswer(answer.turns_rad, heard(answer.course_rad), heard(answer.sd_rad))


def _lasting(values: np.ndarray, samples: int) -> np.ndarray:
    """Rounding of two rates leaves a few samples too many or too few."""
    missing = samples - len(values)
    if missing <= 0:
        return values[:samples]
    return np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])


def _turns(answer: LegAnswer, joints: list[str], side: str) -> dict[str, np.ndarray]:
    """Turns of the segments of these joints, on their own side of the mirror."""
    mirror = _PSEUDO_MIRROR if side == "l" else np.ones(3)
    segments = {s for name in joints for s in (JOINTS[name].proximal, JOINTS[name].distal)}
    places = {"pelvis": 0, f"thigh_{side}": 1, f"shank_{side}": 2, f"foot_{side}": 3}
    return {s: answer.turns_rad[places[s]] * mirror for s in places if s in segments}
