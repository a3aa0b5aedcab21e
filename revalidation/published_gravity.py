"""Which way of turning gravity right suits the published networks, on simulated people.

    OMP_NUM_THREADS=1 python revalidation/published_gravity.py CHECKPOINTS [--people 12]

The clinic's knee networks (``Walking_Knee_*`` and ``Running_Knee_*`` in CHECKPOINTS) are given the
sensors of simulated people in three ways: exactly as the published simulation would have made
them (``-R (a + g)``, attitudes known), with up alone negated, and with all three axes negated.
Writes ``results/published_gravity.csv``: RMSE of a plane, mean over people and legs, in degrees.
About a minute of one core.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import torch

from kinefuse.anatomy.conventions import from_ours
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.formats.data_h5 import published_acceleration
from kinefuse.formats.published_lab import R_WORLD_LAB
from kinefuse.formats.published_model import PublishedModel, read_published_model
from kinefuse.networks.published_folder import standardised
from kinefuse.recordings import Trial
from kinefuse.simulation.gait import simulate_person

OUT = Path(__file__).parent / "results" / "published_gravity.csv"
WAYS = ("exact", "up negated", "all negated")


def published(trial: Trial, segment: str, way: str) -> np.ndarray:
    """Accelerometer as the network would be given it."""
    felt = trial.imus[segment].acc_m_s2
    if way == "exact":
        R_lab_sensor = R_WORLD_LAB.T @ trial.poses.R_world_segment[segment]
        return published_acceleration(felt, R_lab_sensor)
    return felt * ([1, -1, 1] if way == "up negated" else [-1, -1, -1])


def answer(model: PublishedModel, trial: Trial, joint: str, way: str) -> np.ndarray:
    """Degrees, in the published convention."""
    parts = []
    for segment in (JOINTS[joint].proximal, JOINTS[joint].distal):
        for vectors in (published(trial, segment, way), trial.imus[segment].gyr_rad_s):
            parts += [vectors, np.linalg.norm(vectors, axis=-1, keepdims=True)]
    norms = model.norms
    assert norms is not None
    x = (np.concatenate(parts, axis=-1) - norms.x_mean) / norms.x_std
    with torch.no_grad():
        y = standardised(model)(torch.tensor(x[None], dtype=torch.float32))[0].numpy()
    return y * norms.y_std + norms.y_mean


def rows(folder: Path, people: int) -> Iterator[dict[str, object]]:
    """Errors of every person, leg and way."""
    for activity in ("walking", "running"):
        model = read_published_model(folder / f"{activity.capitalize()}_Knee_model.pt")
        for rng in np.random.default_rng(2021).spawn(people):
            trial = simulate_person(activity, rng, seconds=15.0, rate_hz=200.0)
            for joint in ("knee_r", "knee_l"):
                truth = from_ours(trial.angles.angles_rad[joint], joint, "published")
                for way in WAYS:
                    error = answer(model, trial, joint, way) - truth
                    rmse = np.sqrt(np.mean(error**2, axis=0))
                    yield {
                        "activity": activity,
                        "way": way,
                        **dict(zip(PLANES, map(float, rmse), strict=True)),
                    }


def main() -> None:
    """Compute, show and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--people", type=int, default=12)
    asked = parser.parse_args()
    table = pl.DataFrame(rows(asked.checkpoints, asked.people))
    means = table.group_by("activity", "way", maintain_order=True).mean()
    means = means.with_columns(pl.col(PLANES).round(2))
    OUT.parent.mkdir(exist_ok=True)
    means.write_csv(OUT)
    print(means)


if __name__ == "__main__":
    main()
