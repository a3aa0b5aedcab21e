"""How the sensors of a trial sit: as nobody can wear them, and as people do."""

import zlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kinefuse import so3
from kinefuse.errors import UnknownChoice
from kinefuse.recordings import Trial
from kinefuse.simulation.sensor_models import degrade, sensor_model
from kinefuse.simulation.soft_tissue import wobble

AS_WORN = "as worn"
CONDITIONS: Mapping[str, str] = {"aligned": "ideal", AS_WORN: "consumer"}
"""By name, the sensor model that clean sensors in segment axes are put through."""

MOUNTED = "mounted"
"""As worn, but every sensor strapped on in any way at all; none of ``CONDITIONS``, since such
sensors have to be aligned first, and then are as if worn."""


def worn(trial: Trial, condition: str, seed: int) -> Trial:
    """The trial with its sensors in that condition.

    The faults depend on the seed and on the trial's names alone, not on its company.

    Raises:
        UnknownChoice: There is no such condition.
    """
    if condition not in CONDITIONS:
        raise UnknownChoice("condition", condition, known=CONDITIONS)
    rng = np.random.default_rng([seed, _number(trial)])
    return replace(trial, imus=degrade(trial.imus, sensor_model(CONDITIONS[condition]), rng))


def mounted(trial: Trial, seed: int) -> Trial:
    """The trial as worn, each sensor turned by a rotation that is uniform over all there are."""
    trial = worn(trial, AS_WORN, seed)
    rng = np.random.default_rng([seed, _number(trial), 1])
    sensors = {s: imu.turned(_any_rotation(rng)) for s, imu in trial.imus.sensors.items()}
    return replace(trial, imus=replace(trial.imus, sensors=sensors))


def on_flesh(trial: Trial, softness: float) -> Trial:
    """The trial with its sensors on flesh ``softness`` times as soft as usual; 0 is bone."""
    sensors = {segment: wobble(imu, softness) for segment, imu in trial.imus.sensors.items()}
    return replace(trial, imus=replace(trial.imus, sensors=sensors))


def _number(trial: Trial) -> int:
    return zlib.crc32(f"{trial.person}/{trial.name}".encode())


def _any_rotation(rng: np.random.Generator) -> so3.Rotations:
    quaternion = rng.normal(size=4)  # its direction is uniform (Marsaglia 1972)
    return so3.from_quaternions(quaternion / np.linalg.norm(quaternion))
