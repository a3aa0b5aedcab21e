"""One walk, its sensors strapped on anew: what two days differ by when nothing has changed.

A difference between before and after has to be larger than this to mean something.
"""

import numpy as np

import kinefuse as kf
from kinefuse.report.cycles import cut_cycles
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

walk = simulate_person("walking", np.random.default_rng(5), seconds=10, rate_hz=100, standing_s=3)
days = [
    kf.estimate(degrade(walk.imus, sensor_model("consumer"), np.random.default_rng(day)))
    for day in (1, 2)
]
strides = [cut_cycles(day.angles, day.contacts_s) for day in days]
apart_deg = []
print("       range of flexion          highest flexion")
for joint in ("hip_r", "knee_r", "ankle_r"):
    flexion_deg = [np.rad2deg(day[joint].mean_rad[:, 0]) for day in strides]
    ranges, peaks = [np.ptp(f) for f in flexion_deg], [f.max() for f in flexion_deg]
    apart_deg += [abs(ranges[1] - ranges[0]), abs(peaks[1] - peaks[0])]
    print(
        f"{joint:8s} {ranges[0]:4.1f}, then {ranges[1]:4.1f} deg     "
        f"{peaks[0]:4.1f}, then {peaks[1]:4.1f} deg"
    )
print(f"nothing has changed but the straps, and days differ by up to {max(apart_deg):.1f} deg")
