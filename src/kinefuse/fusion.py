"""Two answers made one: the angle network's (alpha) and the smoothed attitudes' (beta).

Alpha knows where the middle of a movement lies, since it has seen how bodies move; beta knows its
course, since the gyroscope measured it. So the offset comes from alpha, and the course from both,
in shares that are fitted, plane by plane, on people the networks were not trained on, with the
attitudes that will be used (smoothed ones, not the truth).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import nnls

Angles = Float[np.ndarray, "time 3"]
Shares = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Shares of both courses, a plane: flexion, adduction, rotation."""

    alpha_share: Shares
    beta_share: Shares

    def combine(self, alpha_rad: Angles, beta_rad: Angles) -> Angles:
        """Alpha's mean, and the shares of both courses about their own means [rad].

        The means are over the whole recording, as published.
        """
        middle = alpha_rad.mean(axis=0)
        by_alpha = (alpha_rad - middle) * np.array(self.alpha_share)
        by_beta = (beta_rad - beta_rad.mean(axis=0)) * np.array(self.beta_share)
        return middle + by_alpha + by_beta

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[float]]) -> "Fusion":
        """From a model's card."""
        return cls(**{name: tuple(map(float, shares)) for name, shares in words.items()})


def fit_fusion(
    alphas_rad: Sequence[Angles], betas_rad: Sequence[Angles], truths_rad: Sequence[Angles]
) -> Fusion:
    """Shares of least squared error over all trials, each plane by itself, none negative."""
    alpha, beta, truth = (_courses(curves) for curves in (alphas_rad, betas_rad, truths_rad))
    shares = [nnls(np.stack([alpha[:, i], beta[:, i]], axis=1), truth[:, i])[0] for i in range(3)]
    by_alpha, by_beta = np.array(shares).T.tolist()
    return Fusion(alpha_share=tuple(by_alpha), beta_share=tuple(by_beta))


def _courses(curves: Sequence[Angles]) -> Float[np.ndarray, "samples 3"]:
    return np.concatenate([curve - curve.mean(axis=0) for curve in curves])
