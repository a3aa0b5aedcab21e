"""Orientation of one sensor over a whole recording, from two imperfect witnesses.

The gyroscope knows every small turn but drifts; the network knows the attitude but
jitters. The smoother finds the trajectory ``R_t`` that disappoints both least:

    sum_t |log(R_t^T R_t+1) - w_t dt|^2 / turn_sigma^2     (gyroscope)
  + sum_t |log(N_t^T R_t)|^2 / attitude_sigma^2            (network)

by Gauss-Newton on SO(3), ``R <- R exp(d)``. Each turn links two neighbours only, so the normal
matrix is block tridiagonal and one step costs O(samples); residuals, Jacobians, elimination and
substitution are fused into two compiled passes (see ``_tridiagonal``).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinefuse import so3
from kinefuse.errors import TooShort
from kinefuse.orientation._tridiagonal import gauss_newton_step
from kinefuse.orientation.strapdown import dead_reckoning, turns_between_samples

Trajectory = Float[np.ndarray, "time 3 3"]


@dataclass(frozen=True, kw_only=True)
class SmoothingConfig:
    """How far each witness is trusted, and when to stop."""

    turn_sigma_rad: float = 2e-3
    """Gyroscope noise per sample [rad]; raise it for soft-tissue artefact."""
    attitude_sigma_rad: float = 0.15
    """Network attitude error [rad]. White by assumption, so an error that lasts for n samples
    needs sqrt(n) times its size; fitted on validation people, not guessed."""
    tolerance_rad: float = 1e-5
    """Stop when no sample moves by more than this [rad]: 0.0006 deg."""
    max_steps: int = 20
    start_window_s: float = 5.0
    """The start averages the network over this long [s]: several strides, before drift matters."""


@dataclass(frozen=True)
class Smoothed:
    """A trajectory and the evidence that it is the answer."""

    R_world_sensor: Trajectory
    steps: int
    converged: bool


def smooth_orientation(
    gyr_rad_s: Float[np.ndarray, "time 3"],
    R_world_sensor: Trajectory,
    rate_hz: float,
    config: SmoothingConfig = SmoothingConfig(),
) -> Smoothed:
    """Refine network attitudes with the turns the gyroscope measured.

    Args:
        gyr_rad_s: Angular velocity in the sensor frame. The turn from sample t to t + 1 is taken
            at the mean of both samples' velocities, as a sensor reports them at their instants.
        R_world_sensor: The network's attitude at every sample.
        rate_hz: Samples per second.
        config: Trust in each witness, and stopping rule.

    Returns:
        The smoothed trajectory. ``converged`` is false if ``max_steps`` ran out.

    Raises:
        TooShort: There is no turn between fewer than two samples.
    """
    if len(gyr_rad_s) < 2:
        raise TooShort("smoothing", needed=2, got=len(gyr_rad_s))
    turns = turns_between_samples(gyr_rad_s, rate_hz)
    network = np.ascontiguousarray(R_world_sensor, dtype=np.float64)
    R = _start(gyr_rad_s, network, rate_hz, config.start_window_s)
    weights = config.turn_sigma_rad**-2, config.attitude_sigma_rad**-2
    for step in range(1, config.max_steps + 1):
        if gauss_newton_step(R, turns, network, *weights) < config.tolerance_rad:
            return Smoothed(R, step, converged=True)
    return Smoothed(R, config.max_steps, converged=False)


def _start(
    gyr_rad_s: np.ndarray, network: np.ndarray, rate_hz: float, window_s: float
) -> np.ndarray:
    """The gyroscope's path, hung on the network's attitudes averaged over a window around each.

    Starting from the network itself, a single attitude half a turn off ends in a false minimum.
    """
    R_start_sensor = dead_reckoning(gyr_rad_s, rate_hz)
    R_world_start = network @ so3.transpose(R_start_sensor)
    window = max(1, min(len(network), round(window_s * rate_hz)))
    averaged = uniform_filter1d(R_world_start, window, axis=0, mode="nearest")
    # Averages of neighbours hardly differ: one in twenty windows' length is decomposed and held.
    held = max(1, window // 20)
    anchors = np.repeat(so3.nearest(averaged[held // 2 :: held]), held, axis=0)
    missing = np.repeat(anchors[-1:], max(0, len(network) - len(anchors)), axis=0)
    hung = np.concatenate([anchors, missing])[: len(network)]
    return np.ascontiguousarray(hung @ R_start_sensor)
