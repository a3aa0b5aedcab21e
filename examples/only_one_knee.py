"""Two sensors, one joint: thigh and shank are enough for a knee."""

import numpy as np

import kinefuse as kf
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(7)
walker = simulate_person("walking", rng, seconds=10, rate_hz=100, standing_s=3)
worn = degrade(walker.imus, sensor_model("consumer"), rng)
knee_alone = kf.ImuSession(
    name="one knee", sensors={segment: worn[segment] for segment in ("thigh_r", "shank_r")}
)

result = kf.estimate(knee_alone)
flexion = result.to_polars("wide")["knee_flexion_r_deg"]
print(f"{list(result.angles.angles_rad)}: {flexion.min():.0f} to {flexion.max():.0f} deg")
try:
    result.plot(["hip_r"])
except kf.KinefuseError as error:
    print(error)
