"""Angles as a motion that OpenSim plays: the coordinates of the Rajagopal model, in degrees."""

import tempfile
from pathlib import Path

import numpy as np

import kinefuse as kf
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(17)
walker = simulate_person("running", rng, seconds=10, rate_hz=100, standing_s=3)
result = kf.estimate(degrade(walker.imus, sensor_model("research"), rng), activity="running")

motion = Path(tempfile.mkdtemp()) / "angles.mot"
kf.write_angles_mot(motion, result.angles)
head, _, numbers = motion.read_text().partition("endheader\n")
columns, first, *_ = numbers.splitlines()
print(head)
for name, value in list(zip(columns.split(), first.split(), strict=True))[1:7]:
    print(f"{name:18s} {float(value):6.1f} deg")
