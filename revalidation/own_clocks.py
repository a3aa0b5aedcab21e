"""Sensors with clocks of their own under serial numbers: who sits where, how late each clock is.

    python revalidation/own_clocks.py [PEOPLE] [lags] [places] [exchanged]

Simulated people, walking and running, of 60 and of 120 s, every second one standing for 3 s first,
with a consumer's sensors of any mounting, and the real walks of ``synchronisation.py``. Every
sensor starts up to 30 s late (in real walks a tenth of the recording), on a clock up to 100 ppm
fast or slow, with stamps that scatter by 1 ms and 0.5 % of its samples lost.

- ``own_clocks_lags.csv``: every joint's lag, also those that are not used, with its error, its
  deviation and its certainty.
- ``own_clocks_places.csv``: what ``kinefuse session new`` would propose under serial numbers, for
  all sensors, for one leg with the pelvis, and for shanks and feet.
- ``own_clocks_exchanged.csv``: whether clocks are set where two sensors are taken for each other.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from any_mounting import WORN
from scipy.spatial.transform import Rotation
from synchronisation import RESULTS, taken_apart, walks

from kinefuse.anatomy.joints import JOINTS
from kinefuse.errors import KinefuseError, WrongAccelerationUnit
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.sessions import Opened, proposed
from kinefuse.sessions.errors import ClocksUnknown
from kinefuse.sessions.lags import GRID_HZ, lag_between
from kinefuse.sessions.one_clock import LOOSEST_S, SURE, TISSUE_S, fitted_clocks
from kinefuse.sessions.resampling import on_own_ticks
from kinefuse.sessions.shared_joint import carried
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade

SEED = 6_283  # of nobody that anything was set on, or tried
SECONDS = (60.0, 120.0)
LATEST_S = 30.0
STRIDE_S = 0.25  # a lag that is off by more is another stride, or no lag at all
SETS = {
    "all": None,
    "leg and pelvis": ("pelvis", "thigh_r", "shank_r", "foot_r"),
    "shanks and feet": ("shank_r", "foot_r", "shank_l", "foot_l"),
}
EXCHANGED = (
    ("thigh_r", "thigh_l"),
    ("shank_r", "shank_l"),
    ("foot_r", "foot_l"),
    ("pelvis", "thigh_r"),
)


@dataclass(frozen=True)
class Apart:
    """A recording taken apart, and what nobody who puts it together knows."""

    name: str
    kind: str
    """'walking' or 'running' of simulated people, or 'real'."""
    activity: str
    seconds: float
    streams: dict[str, SensorStream]
    clocks: dict[str, tuple[float, float]]


def recordings(people: int) -> Iterator[Apart]:
    """Real walks, twice each, and so many people an activity and length."""
    for name, session in walks().items():
        for seed in range(2):
            streams, clocks = taken_apart(session, np.random.default_rng([seed, *name.encode()]))
            whole_s = round(float(session.time_s[-1]), 1)
            yield Apart(f"{name} {seed}", "real", "walking", whole_s, streams, clocks)
    for i in range(people):
        for activity in ("walking", "running"):
            for seconds in SECONDS:
                rng = np.random.default_rng([SEED, i, activity == "running", round(seconds)])
                try:
                    session = _worn(activity, seconds, 3.0 * (i % 2), rng)
                except WrongAccelerationUnit:
                    continue
                apart = taken_apart(session, rng, LATEST_S)
                yield Apart(f"{activity} {i} {seconds:.0f} s", activity, activity, seconds, *apart)


def _worn(activity: str, seconds: float, standing_s: float, rng: np.random.Generator) -> ImuSession:
    trial = simulate_person(activity, rng, seconds=seconds, rate_hz=100.0, standing_s=standing_s)
    felt = degrade(trial.imus, WORN, rng)
    turned = {s: m.turned(Rotation.random(rng=rng).as_matrix()) for s, m in felt.sensors.items()}
    return replace(felt, sensors=turned)


def lag_rows(apart: Apart) -> Iterator[dict[str, object]]:
    """Every joint's lag against the true one, whether it would be used or not."""
    felt = {}
    for segment, stream in apart.streams.items():
        even, start_s = on_own_ticks(stream, GRID_HZ)
        felt[segment] = carried(even.acc_m_s2, even.gyr_rad_s, even.sound, GRID_HZ), start_s
    for joint in JOINTS.values():
        (one, start_s), (other, other_start_s) = felt[joint.proximal], felt[joint.distal]
        lag = lag_between(one, other, (start_s, other_start_s))
        row = _about(apart) | {"joint": joint.kind, "far": joint.distal}
        if lag is None:
            yield row
            continue
        (offset_s, drift), (far_offset_s, far_drift) = (
            apart.clocks[s] for s in (joint.proximal, joint.distal)
        )
        at_s = (lag.about_s - offset_s) / (1 + drift)
        error_s = lag.at_zero_s - ((1 + far_drift) * at_s + far_offset_s - lag.about_s)
        sd_s = float(np.hypot(lag.sd_s, TISSUE_S[joint.kind]))
        yield row | {
            "error_ms": round(1000 * error_s, 2),
            "sd_ms": round(1000 * sd_s, 2),
            "certainty": round(lag.certainty, 5),
            "used": int(lag.certainty >= SURE and sd_s <= LOOSEST_S),
            "drift_error_ppm": round(1e6 * (lag.drift - (1 + far_drift) / (1 + drift) + 1), 1),
            "drift_sd_ppm": round(1e6 * lag.drift_sd, 1),
        }


def place_rows(apart: Apart) -> Iterator[dict[str, object]]:
    """What is proposed where labels are serial numbers."""
    for name, wanted in SETS.items():
        segments = wanted or tuple(apart.streams)
        serial = {f"N{(3 * i) % 7}{i}": s for i, s in enumerate(segments)}
        streams = {
            label: replace(apart.streams[s], label=label, clock=label)
            for label, s in sorted(serial.items())
        }
        held = SensorStreams(name="walk", streams=streams, format_name="csv")
        row = _about(apart) | {"set": name}
        try:
            found = proposed(Opened(path=Path("walk"), streams=held), apart.activity)
        except KinefuseError as refused:
            yield row | {"outcome": "refused", "why": str(refused)}
            continue
        places = {s: place.label for s, place in found.sensors.items()}
        wrong = [s for s, label in places.items() if serial[label] != s]
        least = min(one.certainty or 0.0 for one in found.evidence.values())
        unset = any(doubt.startswith("Clocks are not known") for doubt in found.doubts)
        yield row | {
            "outcome": "places alone" if unset else "places and clocks",
            "right": int(not wrong and len(places) == len(segments)),
            "least_certainty": round(least, 4),
            "wrong": " ".join(wrong),
        }


def exchanged_rows(apart: Apart) -> Iterator[dict[str, object]]:
    """Whether clocks are set through neighbours that are none, of the longer recordings."""
    if apart.seconds == SECONDS[0]:
        return
    for pair in EXCHANGED:
        other = dict(zip(pair, reversed(pair), strict=True))
        places = {s: other.get(s, s) for s in apart.streams}
        row = _about(apart) | {"exchanged": " ".join(pair)}
        try:
            fitted_clocks(apart.name, apart.streams, places, apart.activity)
        except ClocksUnknown:
            yield row | {"set": 0}
            continue
        yield row | {"set": 1}


def _about(apart: Apart) -> dict[str, object]:
    return {"recording": apart.name, "kind": apart.kind, "seconds": apart.seconds}


TABLES = {
    "own_clocks_lags.csv": lag_rows,
    "own_clocks_places.csv": place_rows,
    "own_clocks_exchanged.csv": exchanged_rows,
}


def main(people: int, wanted: Sequence[str]) -> None:
    """Measure, write and print; only some tables where these are named."""
    tables = {n: m for n, m in TABLES.items() if not wanted or any(word in n for word in wanted)}
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in tables}
    for apart in recordings(people):
        for name, measure in tables.items():
            rows[name] += measure(apart)
            _write(RESULTS / name, rows[name])
        print(apart.name, flush=True)
    show()


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def show() -> None:
    """The figures of docs/sessions.md."""
    lags, places, exchanged = (pl.read_csv(RESULTS / name) for name in TABLES)
    length = pl.when(pl.col("kind") == "real").then(0.0).otherwise(pl.col("seconds"))
    off_ms, by_joint = pl.col("error_ms").abs(), ("kind", "seconds", "joint")
    used = pl.col("used") == 1
    deviations = (pl.col("error_ms") / pl.col("sd_ms")).filter(used)
    drifts = pl.col("drift_error_ppm").filter(used)
    lags, places = (table.with_columns(length.alias("seconds")) for table in (lags, places))
    errors = lags.group_by(by_joint, maintain_order=True).agg(
        pl.len().alias("lags"),
        used.sum().alias("used"),
        (used & (off_ms > 1000 * STRIDE_S)).sum().alias("used_by_a_stride"),
        off_ms.filter(used).median().round(1).alias("median_ms"),
        off_ms.filter(used).max().round(1).alias("worst_ms"),
        (deviations**2).mean().sqrt().round(2).alias("rms_in_sd"),
        (deviations.abs() > 2).mean().round(3).alias("beyond_2_sd"),
        (drifts**2).mean().sqrt().round(0).alias("drift_rms_ppm"),
    )
    sure = pl.col("certainty")
    edges = (pl.when(sure >= e).then(pl.lit(e)) for e in (0.0, 0.5, 0.8, 0.95, 0.99, 0.999))
    bands = pl.max_horizontal(*edges).alias("at_least")
    right = (off_ms <= 1000 * STRIDE_S).alias("right")
    calibration = lags.group_by(bands, (pl.col("kind") == "real").alias("real")).agg(
        pl.len(), right.mean().round(3), sure.mean().round(3).alias("mean")
    )
    outcomes = places.group_by("kind", "seconds", "set", maintain_order=True).agg(
        pl.len(),
        *((pl.col("outcome") == o).sum().alias(o) for o in ("places and clocks", "places alone")),
        (pl.col("outcome") == "refused").sum().alias("refused"),
        (pl.col("right") == 0).sum().alias("wrong"),
        pl.col("least_certainty").filter(pl.col("right") == 0).max().alias("surest_wrong"),
    )
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(errors, calibration.sort("real", "at_least"), outcomes)
    print("exchanged", len(exchanged), "clocks set", int(exchanged["set"].sum()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2:])
