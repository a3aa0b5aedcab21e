"""Whether sensors mounted at random are recognised and aligned, and what is lost by it.

    python revalidation/any_mounting.py [--method classical] [--people 50] [--store STORE]

Simulated people (walking and running, half of them standing still first), a consumer's sensors on
flesh, every sensor turned by a rotation uniform on SO(3) and its label dealt out anew. Counted is
who is recognised; compared are the joint angles with those of the same sensors perfectly aligned,
and the errors of the alignment with the uncertainty that it states. Writes
``results/any_mounting_angles_<method>.csv`` and ``results/any_mounting_sensors.csv``.

With a store of people who wore markers,

    kinefuse prepare ../shared/data/running_markers_rbds ../shared/data/running_markers_ric \
        ../shared/data/walking_markers_biomechzoo --out store

the same is asked of their simulated sensors, and every alignment that is more than a quarter turn
off is named (a wrong sign is a half turn).
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from scipy.spatial.transform import Rotation

from kinefuse import metrics, so3
from kinefuse.alignment import SegmentAlignment, align, assign, in_segment_axes
from kinefuse.anatomy.joints import PLANES
from kinefuse.classical import classical_angles
from kinefuse.dataset.store import open_store, read_trial
from kinefuse.errors import WrongAccelerationUnit
from kinefuse.estimation import estimate
from kinefuse.recordings import ImuSession, JointAngles, Trial
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade

RESULTS = Path(__file__).parent / "results"
SEED = 4242  # of nobody that anything was fitted on
SECONDS, RATE_HZ, STANDING_S, STARTING_S = 20.0, 100.0, 3.0, 2.0
# Turning at random makes strapping on askew needless; without it the truth is known exactly.
WORN = replace(SENSOR_MODELS["consumer"], misalignment_deg=0.0)


@dataclass(frozen=True)
class Worn:
    """A trial on sensors mounted at random, and what nobody who aligns them may know."""

    trial: Trial
    start: str
    """'standing' or 'walking alone'."""
    session: ImuSession
    R_sensor_segment: dict[str, np.ndarray]
    gait: slice
    """What is scored: not the standing and setting off."""


def main(method: str, people: int, store: Path | None) -> None:
    """Measure, print and write."""
    angles: list[dict] = []
    sensors: list[dict] = []
    for worn in simulated(people):
        found_sensors, alignment = recognised_and_aligned(worn)
        sensors += found_sensors
        angles += compared(worn, alignment, method)
    RESULTS.mkdir(exist_ok=True)
    angle_table, sensor_table = _angle_table(angles), _sensor_table(sensors)
    angle_table.write_csv(RESULTS / f"any_mounting_angles_{method}.csv", float_precision=3)
    sensor_table.write_csv(RESULTS / "any_mounting_sensors.csv", float_precision=3)
    _show(angle_table, sensor_table)
    if store is not None:
        rows = [row for worn in from_markers(store) for row in recognised_and_aligned(worn)[0]]
        _show(_sensor_table(rows))
        for row in rows:
            if row["off_deg"] > 90:
                print(f"{row['who']}: {row['segment']} is {row['off_deg']:.0f} deg off")


def simulated(people: int) -> Iterator[Worn]:
    """So many people an activity and way to begin."""
    for i in range(2 * people):
        for activity in ("walking", "running"):
            rng = np.random.default_rng([SEED, i, activity == "running"])
            standing_s = STANDING_S if i % 2 else 0.0
            try:
                trial = simulate_person(
                    activity, rng, seconds=SECONDS, rate_hz=RATE_HZ, standing_s=standing_s
                )
            except WrongAccelerationUnit as refused:
                print(f"left out: {refused}")
                continue
            gait = slice(round((standing_s + STARTING_S) * RATE_HZ), None)
            start = "standing" if standing_s else "walking alone"
            yield _mounted_at_random(replace(trial, person=f"{i}"), start, gait, rng)


def from_markers(store: Path) -> Iterator[Worn]:
    """Every sound trial of people who wore markers."""
    rng = np.random.default_rng(0)
    for entry in open_store(store).sound:
        yield _mounted_at_random(read_trial(entry.file), "markers", slice(None), rng)


def _mounted_at_random(trial: Trial, start: str, gait: slice, rng: np.random.Generator) -> Worn:
    felt = degrade(trial.imus, WORN, rng)
    mounting = {s: Rotation.random(rng=rng).as_matrix() for s in felt.sensors}
    turned = {s: imu.turned(mounting[s]) for s, imu in felt.sensors.items()}
    return Worn(trial, start, replace(felt, sensors=turned), mounting, gait)


def recognised_and_aligned(worn: Worn) -> tuple[list[dict], dict[str, SegmentAlignment]]:
    """One row a sensor; the labels are dealt out anew for recognising, and right for aligning."""
    names = list(worn.session.sensors)
    dealt = dict(zip(names, reversed(names), strict=True))  # label, where it truly is
    mixed = {name: replace(worn.session[s], segment=name) for name, s in dealt.items()}
    assignment = assign(replace(worn.session, sensors=mixed), worn.trial.activity)
    recognised = {true: assignment.segment_of[name] for name, true in dealt.items()}
    certainty = {true: assignment.certainty[name] for name, true in dealt.items()}
    alignment = align(worn.session, worn.trial.activity)
    rows = []
    for segment, found in alignment.items():
        off = so3.log(found.R_segment_sensor @ worn.R_sensor_segment[segment])
        x, y, z = np.rad2deg(off)
        rows.append(
            {
                "who": f"{worn.trial.person} {worn.trial.name}",
                "activity": worn.trial.activity,
                "start": worn.start,
                "segment": segment,
                "recognised": float(recognised[segment] == segment),
                "certainty": certainty[segment],
                "off_deg": float(np.linalg.norm([x, y, z])),
                "lateral_deg": x,
                "heading_deg": y,
                "lean_deg": z,
                "lean_sd_deg": found.lean_sd_deg,
                "lateral_sd_deg": found.lateral_sd_deg,
                "heading_sd_deg": found.heading_sd_deg,
            }
        )
    return rows, alignment


def compared(worn: Worn, alignment: dict[str, SegmentAlignment], method: str) -> list[dict]:
    """One row a joint and plane: errors as aligned and as perfectly aligned."""
    perfect = {
        s: replace(a, R_segment_sensor=worn.R_sensor_segment[s].T) for s, a in alignment.items()
    }
    answers = {
        name: _answer(worn, known, method)
        for name, known in (("aligned", alignment), ("perfect", perfect))
    }
    return [
        {
            "activity": worn.trial.activity,
            "start": worn.start,
            "joint": joint[:-2],
            "plane": plane,
        }
        | {
            f"{name}_{kind}_deg": float(measure(*_curves(answer, worn, joint, i)))
            for name, answer in answers.items()
            for kind, measure in (
                ("raw", metrics.rmse),
                ("mean_removed", metrics.rmse_mean_removed),
            )
        }
        for joint in worn.trial.angles.angles_rad
        for i, plane in enumerate(PLANES)
    ]


def _answer(worn: Worn, alignment: dict[str, SegmentAlignment], method: str) -> JointAngles:
    if method == "classical":  # without loading networks
        return classical_angles(in_segment_axes(worn.session, alignment), worn.trial.activity)
    found = estimate(worn.session, worn.trial.activity, method=method, alignment=alignment)
    return found.angles


def _curves(answer: JointAngles, worn: Worn, joint: str, plane: int) -> list[np.ndarray]:
    both = answer, worn.trial.angles
    return [np.rad2deg(a.angles_rad[joint][worn.gait, plane]) for a in both]


def _angle_table(rows: list[dict]) -> pl.DataFrame:
    """Mean errors over people and sides, what alignment adds, and how often less than 1 deg."""
    losses = [
        (pl.col(f"aligned_{kind}_deg") - pl.col(f"perfect_{kind}_deg")).alias(f"{kind}_loss_deg")
        for kind in ("raw", "mean_removed")
    ]
    return (
        pl.DataFrame(rows)
        .with_columns(losses)
        .group_by("activity", "start", "joint", "plane", maintain_order=True)
        .agg(
            pl.col("^(aligned|perfect)_.*$").mean(),
            pl.col("^.*_loss_deg$").mean(),
            (pl.col("^.*_loss_deg$") < 1.0).mean().name.map(lambda n: n[:-9] + "_within_1_deg"),
        )
    )


def _sensor_table(rows: list[dict]) -> pl.DataFrame:
    """Share recognised, size of the errors, and how often they are within one stated sigma."""
    errors = ("lean", "lateral", "heading")
    within = [
        (pl.col(f"{e}_deg").abs() < pl.col(f"{e}_sd_deg")).mean().alias(f"{e}_within_sd")
        for e in errors
    ]
    sizes = [
        pl.col(f"{e}{kind}_deg").pow(2).mean().sqrt().alias(f"{e}{name}_deg")
        for e in errors
        for kind, name in (("", "_rms"), ("_sd", "_sd"))
    ]
    return (
        pl.DataFrame(rows)
        .with_columns(pl.col("segment").str.split("_").list.first().alias("kind"))
        .group_by("activity", "start", "kind", maintain_order=True)
        .agg(
            pl.len().alias("sensors"),
            pl.col("recognised").mean(),
            pl.col("certainty").mean(),
            (pl.col("off_deg") > 90).sum().alias("wrong_sign"),
            pl.col("off_deg").median().alias("median_off_deg"),
            pl.col("off_deg").max().alias("largest_off_deg"),
            *sizes,
            *within,
        )
    )


def _show(*tables: pl.DataFrame) -> None:
    with pl.Config(
        tbl_formatting="ASCII_MARKDOWN",
        tbl_hide_column_data_types=True,
        tbl_rows=-1,
        tbl_cols=-1,
        float_precision=2,
        tbl_hide_dataframe_shape=True,
        tbl_width_chars=250,
    ):
        for table in tables:
            print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", default="classical")
    parser.add_argument("--people", type=int, default=50, help="an activity and way to begin")
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    main(given.method, given.people, given.store)
