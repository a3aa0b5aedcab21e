"""Do 90 % intervals of joint angles hold the truth 90 % of the time, and how wide are they.

    OMP_NUM_THREADS=1 python revalidation/interval_coverage.py [--people 12] [--seconds 60]

Simulated people that nothing was fitted on (their seed is used here only), each standing for
three seconds and then walking, in three conditions: sensors *aligned* exactly, *as worn*
(``kinefuse.dataset.conditions``: strapped on askew, no alignment afterwards), and *mounted at
random* (as worn, then turned by any rotation, then aligned by ``kinefuse.alignment``).

Every method is a function of a session, and of how sure its alignment is (one sigma), that gives
angles and their standard deviations. *Constant width* is the yardstick: VQF's angles
(``classical``) with one standard deviation a joint and plane, that of its error on other people in
the same condition.

Writes ``results/interval_coverage.csv``, a row a condition, method, person, joint and plane: share
of samples whose truth lies within the interval, the interval's half width and the error [deg].
Aim: 88 to 92 %. A share over all samples of all people can be right while every single interval is
too wide or too narrow, so the spread of the share over people and the ratio of error to deviation
are given too.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from attitude_scores import wrapped
from contenders import Alignment, estimate_body, known_to, optimised
from scipy.spatial.transform import Rotation

from kinefuse.alignment import align, in_segment_axes
from kinefuse.anatomy.joints import PLANES
from kinefuse.classical import classical_angles
from kinefuse.dataset import conditions
from kinefuse.dataset.conditions import AS_WORN, worn
from kinefuse.recordings import ImuSession, JointAngles, Trial
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import sensor_model
from kinefuse.statistics import NINETY

RESULTS = Path(__file__).parent / "results" / "interval_coverage.csv"
SEED, YARDSTICK_SEED = 880301, 880302
_YARDSTICK_PEOPLE = 8
_RATE_HZ, _STANDING_S = 100.0, 3.0
_EXACT_DEG = 0.1  # one sigma told of sensors that are not askew at all
Intervals = tuple[JointAngles, Mapping[str, np.ndarray]]
Worn = tuple[ImuSession, Alignment]
"""A session in segment axes, and how sure those are."""
Method = Callable[[Worn], Intervals]
Row = dict[str, object]


def main() -> None:
    """Score everyone in every condition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--conditions", nargs="+", default=list(CONDITIONS), choices=CONDITIONS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    wanted = parser.parse_args()
    rows: list[Row] = []
    for condition in wanted.conditions:
        methods = {"constant width": constant_width(condition, wanted.seconds)}
        methods |= {"optimiser": _optimiser} if estimate_body else {}
        for trial in _people(wanted.people, SEED, wanted.seconds):
            session = CONDITIONS[condition](trial)
            for name, method in methods.items():
                began = time.perf_counter()
                angles, sd_rad = method(session)
                lasted = time.perf_counter() - began
                print(f"{condition}: {trial.person}, {name}, {lasted:.1f} s", flush=True)
                start = {"condition": condition, "method": name, "person": trial.person}
                rows += [start | row for row in scores(angles, sd_rad, trial.angles)]
    table = pl.DataFrame(rows)
    table.write_csv(wanted.out, float_precision=4)
    _say(table)
    print(f"written: {wanted.out}")


def _aligned(trial: Trial) -> Worn:
    session = worn(trial, "aligned", SEED).imus
    return session, known_to(session, _EXACT_DEG)


def _as_worn(trial: Trial) -> Worn:
    session = worn(trial, AS_WORN, SEED).imus
    return session, known_to(session, sensor_model(conditions.CONDITIONS[AS_WORN]).misalignment_deg)


def _mounted_at_random(trial: Trial) -> Worn:
    """Turned any way and found again; the mounting depends on the person's name alone."""
    session, _ = _as_worn(trial)
    rng = np.random.default_rng([SEED, *trial.person.encode()])
    sensors = {
        s: imu.turned(Rotation.random(rng=rng).as_matrix()) for s, imu in session.sensors.items()
    }
    session = replace(session, sensors=sensors)
    alignment = align(session, "walking")
    return in_segment_axes(session, alignment), alignment


CONDITIONS: Mapping[str, Callable[[Trial], Worn]] = {
    "aligned": _aligned,
    AS_WORN: _as_worn,
    "mounted at random": _mounted_at_random,
}


def constant_width(condition: str, seconds: float) -> Method:
    """VQF's angles with the RMS of their error on other people."""
    squares: dict[str, list[np.ndarray]] = {}
    for trial in _people(_YARDSTICK_PEOPLE, YARDSTICK_SEED, seconds):
        session, _ = CONDITIONS[condition](trial)
        for joint, curve in classical_angles(session, "walking").angles_rad.items():
            error = wrapped(curve - trial.angles.angles_rad[joint])
            squares.setdefault(joint[:-2], []).append(np.mean(error**2, axis=0))
    sd_rad = {kind: np.sqrt(np.mean(each, axis=0)) for kind, each in squares.items()}

    def method(given: Worn) -> Intervals:
        angles = classical_angles(given[0], "walking")
        return angles, {
            joint: np.broadcast_to(sd_rad[joint[:-2]], curve.shape)
            for joint, curve in angles.angles_rad.items()
        }

    return method


def _optimiser(given: Worn) -> Intervals:
    answer = optimised(given[0], "walking", given[1])
    return answer.angles, answer.angles_sd_rad


def _people(number: int, seed: int, seconds: float) -> Iterator[Trial]:
    for i in range(number):
        yield simulate_person(
            "walking",
            np.random.default_rng([seed, i]),
            seconds=seconds,
            rate_hz=_RATE_HZ,
            standing_s=_STANDING_S,
            name=f"new-{seed}-{i:03d}",
        )


def scores(
    angles: JointAngles, sd_rad: Mapping[str, np.ndarray], truth: JointAngles
) -> Iterator[Row]:
    """Coverage, width and error, a row a joint and plane."""
    for joint, curve in angles.angles_rad.items():
        error, sd = wrapped(curve - truth.angles_rad[joint]), sd_rad[joint]
        centred = error - error.mean(axis=0)
        for i, plane in enumerate(PLANES):
            half_width_deg = np.rad2deg(NINETY * sd[:, i])
            yield {
                "joint": joint,
                "plane": plane,
                "share": float(np.mean(np.abs(error[:, i]) <= NINETY * sd[:, i])),
                "half_width_deg": float(half_width_deg.mean()),
                "half_width_least_deg": float(half_width_deg.min()),
                "half_width_most_deg": float(half_width_deg.max()),
                "rmse_deg": float(np.rad2deg(np.sqrt(np.mean(error[:, i] ** 2)))),
                "rmse_mean_removed_deg": float(np.rad2deg(np.std(centred[:, i]))),
                "error_over_sd": float(np.sqrt(np.mean((error[:, i] / sd[:, i]) ** 2))),
            }


def _say(table: pl.DataFrame) -> None:
    joints = table.with_columns(pl.col("joint").str.head(-2)).group_by(
        "condition", "method", "joint", "plane", maintain_order=True
    )
    people = table.group_by("condition", "method", "person", maintain_order=True).agg(
        pl.col("share").mean(),
        pl.col("share").min().alias("least"),
        pl.col("share").max().alias("most"),
        pl.col("half_width_deg", "rmse_deg", "rmse_mean_removed_deg").mean(),
    )
    over_people = people.group_by("condition", "method", maintain_order=True).agg(
        pl.col("share").mean(),
        pl.col("share").min().alias("least a person"),
        pl.col("share").max().alias("most a person"),
        pl.col("half_width_deg", "rmse_deg", "rmse_mean_removed_deg").mean(),
    )
    numbers = "share", "half_width_deg", "rmse_deg", "rmse_mean_removed_deg", "error_over_sd"
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        float_precision=2,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_width_chars=130,
    ):
        print(joints.agg(pl.col(numbers).mean()))
        print(people)
        print(over_people)


if __name__ == "__main__":
    main()
