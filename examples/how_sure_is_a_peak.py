"""A peak with its 90 % interval, and how much of it the same strap shares in every stride."""

import numpy as np

import kinefuse as kf
from kinefuse.report.cycles import cut_cycles
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(11)
walker = simulate_person("walking", rng, seconds=14, rate_hz=100, standing_s=3)
result = kf.estimate(degrade(walker.imus, sensor_model("consumer"), rng))

strides = cut_cycles(result.angles, result.contacts_s, result.angles_sd_rad)["knee_r"]
at = int(strides.mean_rad[:, 0].argmax())
peak_deg, spread_deg = np.rad2deg([strides.mean_rad[at, 0], strides.sd_rad[at, 0]])
sure_deg = 1.645 * np.rad2deg(strides.error_sd_rad[at, 0])
print(f"knee flexion peaks at {at} % of the stride: {peak_deg:.1f} deg")
print(f"within {sure_deg:.1f} deg of that with 90 % certainty, however many strides there are")
print(f"strides differ by {spread_deg:.1f} deg (SD of {strides.count}): that is the person's own")
