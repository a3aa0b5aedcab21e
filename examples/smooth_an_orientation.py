"""The gyroscope knows turns, a second witness attitudes: the trajectory that fits both."""

import numpy as np

from kinefuse import so3
from kinefuse.orientation.smoothing import smooth_orientation

RATE_HZ = 100.0
rng = np.random.default_rng(0)
t = np.arange(0, 20, 1 / RATE_HZ)
truth = so3.exp(np.stack([0.1 * np.sin(9 * t), 0.05 * np.cos(5 * t), 0.6 * np.sin(6 * t)], -1))
turns = so3.log(so3.transpose(truth[:-1]) @ truth[1:]) * RATE_HZ
gyroscope = np.vstack([turns, turns[-1:]]) + rng.normal(0, 0.02, (len(t), 3))
witness = truth @ so3.exp(rng.normal(0, 0.1, (len(t), 3)))  # right on average, jittery

smoothed = smooth_orientation(gyroscope, witness, RATE_HZ)


def error_deg(R):
    """Mean angle to the truth."""
    return np.rad2deg(np.linalg.norm(so3.log(so3.transpose(truth) @ R), axis=-1)).mean()


print(
    f"witness {error_deg(witness):.2f} deg, smoothed {error_deg(smoothed.R_world_sensor):.2f} deg"
)
