"""Joint angles of somebody whose truth is known: simulate, strap on, estimate, compare."""

import numpy as np

import kinefuse
from kinefuse.metrics import rmse_mean_removed
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(1)
trial = simulate_person("walking", rng, seconds=20, rate_hz=100, standing_s=3)
worn = degrade(trial.imus, sensor_model("consumer"), rng)

found = kinefuse.estimate(worn, activity="walking")
for joint, angles in found.angles.angles_rad.items():
    flexion, adduction, rotation = np.rad2deg(
        rmse_mean_removed(angles[500:], trial.angles.angles_rad[joint][500:])
    )
    print(f"{joint:8s} {flexion:4.1f} {adduction:4.1f} {rotation:4.1f} deg")
