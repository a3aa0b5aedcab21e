"""A sensor on flesh: it lags behind the bone, swings after impacts, and tilts as it does.

Each sensor is a mass on a damped spring, driven by what the bone feels. With the displacement y
from its resting place and the specific force f of the bone::

    y'' + 2 d w y' + w^2 y = -(f - mean f),     the sensor feels f + y'' + its part of the turning

where the turning of the bone, at omega, adds ``2 omega x y' + alpha x y + omega x (omega x y)``: a
sensor that shifts by millimetres at half a metre a second on a thigh that swings would otherwise
feel on average what no body can feel. Neglected: the skin that slides with the joint angle instead
of with the force.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.signal import bilinear, lfilter, lfilter_zi

from kinefuse import so3
from kinefuse.recordings import ImuRecording
from kinefuse.simulation.imu import derivative


@dataclass(frozen=True, kw_only=True)
class Flesh:
    """What lies between a sensor and the bone."""

    frequency_hz: float
    """Of the free oscillation; lower is softer: one g of force shifts by ``g / (2 pi f)^2``."""
    damping: float = 0.3
    """Fraction of the critical damping; heavily damped by active muscle (Wakeling & Nigg 2001,
    J. Appl. Physiol. 90:412), so that an impact rings for about two periods."""
    outwards: tuple[float, float, float]
    """Direction that the sensor's face looks to, right side, in segment axes; a shift along the
    skin tilts the sensor about the axis square to both."""
    tilt_deg_per_mm: float = 0.5
    """Turn of the sensor a millimetre of shift. In the pin and fluoroscopy data of Cereatti et
    al. (2017), J. Biomech. 62:5, marker clusters shift by 2 to 5 mm and turn by 1 to 3.7 deg (SD
    over time) on the thigh, and by 1 to 3.5 mm and 0.3 to 1.6 deg on the shank."""


# Frequencies: chosen so that simulated walking and running shift the sensors by the millimetres
# above. A foot's sensor sits on a laced shoe and counts as rigid.
FLESH: Mapping[str, Flesh] = {
    "pelvis": Flesh(frequency_hz=12.0, outwards=(-1.0, 0.0, 0.0)),
    "thigh": Flesh(frequency_hz=7.0, outwards=(0.0, 0.0, 1.0)),
    "shank": Flesh(frequency_hz=12.0, outwards=(1.0, 0.0, 0.0)),
}
"""By segment without its side."""


def wobble(imu: ImuRecording, amount: float) -> ImuRecording:
    """The recording as felt on flesh ``amount`` times as soft as usual; zero leaves it alone."""
    flesh = FLESH.get(imu.segment.split("_")[0])
    if flesh is None or amount == 0:
        return imu
    shift_m = amount * _shift_m(imu.acc_m_s2, flesh, imu.rate_hz)
    tilt_rad = np.deg2rad(1e3 * flesh.tilt_deg_per_mm) * np.cross(_outwards(imu, flesh), shift_m)
    R_bone_sensor = so3.exp(tilt_rad)
    felt = imu.acc_m_s2 + _carried(shift_m, imu)
    tilting = derivative(tilt_rad.T, imu.rate_hz, order=1).T
    # A tilt that goes round turns the sensor on average: the rate of a rotation vector is not
    # the angular velocity (Solà et al. 2018, Eq. 66).
    right_jacobian = np.linalg.inv(so3.inverse_right_jacobian(tilt_rad))
    return replace(
        imu,
        acc_m_s2=np.einsum("tji,tj->ti", R_bone_sensor, felt),
        gyr_rad_s=np.einsum("tji,tj->ti", R_bone_sensor, imu.gyr_rad_s)
        + np.einsum("tij,tj->ti", right_jacobian, tilting),
    )


def _carried(shift_m: Float[np.ndarray, "time 3"], imu: ImuRecording):
    """Acceleration [m/s2] of a point that moves in a turning frame, beyond that of the frame."""
    omega = imu.gyr_rad_s
    alpha, speed, pull = (
        derivative(values.T, imu.rate_hz, order=order).T
        for values, order in ((omega, 1), (shift_m, 1), (shift_m, 2))
    )
    turning = np.cross(alpha, shift_m) + np.cross(omega, np.cross(omega, shift_m))
    return pull + 2 * np.cross(omega, speed) + turning


def _shift_m(
    acc_m_s2: Float[np.ndarray, "time 3"], flesh: Flesh, rate_hz: float
) -> Float[np.ndarray, "time 3"]:
    push = acc_m_s2.mean(axis=0) - acc_m_s2
    w = 2 * np.pi * flesh.frequency_hz
    b, a = bilinear([1.0], [1.0, 2 * flesh.damping * w, w**2], fs=rate_hz)
    at_rest = lfilter_zi(b, a)[:, None] * push[:1]
    return lfilter(b, a, push, axis=0, zi=at_rest)[0]


def _outwards(imu: ImuRecording, flesh: Flesh) -> Float[np.ndarray, "3"]:
    mirror = [1.0, 1.0, -1.0 if imu.segment.endswith("_l") else 1.0]
    return np.array(flesh.outwards) * mirror
