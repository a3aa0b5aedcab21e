"""Joint angles by networks, for a whole session at whatever rate it was recorded."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from kinefuse.alignment.vertical import moving
from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.dataset.resampling import resampled_session, resampled_signal
from kinefuse.networks.limbs import pair_signals
from kinefuse.networks.saved_model import Model
from kinefuse.pair_estimation import PairEstimate, estimate_pair
from kinefuse.recordings import ImuSession, JointAngles

JOINTS_AT_ONCE = 2
"""More would need more memory, a few hundred MB a joint and hour."""
ANSWERS = {"network": "alpha_rad", "orientation": "beta_rad", "fused": "theta_rad"}
"""What each answer is called among methods, and in a pair's estimate."""


def answers_of(model: Model, kind: str) -> tuple[str, ...]:
    """Which of ``ANSWERS`` a model can give for this kind of joint."""
    if not model.has(kind, "angles"):
        return ()
    if not model.has(kind, "orientation"):
        return ("network",)
    fuses = "fusion" in model.card.joints.get(kind, {}).get(AS_WORN, {})
    return ("network", "orientation", "fused") if fuses else ("network", "orientation")


def learned_angles(
    aligned: ImuSession, model: Model, at_rest: JointAngles
) -> dict[str, JointAngles]:
    """What the model's networks and their fusion say, by name of the answer.

    Args:
        aligned: Sensors in segment axes (see ``kinefuse.alignment``), at any rate.
        model: Joints it has no network for are left out, answers it cannot give as well.
        at_rest: Angles to give where nobody walks: the networks have only seen people in motion,
            and may say anything about somebody who stands.
    """
    at_rate = resampled_session(aligned, model.rate_hz)
    names = [name for name in aligned.joints() if model.has(JOINTS[name].kind, "angles")]
    moves = _gently(moving(at_rate), model.rate_hz)

    def pair(name: str) -> PairEstimate:
        joint = JOINTS[name]
        pair = pair_signals(at_rate, name)
        return estimate_pair(model, pair, joint.kind, moves=moves, side=joint.side)

    # Networks, filters and the smoother all let go of the interpreter while they compute.
    with ThreadPoolExecutor(JOINTS_AT_ONCE) as pool:
        pairs = dict(zip(names, pool.map(pair, names), strict=True))
    answers = {
        answer: {name: getattr(found, field) for name, found in pairs.items()}
        for answer, field in ANSWERS.items()
    }
    heard = _gently(moving(aligned), aligned.rate_hz)[:, None]
    return {
        answer: JointAngles(
            rate_hz=aligned.rate_hz,
            angles_rad={
                name: heard * _back(curve, model.rate_hz, aligned)
                + (1 - heard) * at_rest.angles_rad[name]
                for name, curve in curves.items()
            },
        )
        for answer, curves in answers.items()
        if curves and all(curve is not None for curve in curves.values())
    }


def _gently(moves: Bool[np.ndarray, " time"], rate_hz: float) -> Float[np.ndarray, " time"]:
    """The same mask, turned on and off over a second."""
    return uniform_filter1d(moves.astype(np.float64), max(1, round(rate_hz)), mode="nearest")


def _back(
    angles_rad: Float[np.ndarray, "time 3"], from_hz: float, session: ImuSession
) -> Float[np.ndarray, "samples 3"]:
    """Angles at the session's own rate and of its length."""
    if from_hz == session.rate_hz:
        return angles_rad
    angles = resampled_signal(angles_rad, from_hz, session.rate_hz)[: session.samples]
    missing = session.samples - len(angles)  # rounding of the two rates leaves at most a few
    return np.concatenate([angles, np.repeat(angles[-1:], missing, axis=0)])
