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

Angles = Float[np.ndarray, "time 3"]
Middles = Float[np.ndarray, "trial 3"]
Shares = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Shares, a plane: flexion, adduction, rotation."""

    alpha_share: Shares
    """Of alpha's course about its mean."""
    beta_share: Shares
    """Of beta's course about its mean."""
    alpha_middle: Shares = (1.0, 1.0, 1.0)
    """Of alpha's mean; the rest is beta's."""

    def combine(self, alpha_rad: Angles, beta_rad: Angles) -> Angles:
        """The shares of both middles and of both courses about them [rad].

        A middle is the mean over the whole recording, as published.
        """
        alpha_middle, beta_middle = alpha_rad.mean(axis=0), beta_rad.mean(axis=0)
        share = np.array(self.alpha_middle)
        middle = share * alpha_middle + (1 - share) * beta_middle
        by_alpha = (alpha_rad - alpha_middle) * np.array(self.alpha_share)
        by_beta = (beta_rad - beta_middle) * np.array(self.beta_share)
        return middle + by_alpha + by_beta

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[float]]) -> "Fusion":
        """From a model's card."""
        return cls(**{name: tuple(map(float, shares)) for name, shares in words.items()})


def fit_fusion(
    alphas_rad: Sequence[Angles], betas_rad: Sequence[Angles], truths_rad: Sequence[Angles]
) -> Fusion:
    """Shares of least squared error over all trials, each plane by itself, none negative.

    Courses count by the sample, middles by the trial.
    """
    witnesses = alphas_rad, betas_rad, truths_rad
    alpha, beta, truth = (_courses(curves) for curves in witnesses)
    shares = [nnls(np.stack([alpha[:, i], beta[:, i]], axis=1), truth[:, i])[0] for i in range(3)]
    by_alpha, by_beta = np.array(shares).T.tolist()
    middle = _middle_shares(*(np.stack([c.mean(axis=0) for c in curves]) for curves in witnesses))
    return Fusion(
        alpha_share=tuple(by_alpha), beta_share=tuple(by_beta), alpha_middle=tuple(middle.tolist())
    )


def _middle_shares(alpha: Middles, beta: Middles, truth: Middles) -> Float[np.ndarray, "3"]:
    """Alpha's share, between 0 and 1; all of it where both middles agree."""
    apart = alpha - beta
    square = np.sum(apart**2, axis=0)
    shares = np.sum((truth - beta) * apart, axis=0) / np.where(square > 0, square, 1.0)
    return np.where(square > 0, np.clip(shares, 0, 1), 1.0)


def _courses(curves: Sequence[Angles]) -> Float[np.ndarray, "samples 3"]:
    return np.concatenate([curve - curve.mean(axis=0) for curve in curves])
