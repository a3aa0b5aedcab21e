"""A folder of sessions, one of them faulty: results of the others, and the fault in words."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

import kinefuse as kf
from kinefuse.executor import InThisProcess
from kinefuse.progress import result_of
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model
from kinefuse.study import StudyRequest, estimate_all, sessions_of

folder = Path(tempfile.mkdtemp())
for seed, name in enumerate(("ada", "bob", "cleo")):
    rng = np.random.default_rng(seed)
    walker = simulate_person("walking", rng, seconds=9, rate_hz=100, standing_s=3)
    (folder / "ward" / name).mkdir(parents=True)
    worn = degrade(walker.imus, sensor_model("research"), rng)
    kf.write_session_csv(folder / "ward" / name / "walk.csv", worn)
damaged = folder / "ward" / "bob" / "walk.csv"
damaged.write_text(damaged.read_text()[:200_000])  # as a full disk leaves it

out = folder / "study"
sessions = sessions_of([folder / "ward"], out)
steps = estimate_all(StudyRequest(joints=("knee_r",)), sessions, out, InThisProcess())
found = result_of(steps)  # the same again would keep what is done; Dask: kinefuse.executor
for name, sentence in found.failures.items():
    print(f"{name}: {sentence}")
knees = pl.read_csv(out / "study.csv").filter(joint="knee", plane="flexion")
for row in knees.iter_rows(named=True):
    print(f"{row['session']}: {row['range_deg']:.0f} deg over {row['strides']} strides")
