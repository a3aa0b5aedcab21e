"""How well clocks that differ are brought together, and what a bridged gap costs, on real walks.

Five real walks whose sensors shared one clock are taken apart: every sensor starts when it likes,
gets a clock that is up to 100 ppm fast or slow, stamps that scatter by 1 ms, and loses 0.5 % of its
samples. Put together again by the motion, each clock's error in the middle of the recording is
known. ``synchronisation.csv`` has a row a sensor; ``bridged_gaps.csv`` a row a length of gap.

    python revalidation/synchronisation.py
"""

import csv
import os
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from optical_walks import gaittech
from scipy.interpolate import CubicSpline

from kinefuse.anatomy.joints import JOINTS
from kinefuse.errors import KinefuseError
from kinefuse.estimation import estimate
from kinefuse.metrics import rmse_mean_removed
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions import read
from kinefuse.sessions.assembly import session_of
from kinefuse.sessions.one_clock import fitted_clocks

DATA = Path(
    os.environ.get("KINEFUSE_DATA", Path(__file__).parent.parent.parent / "shared" / "data")
)
RESULTS = Path(__file__).parent / "results"
LEG = ("foot", "shank", "thigh")


def walks() -> dict[str, ImuSession]:
    """Real walks of three people, by name."""
    folder = DATA / "walking_imu_capsense"
    names = [(s, t) for s in ("Sub01", "Sub03") for t in ("CSBaseline", "CSStiffKnee")]
    found = {f"{s} {t}": read(folder / s / t) for s, t in names}
    return found | {"gaittech": gaittech().whole}


def taken_apart(
    session: ImuSession, rng: np.random.Generator, latest_s: float | None = None
) -> tuple[dict[str, SensorStream], dict[str, tuple[float, float]]]:
    """Every sensor on a clock of its own, and that clock's offset [s] and drift.

    ``latest_s`` is the latest start, if not given a tenth of the recording.
    """
    true_s = session.time_s
    latest = 0.1 * float(true_s[-1]) if latest_s is None else latest_s
    streams, clocks = {}, {}
    for segment, imu in session.sensors.items():
        drift = rng.uniform(-100e-6, 100e-6)
        starts_s, offset_s = rng.uniform(0, latest), rng.uniform(-50, 50)
        own_s = np.arange(0, (true_s[-1] - starts_s) * (1 + drift), 1 / session.rate_hz)
        taken_s = starts_s + own_s / (1 + drift)
        kept = rng.random(len(own_s)) > 0.005
        stamps = own_s + offset_s + rng.normal(0, 1e-3, len(own_s)).clip(-4e-3, 4e-3)
        acc, gyr = (CubicSpline(true_s, x)(taken_s) for x in (imu.acc_m_s2, imu.gyr_rad_s))
        streams[segment] = SensorStream(
            label=segment,
            time_s=stamps[kept],
            acc_m_s2=acc[kept],
            gyr_rad_s=gyr[kept],
            clock=segment,
        )
        clocks[segment] = (offset_s - starts_s * (1 + drift), drift)
    return streams, clocks


def clock_rows(name: str, session: ImuSession, seed: int) -> list[dict[str, object]]:
    """The error of every clock against the pelvis's, a leg at a time."""
    rows = []
    streams, clocks = taken_apart(session, np.random.default_rng([seed, *name.encode()]))
    middle_s = session.time_s[-1] / 2
    for side in ("r", "l"):
        chain = ["pelvis", *(f"{stem}_{side}" for stem in ("thigh", "shank", "foot"))]
        for near, far in pairwise(chain):
            pair = {near: streams[near], far: streams[far]}
            row = {"walk": name, "seed": seed, "near": near, "far": far}
            joint = next(j for j in JOINTS.values() if (j.proximal, j.distal) == (near, far))
            row |= {"joint": joint.kind, "duration_s": round(session.time_s[-1], 1)}
            try:
                fit = fitted_clocks(name, pair, {near: near, far: far}, "walking")[far]
            except KinefuseError as refused:
                rows.append(row | {"refused": str(refused)})
                continue
            says = {s: (1 + d) * middle_s + o for s, (o, d) in clocks.items()}
            found = float(fit.session_time(np.array(says[far])))
            drift = (1 + clocks[far][1]) / (1 + clocks[near][1]) - 1
            row |= {
                "error_ms": round(1000 * (found - says[near]), 2),
                "sd_ms": round(1000 * fit.sd_s, 2),
                "certainty": round(fit.certainty, 5),
                "drift_ppm": round(1e6 * drift, 1),
                "drift_error_ppm": round(1e6 * (fit.drift - drift), 1),
                "refused": "",
            }
            rows.append(row)
    return rows


def long_rows(session: ImuSession) -> list[dict[str, object]]:
    """Drift over ten minutes: a real leg's walk put end to end, with stamps of the time of day."""
    rows = []
    times = round(600 / session.time_s[-1])
    for drift in (-100e-6, 0.0, 100e-6):
        streams = {}
        for segment, off in (("shank_r", 0.0), ("foot_r", drift)):
            acc, gyr = (
                np.tile(x, (times, 1))
                for x in (session[segment].acc_m_s2, session[segment].gyr_rad_s)
            )
            true_s = np.arange(len(acc)) / session.rate_hz
            taken_s = np.arange(0, true_s[-1], (1 - off) / session.rate_hz)
            acc, gyr = (CubicSpline(true_s, x)(taken_s) for x in (acc, gyr))
            stamps = 1.75e9 + np.arange(len(taken_s)) / session.rate_hz
            streams[segment] = SensorStream(
                label=segment, time_s=stamps, acc_m_s2=acc, gyr_rad_s=gyr, clock=segment
            )
        fit = fitted_clocks("long", streams, {s: s for s in streams}, "walking")["foot_r"]
        told = {"drift_ppm": 1e6 * drift, "found_ppm": round(1e6 * fit.drift, 1)}
        rows.append({"duration_s": round(true_s[-1])} | told)
    return rows


def angle_rows(name: str, session: ImuSession, seed: int) -> list[dict[str, object]]:
    """RMS difference of joint angles [deg], means removed, from the untouched session's."""
    streams, _ = taken_apart(session, np.random.default_rng([seed, *name.encode()]))
    rows = []
    for side in ("r", "l"):
        leg = ["pelvis", *(f"{stem}_{side}" for stem in LEG)]
        try:
            together = session_of(name, {s: streams[s] for s in leg}, "walking")
        except KinefuseError as refused:
            rows.append({"walk": name, "seed": seed, "side": side, "refused": str(refused)})
            continue
        whole = ImuSession(name=name, sensors={s: session[s] for s in leg})
        angles = [estimate(one, method="classical").angles for one in (whole, together)]
        for joint in angles[0].angles_rad:
            one, other = (a.angles_rad[joint] for a in angles)
            shift = _shift(one[:, 0], other[:, 0])
            n = min(len(one) - shift, len(other))
            apart = np.rad2deg(rmse_mean_removed(other[:n], one[shift : shift + n]))
            rows.append(
                {"walk": name, "seed": seed, "side": side, "joint": joint, "refused": ""}
                | {p: round(float(v), 2) for p, v in zip(PLANES, apart, strict=True)}
            )
    return rows


PLANES = ("flexion_deg", "adduction_deg", "rotation_deg")


def _shift(whole: np.ndarray, part: np.ndarray) -> int:
    """Where a part begins."""
    lags = range(max(1, len(whole) - len(part) + 400))
    n = [min(len(part), len(whole) - lag) for lag in lags]
    apart = [np.std(whole[lag : lag + m] - part[:m]) for lag, m in zip(lags, n, strict=True)]
    return int(np.argmin(apart))


def gap_rows(sessions: dict[str, ImuSession], rng: np.random.Generator) -> list[dict[str, object]]:
    """What a cubic spline over a gap is wrong by, by its length."""
    rows = []
    for gap in (1, 2, 3, 5, 7, 10, 15, 20):
        turned, pushed = {}, {}
        for session in sessions.values():
            for segment, imu in session.sensors.items():
                stem = segment.split("_")[0]
                for start in rng.integers(300, session.samples - 300, 60):
                    lost = slice(int(start), int(start) + gap)
                    t = np.arange(-30, gap + 30)
                    around = slice(int(start) - 30, int(start) + gap + 30)
                    known = (t < 0) | (t >= gap)
                    gyr, acc = (
                        CubicSpline(t[known], x[around][known])(np.arange(gap)) - x[lost]
                        for x in (imu.gyr_rad_s, imu.acc_m_s2)
                    )
                    turned.setdefault(stem, []).append(
                        np.rad2deg(np.linalg.norm(gyr.sum(axis=0))) / session.rate_hz
                    )
                    pushed.setdefault(stem, []).append(np.sqrt(np.mean(acc**2)))
        for stem in turned:
            rows.append(
                {"gap_ms": 10 * gap, "segment": stem}
                | {
                    f"turn_p{p}_deg": round(float(np.percentile(turned[stem], p)), 3)
                    for p in (50, 95, 99)
                }
                | {"acc_p95_m_s2": round(float(np.percentile(pushed[stem], 95)), 2)}
            )
    return rows


def write(name: str, rows: list[dict[str, object]]) -> None:
    """One CSV of rows that may lack columns."""
    columns = list(dict.fromkeys(key for row in rows for key in row if key != "refused"))
    columns += ["refused"] if any("refused" in row for row in rows) else []
    with (RESULTS / name).open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Measure and write."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    sessions = walks()
    write("bridged_gaps.csv", gap_rows(sessions, np.random.default_rng(0)))
    write("synchronised_drift.csv", long_rows(sessions["Sub01 CSBaseline"]))
    clocks = []
    for seed in seeds:
        for name, session in sessions.items():
            clocks += clock_rows(name, session, seed)
            print(f"{name}, seed {seed}", flush=True)
            write("synchronisation.csv", clocks)
    angles = []
    for name, session in sessions.items():
        angles += angle_rows(name, session, 0)
        write("synchronised_angles.csv", angles)
    told = [row for row in clocks if not row["refused"]]
    for kind in ("hip", "knee", "ankle"):
        errors = np.array([row["error_ms"] for row in told if row["joint"] == kind], dtype=float)
        print(kind, len(errors), f"RMS {np.sqrt(np.mean(errors**2)):.1f} ms", errors)
    print("refused", len(clocks) - len(told), "of", len(clocks))


if __name__ == "__main__":
    main()
