"""What ideal inertial sensors would feel on moving segments.

Positions and axes are differentiated by seven-point stencils (exact for polynomials of degree six,
one-sided at the ends): motion below a tenth of the rate comes out to three digits, and a constant
rotation to ``(turn per sample)^6 / 140``, which is 2e-8 for 20 rad/s at 200 Hz. Recorded motion is
low-passed first: differentiating twice multiplies noise by frequency squared.

Inside this module time comes last, so that every curve is contiguous, and one segment is done
after the other, so that all its curves stay in the cache: together that halves the run time.
"""

from collections.abc import Mapping
from functools import cache
from math import factorial

import numpy as np
from jaxtyping import Float
from scipy.interpolate import make_interp_spline
from scipy.signal import butter, sosfiltfilt

from kinefuse.errors import TooShort
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import ImuRecording, ImuSession, SegmentPoses
from kinefuse.simulation.placement import PLACEMENT, Place, sensor_offset_m

CUTOFF_HZ: Mapping[str, float] = {"walking": 12.0, "running": 20.0}
"""Low-pass of recorded motion, by activity.

Above the 99 % power limit of lower-limb markers in walking (6 Hz, Winter 2009, section 3.4.4.3)
and in running (about 15 Hz, Kristianslund et al. 2012, J. Biomech. 45:666), with room for the
acceleration, whose spectrum reaches further than that of the position.
"""

_ORDER = 2  # run forwards and backwards: fourth order, no phase
_STENCIL = 7
_HALF = _STENCIL // 2
_SPLINE_DEGREE = 5  # a second derivative without corners
_TRUSTED_BAND = 0.3  # of the lower rate; what would alias is then damped at least twentyfold

Curves = Float[np.ndarray, "curve time"]
Vectors = Float[np.ndarray, "3 time"]
Axes = Float[np.ndarray, "3 3 time"]
"""Forward, up and right axis of a segment, in the world: the columns of R_world_segment."""


def simulate_imus(
    poses: SegmentPoses,
    placement: Mapping[str, Place] = PLACEMENT,
    rate_hz: float | None = None,
    *,
    name: str = "simulated",
) -> ImuSession:
    """Ideal sensors on every segment of ``poses`` that has a place, in the segment's axes.

    Args:
        poses: Smooth motion; recorded motion goes through ``resample_poses`` first.
        placement: Where each sensor sits.
        rate_hz: Rate of the sensors, if it is not that of the poses.
        name: Name of the session.

    Raises:
        TooShort: A derivative needs seven samples.
    """
    if rate_hz is not None and rate_hz != poses.rate_hz:
        poses = resample_poses(poses, rate_hz)
    if poses.samples < _STENCIL:
        raise TooShort("simulated sensors", needed=_STENCIL, got=poses.samples)
    worn = [segment for segment in poses.R_world_segment if segment in placement]
    return ImuSession(
        name=name, sensors={segment: _sensor(segment, placement, poses) for segment in worn}
    )


def resample_poses(
    poses: SegmentPoses, rate_hz: float, cutoff_hz: float | None = None
) -> SegmentPoses:
    """The same motion, low-passed and at another rate.

    Butterworth, fourth order, without phase, then quintic splines, on positions and on the
    forward and upward axes, which are made unit and square again. ``cutoff_hz`` None leaves the
    motion as it is, for analytic ones; only what would alias at a lower ``rate_hz`` is always
    taken away.
    """
    cutoff_hz = _allowed_cutoff(poses.rate_hz, rate_hz, cutoff_hz)
    if cutoff_hz == np.inf and rate_hz == poses.rate_hz:
        return poses
    R_world_segment, origin_m = {}, {}
    for segment, R in poses.R_world_segment.items():
        curves = np.concatenate([R[:, :, 0].T, R[:, :, 1].T, poses.origin_m[segment].T])
        curves = _low_pass(curves, poses.rate_hz, cutoff_hz)
        curves = _resample(curves, poses.rate_hz, rate_hz)
        R_world_segment[segment] = _squared(curves[0:3], curves[3:6]).transpose(2, 1, 0).copy()
        origin_m[segment] = curves[6:9].T.copy()
    return SegmentPoses(rate_hz=rate_hz, R_world_segment=R_world_segment, origin_m=origin_m)


def derivative(curves: Curves, rate_hz: float, order: int) -> Curves:
    """First or second derivative over time by seven-point stencils."""
    weights = rate_hz**order * _stencils(order)
    out = np.empty_like(curves)
    inner = curves.shape[-1] - 2 * _HALF
    out[:, _HALF:-_HALF] = sum(
        w * curves[:, i : i + inner] for i, w in enumerate(weights[_HALF]) if w != 0
    )
    out[:, :_HALF] = curves[:, :_STENCIL] @ weights[:_HALF].T
    out[:, -_HALF:] = curves[:, -_STENCIL:] @ weights[-_HALF:].T
    return out


def _sensor(segment: str, placement: Mapping[str, Place], poses: SegmentPoses) -> ImuRecording:
    axes = np.ascontiguousarray(poses.R_world_segment[segment].transpose(2, 1, 0))
    offset = sensor_offset_m(segment, placement[segment], poses)
    position = poses.origin_m[segment].T + np.tensordot(offset, axes, axes=1)
    return ImuRecording(
        segment=segment,
        rate_hz=poses.rate_hz,
        acc_m_s2=_specific_force(position, axes, poses.rate_hz).T.copy(),
        gyr_rad_s=_angular_velocity(axes, poses.rate_hz).T.copy(),
    )


def _specific_force(position_m: Vectors, axes: Axes, rate_hz: float) -> Vectors:
    """Accelerometer reading [m/s2]: gravity is felt as the support that resists it."""
    felt = derivative(position_m, rate_hz, order=2)
    felt[1] += STANDARD_GRAVITY_M_S2
    return np.stack([_dot(axis, felt) for axis in axes])


def _angular_velocity(axes: Axes, rate_hz: float) -> Vectors:
    """Gyroscope reading [rad/s]: how fast one axis moves towards the next, seen by the sensor."""
    x, y, z = axes
    dx, dy = derivative(x, rate_hz, order=1), derivative(y, rate_hz, order=1)
    return np.stack([_dot(dy, z), -_dot(dx, z), _dot(dx, y)])


@cache
def _stencils(order: int) -> Float[np.ndarray, "at of"]:
    """Row i: weights of seven neighbours for the derivative at the i-th of them (Taylor)."""
    distance = np.arange(_STENCIL)[None, :] - np.arange(_STENCIL)[:, None]
    powers = distance[:, None, :] ** np.arange(_STENCIL)[None, :, None]
    wanted = np.zeros((_STENCIL, _STENCIL, 1))
    wanted[:, order] = factorial(order)
    weights = np.linalg.solve(powers.astype(float), wanted)[..., 0]
    return np.round(weights * 180) / 180  # every weight is a multiple of 1/180: no rounding error


def _allowed_cutoff(from_hz: float, to_hz: float, wanted_hz: float | None) -> float:
    """The wanted cut-off, lowered to what the new rate can hold; infinite if none is needed."""
    allowed = _TRUSTED_BAND * to_hz if to_hz < from_hz else np.inf
    return min(allowed, np.inf if wanted_hz is None else wanted_hz)


def _low_pass(curves: Curves, rate_hz: float, cutoff_hz: float) -> Curves:
    # Two passes of second order together reach -3 dB below the frequency of either; each is
    # therefore designed for a higher one (Winter 2009, eq. 3.10).
    one_pass_hz = cutoff_hz / (np.sqrt(2) - 1) ** 0.25
    if one_pass_hz >= rate_hz / 2:
        return curves
    edge = min(3 * int(rate_hz / cutoff_hz), curves.shape[-1] - 1)
    return sosfiltfilt(_butterworth(one_pass_hz, rate_hz), curves, padlen=edge)


@cache
def _butterworth(cutoff_hz: float, rate_hz: float) -> np.ndarray:
    return np.asarray(butter(_ORDER, cutoff_hz, fs=rate_hz, output="sos"))


def _resample(curves: Curves, from_hz: float, to_hz: float) -> Float[np.ndarray, "curve new_time"]:
    if from_hz == to_hz:
        return curves
    last = curves.shape[-1] - 1
    at = np.arange(int(last * to_hz / from_hz + 1e-9) + 1) * (from_hz / to_hz)
    spline = make_interp_spline(np.arange(last + 1), curves, k=_SPLINE_DEGREE, axis=-1)
    return spline(np.minimum(at, last))


def _squared(forward: Vectors, up: Vectors) -> Axes:
    """The square frame nearest to two axes: of unit vectors, sum and difference are square."""
    forward, up = _unit(forward), _unit(up)
    between, across = _unit(forward + up), _unit(forward - up)
    x, y = (between + across) / np.sqrt(2), (between - across) / np.sqrt(2)
    return np.stack([x, y, np.cross(x, y, axis=0)])


def _unit(v: Vectors) -> Vectors:
    return v / np.sqrt(_dot(v, v))


def _dot(a: Vectors, b: Vectors) -> Float[np.ndarray, " time"]:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
