"""How the sensors of a trial sit: as nobody can wear them, and as people do."""

import zlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kinefuse.errors import UnknownChoice
from kinefuse.recordings import Trial
from kinefuse.simulation.sensor_models import degrade, sensor_model
from kinefuse.simulation.soft_tissue import wobble

AS_WORN = "as worn"
CONDITIONS: Mapping[str, str] = {"aligned": "ideal", AS_WORN: "consumer"}
"""By name, the sensor model that clean sensors in segment axes are put through."""


def worn(trial: Trial, condition: str, seed: int) -> Trial:
    """The trial with its sensors in that condition.

    The faults depend on the seed and on the trial's names alone, not on its company.

    Raises:
        UnknownChoice: There is no such condition.
    """
    if condition not in CONDITIONS:
        raise UnknownChoice("condition", condition, known=CONDITIONS)
    rng = np.random.default_rng([seed, zlib.crc32(f"{trial.person}/{trial.name}".encode())])
    return replace(trial, imus=degrade(trial.imus, sensor_model(CONDITIONS[condition]), rng))


def on_flesh(trial: Trial, softness: float) -> Trial:
    """The trial with its sensors on flesh ``softness`` times as soft as usual; 0 is bone."""
    sensors = {segment: wobble(imu, softness) for segment, imu in trial.imus.sensors.items()}
    return replace(trial, imus=replace(trial.imus, sensors=sensors))
