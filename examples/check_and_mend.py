"""A recording with two mistakes in it: found, told, mended in a copy, and estimated."""

from dataclasses import replace
from pathlib import Path

import numpy as np

import kinefuse as kf
from kinefuse.doctor import examine, fixed
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import Opened, assemble
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

rng = np.random.default_rng(2)
walk = simulate_person("walking", rng, seconds=10, rate_hz=100, standing_s=3)
worn = degrade(walk.imus, sensor_model("research"), rng)
streams = {
    s: SensorStream(label=s, time_s=worn.time_s, acc_m_s2=imu.acc_m_s2, gyr_rad_s=imu.gyr_rad_s)
    for s, imu in worn.sensors.items()
}
# Two mistakes: a gyroscope in deg/s, and two sensors that were strapped on the other way round.
streams["foot_l"] = replace(streams["foot_l"], gyr_rad_s=np.rad2deg(streams["foot_l"].gyr_rad_s))
label_of = {s: s for s in streams} | {"thigh_r": "shank_l", "shank_l": "thigh_r"}
recorded = SensorStreams(name="walk", streams=streams, format_name="csv")
said = SessionDescription(
    name="walk", sensors={s: SensorPlace(label=label) for s, label in label_of.items()}
)

found = examine(recorded, said)
for one in found:
    if not one.passed:
        print(f"{one.severity}: {one.subject}, {one.check}: {one.evidence}")
copy = fixed(recorded, said, found)
for words in copy.log:
    print(f"mended: {words}")
left = [one for one in examine(copy.streams, copy.description) if one.is_fault]
print(f"faults in the copy: {len(left)}")

session = assemble(Opened(path=Path("walk"), streams=copy.streams, description=copy.description))
knee_deg = np.rad2deg(kf.estimate(session).angles.angles_rad["knee_r"][:, 0])
print(f"the right knee bends by up to {knee_deg.max():.0f} deg")
