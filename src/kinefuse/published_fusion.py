"""The published blend of both answers, kept as it was, so that ours is compared with it.

Rapp et al. (2021): attitudes by dead reckoning from the network's first one; the rotation vector
of the relative attitude in place of Cardan angles; scale and weight fitted on true attitudes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import joint_rotation
from kinefuse.anatomy.joints import Joint, PerPlane, per_plane

Angles = Float[np.ndarray, "time 3"]
Attitudes = Float[np.ndarray, "time 3 3"]
_WEIGHTS = np.linspace(0, 1, 101)  # the published grid


@dataclass(frozen=True, kw_only=True)
class PublishedFusion:
    """Parameters of one joint, a plane: flexion, adduction, rotation."""

    std_ratio: PerPlane
    """Mean SD of the true angle over that of the rotation vector."""
    weight: PerPlane
    """Of the angle network."""

    def combine(self, alpha_rad: Angles, beta_rad: Angles) -> Angles:
        """``w alpha + (1 - w) beta'``, with beta' scaled and moved to alpha's mean [rad]."""
        w = np.array(self.weight)
        return w * alpha_rad + (1 - w) * _moved(alpha_rad, beta_rad, self.std_ratio)

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[float]]) -> "PublishedFusion":
        """From a model's card."""
        return cls(**{name: per_plane(values) for name, values in words.items()})


def rotation_vector_angles(
    R_world_proximal: Attitudes, R_world_distal: Attitudes, joint: Joint
) -> Angles:
    """The published stand-in for joint angles: components z, x, y of the rotation vector."""
    vector = so3.log(joint_rotation(R_world_proximal, R_world_distal))
    return vector[..., [2, 0, 1]] * np.array(joint.signs)


def fit_published(
    alphas_rad: Sequence[Angles], true_betas_rad: Sequence[Angles], truths_rad: Sequence[Angles]
) -> PublishedFusion:
    """Scale and weight from the true attitudes' rotation vectors, as published."""
    spread = np.mean([truth.std(axis=0) for truth in truths_rad], axis=0)
    ratio = spread / np.mean([beta.std(axis=0) for beta in true_betas_rad], axis=0)
    trials = list(zip(alphas_rad, true_betas_rad, truths_rad, strict=True))
    scores = np.zeros((len(_WEIGHTS), 3))
    for alpha, beta, truth in trials:
        moved = _moved(alpha, beta, ratio)
        for i, w in enumerate(_WEIGHTS):
            error = w * alpha + (1 - w) * moved - truth
            scores[i] += np.sqrt(np.mean(error**2, axis=0)) / len(trials)
    best = _WEIGHTS[scores.argmin(axis=0)]
    return PublishedFusion(std_ratio=per_plane(ratio), weight=per_plane(best))


def _moved(alpha: Angles, beta: Angles, ratio: Sequence[float] | np.ndarray) -> Angles:
    return (beta - beta.mean(axis=0)) * np.array(ratio) + alpha.mean(axis=0)
