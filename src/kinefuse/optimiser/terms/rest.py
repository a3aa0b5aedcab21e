"""A sensor at rest, above all a foot on the ground: it feels gravity and its own bias alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import binary_opening

from kinefuse.gravity import WORN_GRAVITY_M_S2
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns
from kinefuse.recordings import ImuRecording


@dataclass(frozen=True, kw_only=True)
class BiasAtRest:
    """Mean reading of a gyroscope while it does not turn."""

    segment: str
    gyr_rad_s: Float[np.ndarray, "knot 3"]
    sd_rad_s: float
    known: Bool[np.ndarray, " knot"]

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row of three a knot."""
        same = np.broadcast_to(np.eye(3) / self.sd_rad_s, (at.knots, 3, 3))
        return [
            Residuals(
                name="gyroscope at rest",
                values=(at.bias(self.segment) - self.gyr_rad_s) / self.sd_rad_s,
                columns=at.layout.bias(self.segment),
                jacobians=same,
                huber=2.0,
                known=self.known,
            )
        ]


def at_rest(
    imu: ImuRecording, slow_rad_s: float, force_within_m_s2: float, shortest_s: float
) -> Bool[np.ndarray, " time"]:
    """Samples at which a sensor hardly turns and feels one g and nothing else, for a while."""
    slow = np.linalg.norm(imu.gyr_rad_s, axis=1) < slow_rad_s
    force = np.abs(np.linalg.norm(imu.acc_m_s2, axis=1) - WORN_GRAVITY_M_S2) < force_within_m_s2
    return binary_opening(slow & force, np.ones(max(1, round(shortest_s * imu.rate_hz))))
