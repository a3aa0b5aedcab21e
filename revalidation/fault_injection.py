"""How many faults of a recording the doctor tells, and how often it cries wolf.

    python revalidation/fault_injection.py [--recordings 20]

Each recording is a simulated person with a consumer's sensors of any mounting, walking or running
in turn, every second one standing for 3 s first. It is examined as it is, and once with each fault
of random size on one random sensor. A fault is caught if its check fails on
its sensor where the healthy recording passed, told if any check does. Rows are appended to
``results/fault_injection.csv`` after each recording; those that are there are not made again. The
real walks are examined as they are, to count false alarms.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from optical_walks import DATA, walks
from scipy.spatial.transform import Rotation

from kinefuse.doctor import examine
from kinefuse.errors import WrongAccelerationUnit
from kinefuse.formats import opensim_trc
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade

RESULTS = Path(__file__).parent / "results" / "fault_injection.csv"
COLUMNS = ("recording", "fault", "check", "caught", "told", "alarms")
SEED = 99_417  # of nobody that a limit was set on
ACTIVITIES = ("walking", "running")
Fault = Callable[[SensorStream, np.random.Generator], SensorStream]


def _acc(change: Callable) -> Fault:
    return lambda s, rng: replace(s, acc_m_s2=change(s.acc_m_s2.copy(), rng))


def _gyr(change: Callable) -> Fault:
    return lambda s, rng: replace(s, gyr_rad_s=change(s.gyr_rad_s.copy(), rng))


def _part(count: int, share: float, rng: np.random.Generator) -> slice:
    length = max(1, round(share * count))
    start = int(rng.integers(1, count - length))
    return slice(start, start + length)


def _lost(acc: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    acc[_part(len(acc), rng.uniform(0.01, 0.1), rng)] = np.nan
    return acc


def _held(stream: SensorStream, rng: np.random.Generator) -> SensorStream:
    where = _part(len(stream.acc_m_s2), rng.uniform(0.006, 0.1), rng)
    acc, gyr = stream.acc_m_s2.copy(), stream.gyr_rad_s.copy()
    acc[where], gyr[where] = acc[where.start], gyr[where.start]
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr)


def _stuck(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gyr[:, rng.integers(3)] = 0.0
    return gyr


def _exchanged(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    axes = np.eye(3)[rng.permutation(3)] * rng.choice([-1.0, 1.0], size=(3, 1))
    if np.allclose(axes, np.eye(3)):
        axes = -axes
    return gyr @ axes.T


def _clipped(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    end = rng.uniform(0.4, 0.9) * np.abs(gyr).max()
    return np.clip(gyr, -end, end)


def _biased(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    way = rng.normal(size=3)
    return gyr + np.deg2rad(rng.uniform(2.5, 10.0)) * way / np.linalg.norm(way)


def _drifting(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    way = rng.normal(size=3)
    grown = np.linspace(0.0, np.deg2rad(rng.uniform(1.0, 10.0)), len(gyr))
    return gyr + grown[:, None] * way / np.linalg.norm(way)


def _without_gravity(acc: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return acc - acc.mean(axis=0)


FAULTS: dict[str, tuple[str, Fault]] = {
    "samples lost": ("dropouts", _acc(_lost)),
    "samples held": ("held samples", _held),
    "axis stuck": ("stuck channels", _gyr(_stuck)),
    "deg/s as rad/s": ("unit of the gyroscope", _gyr(lambda g, _: np.rad2deg(g))),
    "rad/s as deg/s": ("gyroscope too slow", _gyr(lambda g, _: np.deg2rad(g))),
    "g as m/s2": ("gravity", _acc(lambda a, _: a / 9.80665)),
    "mg as m/s2": ("gravity", _acc(lambda a, _: a / 0.00980665)),
    "gravity removed (mean taken off)": ("gravity", _acc(_without_gravity)),
    "axes exchanged or mirrored": ("gravity", _gyr(_exchanged)),
    "gyroscope clipped": ("clipping", _gyr(_clipped)),
    "noisy gyroscope": (
        "noise of the gyroscope",
        _gyr(lambda g, rng: g + np.deg2rad(rng.uniform(5, 50)) * rng.normal(size=g.shape)),
    ),
    "noisy accelerometer": (
        "noise of the accelerometer",
        _acc(lambda a, rng: a + rng.uniform(1.2, 5.0) * rng.normal(size=a.shape)),
    ),
    "biased gyroscope": ("bias of the gyroscope", _gyr(_biased)),
    "drifting bias": ("drift of the bias", _gyr(_drifting)),
}


def main(recordings: int) -> None:
    """Go on where the table ends; print the shares."""
    RESULTS.parent.mkdir(exist_ok=True)
    done = set(pl.read_csv(RESULTS)["recording"]) if RESULTS.exists() else set()
    for index in range(recordings):
        if f"simulated {index}" not in done:
            _append(_rows(index))
    for name, session in _real():
        if name not in done:
            failed = _failed(*_described(session))
            _append([_row(name, "none", "", alarms=failed)])
    show(pl.read_csv(RESULTS))


def show(table: pl.DataFrame) -> None:
    """Counts of each fault, and the alarms of healthy recordings."""
    faults = table.filter(pl.col("fault") != "none")
    counts = faults.group_by("fault", "check", maintain_order=True).agg(
        pl.col("caught", "told").sum(), pl.len()
    )
    with pl.Config(tbl_rows=-1, fmt_str_lengths=99, tbl_width_chars=160):
        print(counts)
        print(table.filter(pl.col("fault") == "none").select("recording", "alarms"))


def _rows(index: int) -> list[dict]:
    rng = np.random.default_rng([SEED, index])
    try:
        streams, description = _described(_worn(index, rng), ACTIVITIES[index % 2])
    except WrongAccelerationUnit:
        return []
    healthy = _failed(streams, description)
    name = f"simulated {index}"
    rows = [_row(name, "none", "", alarms=healthy)]
    for fault, (check, inject) in FAULTS.items():
        segment = str(rng.choice(list(streams.streams)))
        spoilt = inject(streams.streams[segment], np.random.default_rng(rng.integers(2**32)))
        changed = replace(streams, streams={**streams.streams, segment: spoilt})
        failed = _failed(changed, description)
        new = {(c, s) for c, s in failed - healthy if s == segment}
        rows.append(_row(name, fault, check, new, alarms=failed - healthy - new))
    return rows


def _row(name: str, fault: str, check: str, new=frozenset(), alarms=frozenset()) -> dict:
    told = "; ".join(f"{c}: {s}" for c, s in sorted(alarms))
    caught = int(any(c == check for c, _ in new))
    values = (name, fault, check, caught, int(bool(new)), told)
    return dict(zip(COLUMNS, values, strict=True))


def _append(rows: list[dict]) -> None:
    fresh = not RESULTS.exists()
    with RESULTS.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows(rows)


def _worn(index: int, rng: np.random.Generator) -> ImuSession:
    trial = simulate_person(
        ACTIVITIES[index % 2],
        rng,
        seconds=20.0,
        rate_hz=100.0,
        standing_s=3.0 if index // 2 % 2 else 0.0,
    )
    felt = degrade(trial.imus, SENSOR_MODELS["consumer"], rng)
    turned = {
        s: imu.turned(Rotation.random(rng=rng).as_matrix()) for s, imu in felt.sensors.items()
    }
    return replace(felt, sensors=turned)


def _described(
    session: ImuSession, activity: str = "walking"
) -> tuple[SensorStreams, SessionDescription]:
    streams = {
        s: SensorStream(
            label=s, time_s=session.time_s, acc_m_s2=imu.acc_m_s2, gyr_rad_s=imu.gyr_rad_s
        )
        for s, imu in session.sensors.items()
    }
    places = {s: SensorPlace(label=s) for s in streams}
    return (
        SensorStreams(name=session.name, streams=streams, format_name="csv"),
        SessionDescription(name=session.name, sensors=places, activity=activity),
    )


def _failed(streams: SensorStreams, description: SessionDescription) -> set[tuple[str, str]]:
    found = examine(streams, description)
    return {(d.check, d.subject) for d in found if not d.passed and d.severity != "information"}


def _real() -> Iterator[tuple[str, ImuSession]]:
    for walk in walks():
        yield walk.name, walk.whole
    for file in sorted((DATA / "walking_imu_capsense").rglob("*_Accel.trc")):
        yield f"capsense {file.stem}", opensim_trc.read(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--recordings", type=int, default=20)
    main(parser.parse_args().recordings)
