"""One joint from its two sensors: alpha, beta and theta.

Everything here is seen as on a right leg (see ``networks.limbs``); clinical angles come out with
the same sign for both sides.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.fusion import Fusion
from kinefuse.networks.limbs import Pair, right_joint, sensor_gyroscopes
from kinefuse.networks.saved_model import Model
from kinefuse.networks.travel_frame import estimated_heading, to_world
from kinefuse.orientation.smoothing import SmoothingConfig, smooth_orientation

Angles = Float[np.ndarray, "time 3"]
Attitudes = Float[np.ndarray, "time 3 3"]


@dataclass(frozen=True)
class PairEstimate:
    """What both networks and their fusion say about one joint [rad]."""

    alpha_rad: Angles
    """The angle network's answer."""
    beta_rad: Angles | None = None
    """The angles between the smoothed attitudes; None without an orientation network."""
    theta_rad: Angles | None = None
    """Both, fused; None unless the model's card tells how."""


def estimate_pair(
    model: Model,
    pair: Pair,
    kind: str,
    condition: str = AS_WORN,
    moves: Float[np.ndarray, " time"] | None = None,
    side: str | None = None,
) -> PairEstimate:
    """Angles of a joint from its two sensors, in segment axes and at the model's rate.

    Args:
        model: With an angle network for this kind of joint; its card tells how to fuse.
        pair: Signals of both sensors as on a right leg.
        kind: hip, knee or ankle.
        condition: How well the sensors sit, one of ``dataset.conditions.CONDITIONS``; real ones
            are worn, however they were aligned.
        moves: From 0 to 1, where the person moves as the networks have seen people move.
        side: 'r' or 'l', for networks that were taught left legs as they are.

    Raises:
        UnknownChoice: The model holds no angle network for this kind of joint.
    """
    alpha = model.predict_angles(pair, kind, side)
    parameters = model.card.joints.get(kind, {}).get(condition, {})
    if not model.has(kind, "orientation"):
        return PairEstimate(alpha)
    smoothing = SmoothingConfig(**parameters.get("smoothing", {}))
    attitudes = world_attitudes(model, pair, kind, side)
    beta = beta_angles(attitudes, pair, model.rate_hz, kind, smoothing)
    if "fusion" not in parameters:
        return PairEstimate(alpha, beta)
    fusion = Fusion.from_words(parameters["fusion"])
    return PairEstimate(alpha, beta, fusion.combine(alpha, beta, moves))


def world_attitudes(
    model: Model, pair: Pair, kind: str, side: str | None = None
) -> tuple[Attitudes, Attitudes]:
    """The network's attitudes of both sensors in one world whose heading the gyroscopes carry.

    Both share one heading, the mean of what the two gyroscopes say, so that their biases do not
    turn the segments against each other.
    """
    attitudes = model.predict_orientations(pair, kind, side)
    gyroscopes = sensor_gyroscopes(pair)
    heading_rad = np.mean(
        [
            estimated_heading(gyr, R, model.rate_hz)
            for gyr, R in zip(gyroscopes, attitudes, strict=True)
        ],
        axis=0,
    )
    proximal, distal = (to_world(R, heading_rad) for R in attitudes)
    return proximal, distal


def beta_angles(
    network_attitudes: tuple[Attitudes, Attitudes],
    pair: Pair,
    rate_hz: float,
    kind: str,
    smoothing: SmoothingConfig,
) -> Angles:
    """Angles between both attitudes once each is smoothed with its gyroscope [rad]."""
    smoothed = [
        smooth_orientation(gyr, R, rate_hz, smoothing).R_world_sensor
        for gyr, R in zip(sensor_gyroscopes(pair), network_attitudes, strict=True)
    ]
    return angles_of_rotation(joint_rotation(*smoothed), right_joint(kind))
