"""What real sensors make of the ideal readings: strapped on askew, on flesh, noisy, limited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from kinefuse import so3
from kinefuse.errors import UnknownChoice
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.simulation.soft_tissue import wobble


@dataclass(frozen=True, kw_only=True)
class SensorModel:
    """How far a sensor and its strap are from ideal; the defaults are the ideal."""

    flesh: float = 0.0
    """Softness of what the sensor sits on; 1 is a usual person's, 0 is bone."""
    misalignment_deg: float = 0.0
    """One sigma of the strap-on rotation about each axis, constant over a recording."""
    gyr_bias_deg_s: float = 0.0
    """One sigma of each gyroscope axis' constant error."""
    acc_bias_m_s2: float = 0.0
    """One sigma of each accelerometer axis' constant error."""
    gyr_noise_deg_s_rthz: float = 0.0
    """White noise density of the gyroscope, deg/s per square root of Hz."""
    acc_noise_ug_rthz: float = 0.0
    """White noise density of the accelerometer, millionths of g per square root of Hz."""
    gyr_range_deg_s: float = np.inf
    """Faster turns are clipped."""
    acc_range_g: float = np.inf
    """Greater forces are clipped."""
    bits: int | None = None
    """Of the converter, over both signs of the range; None is a continuous reading."""


SENSOR_MODELS: Mapping[str, SensorModel] = {
    "ideal": SensorModel(),
    # Noise, bias after warm-up and range of a motion tracker (Xsens MTi-1 data sheet: 120 ug and
    # 0.007 deg/s per root Hz, 16 g, 2000 deg/s), strapped on with care.
    "research": SensorModel(
        flesh=1.0,
        misalignment_deg=4.0,
        gyr_bias_deg_s=0.2,
        acc_bias_m_s2=0.03,
        gyr_noise_deg_s_rthz=0.007,
        acc_noise_ug_rthz=120.0,
        gyr_range_deg_s=2000.0,
        acc_range_g=16.0,
        bits=16,
    ),
    # Noise and range of a telephone's chip (InvenSense MPU-9250 data sheet: 300 ug and
    # 0.01 deg/s per root Hz, 16 bits); a gyroscope zeroed once while it lay still, an
    # accelerometer as it left the factory (60 mg at most); a strap put on by oneself.
    "consumer": SensorModel(
        flesh=1.0,
        misalignment_deg=8.0,
        gyr_bias_deg_s=0.5,
        acc_bias_m_s2=0.2,
        gyr_noise_deg_s_rthz=0.01,
        acc_noise_ug_rthz=300.0,
        gyr_range_deg_s=2000.0,
        acc_range_g=16.0,
        bits=16,
    ),
}


def sensor_model(name: str) -> SensorModel:
    """The sensor model of that name.

    Raises:
        UnknownChoice: The name is not one of ``SENSOR_MODELS``.
    """
    if name not in SENSOR_MODELS:
        raise UnknownChoice("sensor model", name, known=SENSOR_MODELS)
    return SENSOR_MODELS[name]


def degrade(session: ImuSession, model: SensorModel, rng: np.random.Generator) -> ImuSession:
    """Every sensor as ``model`` would have recorded it; one seed gives one result.

    Each sensor and step draws from its own source, so that changing one disturbs no other.
    """
    sources = rng.spawn(len(session.sensors))
    return replace(
        session,
        sensors={
            segment: _degraded(imu, model, source)
            for (segment, imu), source in zip(session.sensors.items(), sources, strict=True)
        },
    )


def _degraded(imu: ImuRecording, model: SensorModel, rng: np.random.Generator) -> ImuRecording:
    for step, source in zip(_STEPS, rng.spawn(len(_STEPS)), strict=True):
        imu = step(imu, model, source)
    return imu


def _on_flesh(imu: ImuRecording, model: SensorModel, _: np.random.Generator) -> ImuRecording:
    return wobble(imu, model.flesh)


def _askew(imu: ImuRecording, model: SensorModel, rng: np.random.Generator) -> ImuRecording:
    R_sensor_segment = so3.exp(np.deg2rad(model.misalignment_deg) * rng.normal(size=3))
    return imu.turned(R_sensor_segment)


def _biased(imu: ImuRecording, model: SensorModel, rng: np.random.Generator) -> ImuRecording:
    acc, gyr = rng.normal(size=(2, 3))
    return replace(
        imu,
        acc_m_s2=imu.acc_m_s2 + model.acc_bias_m_s2 * acc,
        gyr_rad_s=imu.gyr_rad_s + np.deg2rad(model.gyr_bias_deg_s) * gyr,
    )


def _noisy(imu: ImuRecording, model: SensorModel, rng: np.random.Generator) -> ImuRecording:
    bandwidth = np.sqrt(imu.rate_hz / 2)  # of a sensor that is filtered for its own rate
    acc_sigma = model.acc_noise_ug_rthz * 1e-6 * STANDARD_GRAVITY_M_S2 * bandwidth
    gyr_sigma = np.deg2rad(model.gyr_noise_deg_s_rthz) * bandwidth
    acc, gyr = rng.normal(size=(2, *imu.acc_m_s2.shape))
    return replace(
        imu, acc_m_s2=imu.acc_m_s2 + acc_sigma * acc, gyr_rad_s=imu.gyr_rad_s + gyr_sigma * gyr
    )


def _converted(imu: ImuRecording, model: SensorModel, _: np.random.Generator) -> ImuRecording:
    acc_range = model.acc_range_g * STANDARD_GRAVITY_M_S2
    gyr_range = np.deg2rad(model.gyr_range_deg_s)
    return replace(
        imu,
        acc_m_s2=_digital(imu.acc_m_s2, acc_range, model.bits),
        gyr_rad_s=_digital(imu.gyr_rad_s, gyr_range, model.bits),
    )


def _digital(values: np.ndarray, largest: float, bits: int | None) -> np.ndarray:
    clipped = np.clip(values, -largest, largest)
    if bits is None:
        return clipped
    step = largest / 2 ** (bits - 1)
    return step * np.round(clipped / step)


_STEPS: tuple[Callable[[ImuRecording, SensorModel, np.random.Generator], ImuRecording], ...] = (
    _on_flesh,
    _askew,
    _biased,
    _noisy,
    _converted,
)
"""In the order in which nature does them."""
