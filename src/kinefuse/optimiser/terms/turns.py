"""The gyroscope: from knot to knot a path turns as it was dead-reckoned, but for bias and noise.

With ``R = C S`` and the bias ``b0`` already taken off ``S``, what is left is
``dC = -(C S (b - b0)) dt`` and white noise, so that from one knot to the next

    r = log(C[k]^T C[k+1]) + B[k] (b[k] - b0[k]),     B[k] = integral of S

Like every residual here it is written in a frame that turns with the path: turning the whole world
about the vertical changes nothing, so nothing pretends to know the heading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinefuse import so3
from kinefuse.optimiser.paths import Path
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns


@dataclass(frozen=True, kw_only=True)
class Turns:
    """The gyroscopes of all segments."""

    paths: Mapping[str, Path]
    noise_rad_sqrt_s: float
    """Angle random walk: SD of the turn's error grows with the root of time."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row of three between neighbouring knots, a segment."""
        return [self._of(segment, path, at) for segment, path in self.paths.items()]

    def _of(self, segment: str, path: Path, at: Unknowns) -> Residuals:
        C, lever = at.turn(segment), path.lever_of_bias
        turn = so3.log(so3.transpose(C[:-1]) @ C[1:])
        more_bias = at.bias(segment)[:-1] - path.bias_rad_s[:-1]
        drift = (lever @ more_bias[:, :, None])[..., 0]
        by_turn = so3.inverse_right_jacobian(turn) @ so3.transpose(C[1:])
        per_sigma = 1 / (self.noise_rad_sqrt_s * np.sqrt(path.knots.apart_s))[:, None, None]
        none = np.zeros_like(by_turn)
        return Residuals(
            name="gyroscope",
            values=per_sigma[..., 0] * (turn + drift),
            columns=np.concatenate([at.layout.turn(segment), at.layout.bias(segment)]),
            jacobians=per_sigma * np.concatenate([-by_turn, lever], axis=2),
            next_jacobians=per_sigma * np.concatenate([by_turn, none], axis=2),
        )
