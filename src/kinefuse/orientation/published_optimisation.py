"""The published "optimisation" of one sensor's attitude: in closed form, and literally.

Rapp et al. (2021) look, frame by frame, for the turn whose rotation vector times the rate is the
gyroscope's reading, by BFGS over six numbers. The reading itself has that answer, so the closed
form is ``exp(gyr / rate)``. The literal search is kept to show that, and for who asks for it.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from kinefuse import so3
from kinefuse.orientation.strapdown import added_up

FRAMES_A_STEP = 100
"""Literally searched frames between two yields: some ten seconds."""
_IDENTITY = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])

Turns = Float[np.ndarray, "turn 3"]


def published_turns(gyr_rad_s: Float[np.ndarray, "time 3"], rate_hz: float) -> Turns:
    """Rotation vector [rad] of each sample's turn to the next: its own reading, held."""
    return np.ascontiguousarray(gyr_rad_s[:-1]) / rate_hz


def published_path(
    gyr_rad_s: Float[np.ndarray, "time 3"], rate_hz: float
) -> Float[np.ndarray, "time 3 3"]:
    """Attitude relative to the first sample's, as the published optimisation ends up with."""
    return added_up(published_turns(gyr_rad_s, rate_hz))


def literal_turns(
    gyr_rad_s: Float[np.ndarray, "time 3"], rate_hz: float, known: Turns | None = None
) -> Iterator[Turns]:
    """The same turns [rad], each found by BFGS: 0.05 to 0.25 s a frame.

    Args:
        gyr_rad_s: Readings of one sensor.
        rate_hz: Samples a second.
        known: Turns found before, where the search goes on.

    Yields:
        All turns so far, every ``FRAMES_A_STEP`` frames and at the end.
    """
    found = [] if known is None else list(known)
    wanted = gyr_rad_s[len(found) : -1]
    for gyr in wanted:
        found.append(_searched(gyr, rate_hz))
        if len(found) % FRAMES_A_STEP == 0:
            yield np.reshape(found, (-1, 3))
    yield np.reshape(found, (-1, 3))


def _searched(gyr_rad_s: Float[np.ndarray, "3"], rate_hz: float) -> Float[np.ndarray, "3"]:
    def misfit(six: np.ndarray) -> float:
        return float(np.sqrt(np.mean((gyr_rad_s - so3.log(_rotation_of_six(six)) * rate_hz) ** 2)))

    return so3.log(_rotation_of_six(minimize(misfit, _IDENTITY, method="BFGS").x))


def _rotation_of_six(six: Float[np.ndarray, "6"]) -> Float[np.ndarray, "3 3"]:
    """Two columns, made orthonormal by Gram and Schmidt, and their cross product."""
    x = six[:3] / np.linalg.norm(six[:3])
    y = six[3:] - (x @ six[3:]) * x
    y = y / np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], axis=-1)
