"""A recording in three lines; then its peaks as a table, a drawing of both knees, and a folder."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

import kinefuse as kf
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

folder = Path(tempfile.mkdtemp())
rng = np.random.default_rng(3)
walker = simulate_person("walking", rng, seconds=10, rate_hz=100, standing_s=3)
worn = degrade(walker.imus, sensor_model("consumer"), rng)
kf.write_session_csv(folder / "walk.csv", worn)  # yours comes from a sensor

session = kf.read(folder / "walk.csv")
result = kf.estimate(session, activity="walking")
result.save(folder / "results")

result.plot(["knee_r", "knee_l"]).save(folder / "knees.svg")
peaks = (
    result.to_polars()
    .filter(plane="flexion")
    .group_by("joint", "side", maintain_order=True)
    .agg(pl.col("angle_deg").max())
)
for joint, side, highest in peaks.iter_rows():
    print(f"{joint}_{side}: at most {highest:.0f} deg")
print(f"verdict and curves: {folder / 'results' / 'report.html'}")
