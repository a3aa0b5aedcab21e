"""A result for OpenSim: angles as a motion, segments as virtual IMUs for its inverse kinematics."""

import tempfile
from pathlib import Path

import numpy as np

import kinefuse as kf
from kinefuse.exports import export_estimate
from kinefuse.progress import result_of
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(17)
walker = simulate_person("running", rng, seconds=10, rate_hz=100, standing_s=3)
result = kf.estimate(degrade(walker.imus, sensor_model("research"), rng), activity="running")

folder = Path(tempfile.mkdtemp())
result_of(export_estimate(result, ["mot", "sto-orientations", "sto-placement"], folder))
for file in sorted(folder.iterdir()):
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")

motion = (folder / "angles.mot").read_text()
columns, first, *_ = motion.partition("endheader\n")[2].splitlines()
for name, value in list(zip(columns.split(), first.split(), strict=True))[1:7]:
    print(f"{name:18s} {float(value):6.1f} deg")
