"""Orientation of one sensor over a whole recording, from two imperfect witnesses.

The gyroscope knows every small turn but drifts; the network knows the attitude but
jitters. The smoother finds the trajectory ``R_t`` that disappoints both least:

    sum_t |log(exp(-w_t dt) R_t^T R_t+1)|^2 / turn_sigma^2     (gyroscope)
  + sum_t |log(N_t^T R_t)|^2 / attitude_sigma^2                (network)

It writes ``R_t = C_t S_t``, where dead reckoning S has every fast turn, so that only a slow turn C
of the world frame is left to find. All that depends on S alone is computed once; each step is two
light passes over the samples (see ``_tridiagonal``), in tiles that fit the fastest memory.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.errors import NotFinite, TooShort, UnequalLengths
from kinefuse.orientation._averages import start_from_averages
from kinefuse.orientation._compiled import compiled
from kinefuse.orientation._tiles import fill, tiles_for, write
from kinefuse.orientation._tridiagonal import eliminate, step

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
    max_steps: int = 50
    """A step is cheap and gains a factor of 3 to 1000, the more the less the network jitters."""
    start_window_s: float = 5.0
    """The start averages the network over this long [s], in whole tiles of 64 samples: several
    strides, before drift matters."""


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
        UnequalLengths: The witnesses differ in their number of samples.
        NotFinite: A witness holds NaN or infinity.
    """
    _refuse_unusable(gyr_rad_s, R_world_sensor)
    window = max(1, round(config.start_window_s * rate_hz))
    trust = (config.attitude_sigma_rad / config.turn_sigma_rad) ** 2
    R_smoothed = np.empty((len(gyr_rad_s), 3, 3))
    steps, largest_rad = _smooth(
        tiles_for(len(gyr_rad_s)),
        np.ascontiguousarray(gyr_rad_s, dtype=np.float64),
        np.ascontiguousarray(R_world_sensor, dtype=np.float64),
        float(rate_hz),
        min(window, len(gyr_rad_s)),
        trust,
        config.tolerance_rad,
        config.max_steps,
        R_smoothed,
    )
    return Smoothed(R_smoothed, steps, converged=largest_rad < config.tolerance_rad)


def _refuse_unusable(gyr_rad_s: np.ndarray, R_world_sensor: np.ndarray) -> None:
    if len(gyr_rad_s) != len(R_world_sensor):
        lengths = {"angular velocities": len(gyr_rad_s), "attitudes": len(R_world_sensor)}
        raise UnequalLengths("smoothing", lengths)
    if len(gyr_rad_s) < 2:
        raise TooShort("smoothing", needed=2, got=len(gyr_rad_s))
    for what, values in (("angular velocity", gyr_rad_s), ("attitude", R_world_sensor)):
        finite = np.isfinite(values)
        if not finite.all():
            bad = np.flatnonzero(~finite.reshape(len(values), -1).all(axis=1))
            raise NotFinite(f"smoothing: {what}", first_sample=int(bad[0]), count=len(bad))


@compiled
def _smooth(
    tiles, gyr_rad_s, network, rate_hz, window, trust, tolerance_rad, max_steps, R_smoothed
):
    """Write the trajectory; return the steps made, and the largest move [rad] of the last."""
    samples = len(network)
    fill(tiles, gyr_rad_s, network, rate_hz)
    # Starting from the network itself, one attitude half a turn off ends in a false minimum.
    start_from_averages(tiles, samples, window)
    eliminate(tiles, samples, trust)
    steps, largest_rad = 0, np.inf
    while steps < max_steps and not largest_rad < tolerance_rad:
        largest_rad = step(tiles, samples, trust)
        steps += 1
    write(tiles, R_smoothed)
    return steps, largest_rad
