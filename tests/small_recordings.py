"""Somebody made up who stands and walks with sensors strapped on anyhow: seconds, not minutes."""

from pathlib import Path

import numpy as np

from kinefuse.formats.csv_session import write_session_csv
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model


def standing_then_walking(
    seed: int, seconds: float = 10.0, sensors: str = "consumer"
) -> ImuSession:
    """Three seconds of standing, then steps straight on; at 100 Hz."""
    rng = np.random.default_rng(seed)
    trial = simulate_person("walking", rng, seconds=seconds, rate_hz=100, standing_s=3)
    return degrade(trial.imus, sensor_model(sensors), rng)


def recorded_walk(folder: Path, seed: int, seconds: float = 10.0) -> Path:
    """The same as a folder with one CSV file, named after itself."""
    folder.mkdir(parents=True)
    write_session_csv(folder / f"{folder.name}.csv", standing_then_walking(seed, seconds))
    return folder
