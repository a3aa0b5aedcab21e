"""Two answers made one: the angle network's (alpha) and the smoothed attitudes' (beta).

Alpha knows where the middle of a movement lies, since it has seen how bodies move; beta knows its
course, since the gyroscope measured it. How far that holds depends on how the sensors sit: beta
carries every degree of misalignment, alpha has learned to bear it. So middle and course are both
taken in shares that are fitted, plane by plane, on people the networks were not trained on, with
sensors and attitudes like those that will be used (smoothed ones, not the truth).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import nnls

from kinefuse.anatomy.joints import PerPlane, per_plane

Angles = Float[np.ndarray, "time 3"]
Middles = Float[np.ndarray, "trial 3"]


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Shares, a plane: flexion, adduction, rotation."""

    alpha_share: PerPlane
    """Of alpha's course about its mean."""
    beta_share: PerPlane
    """Of beta's course about its mean."""
    alpha_middle: PerPlane = (1.0, 1.0, 1.0)
    """Of alpha's mean; the rest is beta's."""

    def combine(
        self, alpha_rad: Angles, beta_rad: Angles, moves: Float[np.ndarray, " time"] | None = None
    ) -> Angles:
        """Shares of both means, and of both courses about them [rad].

        The networks have only seen people in motion, so where ``moves`` (from 0 to 1, by default
        1 everywhere) says that nobody walks, alpha is not heard: means are taken, as published
        over everything, over what moves, and the course at rest is beta's.
        """
        weights = np.ones(len(alpha_rad)) if moves is None or not moves.any() else moves
        alpha_mean, beta_mean = (
            np.average(c, axis=0, weights=weights) for c in (alpha_rad, beta_rad)
        )
        share = np.array(self.alpha_middle)
        middle = share * alpha_mean + (1 - share) * beta_mean
        by_beta = beta_rad - beta_mean
        heard = weights[:, None] * (alpha_rad - alpha_mean) + (1 - weights[:, None]) * by_beta
        return middle + heard * np.array(self.alpha_share) + by_beta * np.array(self.beta_share)

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[float]]) -> "Fusion":
        """From a model's card."""
        return cls(**{name: per_plane(shares) for name, shares in words.items()})


def fit_fusion(
    alphas_rad: Sequence[Angles], betas_rad: Sequence[Angles], truths_rad: Sequence[Angles]
) -> Fusion:
    """Shares of least squared error over all trials, each plane by itself, none negative.

    Courses count by the sample, middles by the trial.
    """
    witnesses = alphas_rad, betas_rad, truths_rad
    alpha, beta, truth = (_courses(curves) for curves in witnesses)
    shares = [nnls(np.stack([alpha[:, i], beta[:, i]], axis=1), truth[:, i])[0] for i in range(3)]
    by_alpha, by_beta = np.array(shares).T
    middle = _middle_shares(*(np.stack([c.mean(axis=0) for c in curves]) for curves in witnesses))
    return Fusion(
        alpha_share=per_plane(by_alpha),
        beta_share=per_plane(by_beta),
        alpha_middle=per_plane(middle),
    )


def _middle_shares(alpha: Middles, beta: Middles, truth: Middles) -> Float[np.ndarray, "3"]:
    """Alpha's share, between 0 and 1; all of it where both middles agree."""
    apart = alpha - beta
    square = np.sum(apart**2, axis=0)
    shares = np.sum((truth - beta) * apart, axis=0) / np.where(square > 0, square, 1.0)
    return np.where(square > 0, np.clip(shares, 0, 1), 1.0)


def _courses(curves: Sequence[Angles]) -> Float[np.ndarray, "samples 3"]:
    return np.concatenate([curve - curve.mean(axis=0) for curve in curves])
