"""The published method end to end on one pair, as the baseline that ours is compared with."""

import numpy as np
from jaxtyping import Float

from kinefuse.networks.limbs import Pair, right_joint, sensor_gyroscopes
from kinefuse.networks.saved_model import Model
from kinefuse.orientation.published_optimisation import published_path
from kinefuse.pair_estimation import PairEstimate
from kinefuse.published_fusion import PublishedFusion, rotation_vector_angles

Attitudes = Float[np.ndarray, "time 3 3"]


def published_pair(
    model: Model, pair: Pair, kind: str, _condition: str = "", side: str | None = None
) -> PairEstimate:
    """Alpha, beta and theta as Rapp et al. (2021) compute them, whatever the condition.

    Raises:
        UnknownChoice: The model holds no angle network for this kind of joint.
    """
    alpha = model.predict_angles(pair, kind, side)
    words = model.card.joints.get(kind, {}).get("published")
    if words is None or not model.has(kind, "orientation"):
        return PairEstimate(alpha)
    beta = published_beta(published_attitudes(model, pair, kind, side), kind)
    return PairEstimate(alpha, beta, PublishedFusion.from_words(words).combine(alpha, beta))


def published_attitudes(
    model: Model, pair: Pair, kind: str, side: str | None = None
) -> tuple[Attitudes, Attitudes]:
    """Both sensors dead-reckoned from the orientation network's attitude at the first sample.

    That is what the published optimisation converges to, in closed form.

    Raises:
        UnknownChoice: The model holds no orientation network for this kind of joint.
    """
    first, second = (published_path(gyr, model.rate_hz) for gyr in sensor_gyroscopes(pair))
    proximal, distal = (R[0] for R in model.predict_orientations(pair, kind, side))
    return proximal @ first, distal @ second


def published_beta(
    attitudes: tuple[Attitudes, Attitudes], kind: str
) -> Float[np.ndarray, "time 3"]:
    """The angles that the paper reads off two attitudes [rad]."""
    return rotation_vector_angles(*attitudes, right_joint(kind))
