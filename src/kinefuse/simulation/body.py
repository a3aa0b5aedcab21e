"""How long a person's segments are and where they touch each other and the ground."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

USUAL_HEIGHT_M = 1.72
"""Mean of both sexes (Gordon et al. 2014, ANSUR II, NATICK/TR-15/007); of whoever told none."""


@dataclass(frozen=True, kw_only=True)
class Body:
    """Lengths of a person, as fractions of height by Winter (2009), fig. 4.1.

    Biomechanics and Motor Control of Human Movement, 4th ed.; the hip centres' distance is that
    of Harrington et al. (2007), J. Biomech. 40:595, for a pelvis 0.24 m wide.
    """

    height_m: float

    @property
    def hip_width_m(self) -> float:
        """Between the hip centres."""
        return 0.10 * self.height_m

    @property
    def thigh_m(self) -> float:
        """Hip to knee centre."""
        return 0.245 * self.height_m

    @property
    def shank_m(self) -> float:
        """Knee to ankle centre."""
        return 0.246 * self.height_m

    @property
    def leg_m(self) -> float:
        """Hip to ground, standing."""
        return 0.530 * self.height_m

    @property
    def foot_contacts_m(self) -> Float[np.ndarray, "point 3"]:
        """Heel and ball of the foot from the ankle's centre, in the foot's axes.

        The foot is 0.152 of the height long, the ankle 0.039 of it above the ground and a quarter
        of the foot in front of the heel; the ball is where the toes bend, at 0.72 of the foot.
        """
        length, up = 0.152 * self.height_m, 0.039 * self.height_m
        return np.array([[-0.25 * length, -up, 0.0], [0.47 * length, -up, 0.0]])


def draw_body(rng: np.random.Generator) -> Body:
    """Someone of either sex: of the usual height, SD 0.09 m (ANSUR II, both sexes)."""
    return Body(height_m=float(np.clip(rng.normal(USUAL_HEIGHT_M, 0.09), 1.50, 1.98)))
