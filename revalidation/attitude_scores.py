"""How far attitudes are from the truth: inclination, heading, relative orientation, slow drift.

Inclination and heading errors are those of the BROAD benchmark (Laidig, Caruso, Cereatti & Seel
2021, Data 6:72, section 3): the error rotation, seen from the world, is split into the smallest
tilt and a turn about the vertical. Theirs has the vertical along z, ours along y.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.optimize import minimize_scalar

from kinefuse import so3

Attitudes = Float[np.ndarray, "time 3 3"]
Known = Bool[np.ndarray, " time"]


def inclination_error_rad(R_world_found: Attitudes, R_world_true: Attitudes) -> np.ndarray:
    """Angle between the two answers to where up is; no heading error enters it."""
    up_found, up_true = R_world_found[:, 1, :], R_world_true[:, 1, :]  # in the sensor
    sine = np.linalg.norm(np.cross(up_found, up_true), axis=1)
    return np.arctan2(sine, np.sum(up_found * up_true, axis=1))


def heading_error_rad(R_world_found: Attitudes, R_world_true: Attitudes) -> np.ndarray:
    """Turn about the vertical that is left when the tilt is taken out, continuous over time."""
    E = R_world_found @ so3.transpose(R_world_true)
    return np.unwrap(np.arctan2(E[:, 0, 2] - E[:, 2, 0], E[:, 0, 0] + E[:, 2, 2]))


def heading_removed(R_world_found: Attitudes, R_world_true: Attitudes, known: Known) -> Attitudes:
    """The answer turned by the one constant heading that fits the truth best."""
    turn = heading_error_rad(R_world_found[known], R_world_true[known])
    return so3.about_y(-circular_mean(turn)) @ R_world_found


def circular_mean(angle_rad: Float[np.ndarray, " time"]) -> float:
    """Mean direction of angles."""
    return float(np.arctan2(np.sin(angle_rad).mean(), np.cos(angle_rad).mean()))


@dataclass(frozen=True, kw_only=True)
class ConstantTurns:
    """Two rotations that do not change: of the reference's frame and of the sensor's."""

    before: Float[np.ndarray, "3 3"]
    after: Float[np.ndarray, "3 3"]

    def applied(self, R_found: Attitudes) -> Attitudes:
        """The answer as it would be in the truth's frames."""
        return self.before @ R_found @ self.after


def constant_turns(
    R_found: Attitudes, R_true: Attitudes, known: Known, *, steps: int = 200
) -> ConstantTurns:
    """The rotations left and right of an answer that bring it nearest to the truth.

    Each in turn is the chordal mean given the other, which never makes the fit worse. They start
    from none, so that a fit at a half turn cannot be found by chance.
    """
    R_found, R_true = R_found[known], R_true[known]
    before, after = np.eye(3), np.eye(3)
    for _ in range(steps):
        old = after
        before = so3.nearest(np.einsum("tij,tkj->ik", R_true, R_found @ after))
        after = so3.nearest(np.einsum("tji,tjk->ik", before @ R_found, R_true))
        if np.abs(after - old).max() < 1e-9:
            break
    return ConstantTurns(before=before, after=after)


def relative_error_rad(R_found: Attitudes, R_true: Attitudes) -> Float[np.ndarray, "time 3"]:
    """Rotation vector from the true to the found relative orientation, in distal axes."""
    return so3.log(so3.transpose(R_true) @ R_found)


def change_error_rad(
    R_world_found: Attitudes, R_world_true: Attitudes, samples: int
) -> Float[np.ndarray, "later 3"]:
    """Error of how much the sensor turned over that many samples; needs no world at all."""

    def change(R):
        return so3.transpose(R[:-samples]) @ R[samples:]

    return so3.log(so3.transpose(change(R_world_true)) @ change(R_world_found))


def time_shift_samples(
    R_found: Attitudes, R_true: Attitudes, known: Known, *, largest: float = 5.0
) -> float:
    """How many samples the answer lags behind the truth, from how fast both turn.

    Two devices are never started at the same instant; at 300 deg/s a shift of 4 ms makes an error
    of 1.2 deg that is nobody's. Both are smoothed alike, so that interpolation does not matter.
    """
    both = known[1:] & known[:-1]
    found, true = (gaussian_filter1d(_turns(R, both), 2.0, axis=0) for R in (R_found, R_true))
    sound = gaussian_filter1d(both.astype(float), 2.0) > 0.999

    def misfit(lag: float) -> float:
        return float(np.mean((_interpolated(found, lag) - true)[sound] ** 2))

    return float(minimize_scalar(misfit, bounds=(-largest, largest), method="bounded").x)


def shifted(R: Attitudes, samples: float) -> Attitudes:
    """Attitudes read that many samples later, along the shortest turns between neighbours."""
    at = np.clip(np.arange(len(R)) + samples, 0, len(R) - 1)
    before = np.minimum(at.astype(int), len(R) - 2)
    turn = so3.log(so3.transpose(R[before]) @ R[before + 1])
    return R[before] @ so3.exp((at - before)[:, None] * turn)


def _turns(R: Attitudes, known: Bool[np.ndarray, " turn"]) -> Float[np.ndarray, "turn 3"]:
    turns = so3.log(so3.transpose(R[:-1]) @ R[1:])
    return np.where(known[:, None], turns, 0.0)


def _interpolated(values: Float[np.ndarray, "time 3"], later: float) -> np.ndarray:
    at = np.arange(len(values))
    return np.stack([np.interp(at + later, at, column) for column in values.T], axis=-1)


def rms_deg(error_rad: np.ndarray) -> float:
    """Root mean square of angles, or of the angle of rotation vectors [deg]; NaN is left out."""
    squares = error_rad**2 if error_rad.ndim == 1 else np.sum(error_rad**2, axis=-1)
    return float(np.rad2deg(np.sqrt(np.nanmean(squares))))


def wrapped(angle_rad: np.ndarray) -> np.ndarray:
    """The same angles within half a turn of zero."""
    return (angle_rad + np.pi) % (2 * np.pi) - np.pi


def drift_deg_min(
    error_rad: Float[np.ndarray, "time plane"],
    bounds: Float[np.ndarray, " contact"],
    rate_hz: float,
) -> Float[np.ndarray, " plane"]:
    """Slope over time of an angle's error, averaged over strides first [deg/min].

    Args:
        error_rad: Found minus true, wrapped.
        bounds: Samples at which strides begin.
        rate_hz: Samples per second.
    """
    starts = np.unique(np.asarray(bounds, dtype=int))
    starts = starts[starts < len(error_rad)]
    total = np.add.reduceat(np.exp(1j * error_rad), starts, axis=0)[:-1]
    means = np.rad2deg(np.unwrap(np.angle(total), axis=0))
    minutes = (starts[:-1] + starts[1:]) / (2 * 60 * rate_hz)
    return np.polyfit(minutes, means, 1)[0]


def slow_part(values: Float[np.ndarray, "time 3"], rate_hz: float, seconds: float) -> np.ndarray:
    """Moving mean over several strides: what is not part of a step."""
    window = max(1, min(len(values), round(seconds * rate_hz)))
    return uniform_filter1d(values, window, axis=0, mode="nearest")
