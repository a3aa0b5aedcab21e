"""Sensors that are called by serial numbers: one small file says who sits where, for ever."""

import tempfile
from pathlib import Path

import numpy as np

import kinefuse as kf
from kinefuse.formats.streams_folder import write_streams
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import FILE_NAME, write_description
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

SERIALS = {"thigh_r": "00B48772", "shank_r": "00B48761", "foot_r": "00B48765"}

folder = Path(tempfile.mkdtemp()) / "ada"
rng = np.random.default_rng(13)
walker = simulate_person("walking", rng, seconds=10, rate_hz=100, standing_s=3)
worn = degrade(walker.imus, sensor_model("research"), rng)
streams = {
    serial: SensorStream(
        label=serial,
        time_s=worn.time_s,
        acc_m_s2=worn[segment].acc_m_s2,
        gyr_rad_s=worn[segment].gyr_rad_s,
    )
    for segment, serial in SERIALS.items()
}
write_streams(folder, SensorStreams(name="ada", streams=streams, format_name="streams"))

described = SessionDescription(
    name="ada",
    sensors={segment: SensorPlace(label=serial) for segment, serial in SERIALS.items()},
)
write_description(folder / FILE_NAME, described)
print((folder / FILE_NAME).read_text())

result = kf.estimate(kf.read(folder))
knee = result.to_polars("wide")["knee_flexion_r_deg"]
print(f"{', '.join(result.angles.angles_rad)}; the knee bends up to {knee.max():.0f} deg")
