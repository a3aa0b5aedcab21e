"""How many faults of a recording the doctor tells, and how often it cries wolf.

    python revalidation/fault_injection.py [--recordings 20] [--workers 2] [--real]
    python revalidation/fault_injection.py --again "wrong rate" [--workers 2]

Each recording is a simulated person with a consumer's sensors of any mounting, walking or running
in turn, every second one standing for 3 s first. It is examined as it is, and once with each fault
of random size on one random sensor, or on all. A fault is caught if its check fails on
its sensor where the healthy recording passed, told if any check does. Rows are appended to
``results/fault_injection.csv`` after each recording; those that are there are not made again. The
real walks are examined as they are, to count false alarms; with ``--real``, faults are put into
them as well, twice each. ``--again`` makes one fault anew in the simulated recordings of the table,
and examines these as they are, after something was mended in the doctor that concerns it.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

import numpy as np
import polars as pl
from optical_walks import DATA, walks
from rich.progress import track
from scipy.spatial.transform import Rotation

from kinefuse.alignment.assignment import on_the_other_side
from kinefuse.doctor import examine
from kinefuse.doctor.wearing import EVERYBODY, GRAVITY, REPEATED
from kinefuse.errors import WrongAccelerationUnit
from kinefuse.formats import opensim_trc
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade

RESULTS = Path(__file__).parent / "results" / "fault_injection.csv"
COLUMNS = ("recording", "fault", "check", "caught", "told", "alarms")
SEED = 27_182  # of nobody that a limit was set on, or a check tried
ACTIVITIES: tuple[Literal["walking", "running"], ...] = ("walking", "running")
REPEATS = 2  # of every fault in each real walk
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


def _repeated(stream: SensorStream, rng: np.random.Generator) -> SensorStream:
    """Measured at a lower rate, and brought to the one that was said by repeating."""
    steps = np.floor(np.arange(len(stream.time_s)) * rng.uniform(0.5, 0.97)).astype(int)
    first = np.searchsorted(steps, steps)  # of the samples that were one
    return replace(stream, acc_m_s2=stream.acc_m_s2[first], gyr_rad_s=stream.gyr_rad_s[first])


def _stuck(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gyr[:, rng.integers(3)] = 0.0
    return gyr


def _exchanged(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    axes = np.eye(3)[rng.permutation(3)] * rng.choice([-1.0, 1.0], size=(3, 1))
    if np.allclose(axes, np.eye(3)):
        axes = -axes
    return gyr @ axes.T


def _clipped(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    end = rng.uniform(0.4, 0.8) * np.abs(gyr).max()
    return np.clip(gyr, -end, end)


def _either(low: float, high: float, rng: np.random.Generator) -> float:
    """Of that size, one way or the other."""
    return float(rng.uniform(low, high) * rng.choice([-1.0, 1.0]))


def _any_way(length: float, rng: np.random.Generator) -> np.ndarray:
    way = rng.normal(size=3)
    return length * way / np.linalg.norm(way)


def _biased(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return gyr + _any_way(np.deg2rad(rng.uniform(5.0, 15.0)), rng)


def _drifting(gyr: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    grown = np.linspace(0.0, np.deg2rad(rng.uniform(10.0, 30.0)), len(gyr))
    return gyr + grown[:, None] * _any_way(1.0, rng)


def _without_gravity(acc: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return acc - acc.mean(axis=0)


def _late(stream: SensorStream, rng: np.random.Generator) -> SensorStream:
    return _retimed(stream, stream.time_s - _either(0.06, 1.1, rng))


def _own_clock(stream: SensorStream, rng: np.random.Generator) -> SensorStream:
    return _retimed(stream, stream.time_s * (1 + _either(0.01, 0.04, rng)))


def _retimed(stream: SensorStream, time_s: np.ndarray) -> SensorStream:
    """What the sensor felt at those times, under the old time stamps; ends are reflected."""
    first, last = stream.time_s[0], stream.time_s[-1]
    time_s = first + np.abs(time_s - first)
    time_s = last - np.abs(last - time_s)
    acc, gyr = (
        np.stack([np.interp(time_s, stream.time_s, x) for x in signal.T], axis=-1)
        for signal in (stream.acc_m_s2, stream.gyr_rad_s)
    )
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr)


def _slipped(stream: SensorStream, rng: np.random.Generator) -> SensorStream:
    turn = Rotation.from_rotvec(_any_way(np.deg2rad(rng.uniform(20.0, 60.0)), rng)).as_matrix()
    start = round(rng.uniform(0.35, 0.75) * len(stream.time_s))
    acc, gyr = stream.acc_m_s2.copy(), stream.gyr_rad_s.copy()
    acc[start:], gyr[start:] = acc[start:] @ turn.T, gyr[start:] @ turn.T
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr)


def _noise(least: float, most: float) -> Callable:
    return lambda signal, rng: signal + rng.uniform(least, most) * rng.normal(size=signal.shape)


FAULTS: dict[str, tuple[str, Fault]] = {
    "samples lost": ("dropouts", _acc(_lost)),
    "samples held": ("held samples", _held),
    "samples repeated": (REPEATED, _repeated),
    "axis stuck": ("stuck channels", _gyr(_stuck)),
    "deg/s as rad/s": ("unit of the gyroscope", _gyr(lambda g, _: np.rad2deg(g))),
    "rad/s as deg/s": ("gyroscope too slow", _gyr(lambda g, _: np.deg2rad(g))),
    "g as m/s2": (GRAVITY, _acc(lambda a, _: a / 9.80665)),
    "mg as m/s2": (GRAVITY, _acc(lambda a, _: a / 0.00980665)),
    "gravity removed (mean taken off)": (GRAVITY, _acc(_without_gravity)),
    "accelerometer of the wrong sign": ("sign of gravity", _acc(lambda a, _: -a)),
    "axes exchanged or mirrored": ("axes", _gyr(_exchanged)),
    "gyroscope clipped": ("clipping", _gyr(_clipped)),
    "noisy gyroscope": ("noise of the gyroscope", _gyr(_noise(*np.deg2rad([6.0, 50.0])))),
    "noisy accelerometer": ("noise of the accelerometer", _acc(_noise(1.8, 5.0))),
    "biased gyroscope": ("bias in gait", _gyr(_biased)),
    "drifting bias": ("drift in gait", _gyr(_drifting)),
    "late or early": ("out of step", _late),
    "clock of its own": ("clock", _own_clock),
    "strap slipped": ("slip", _slipped),
}
"""On one sensor: the check that should tell it, and how it is made."""

Whole = Callable[
    [SensorStreams, SessionDescription, np.random.Generator],
    tuple[SensorStreams, SessionDescription, set[str]],
]
"""Recording and description with a fault, and the subjects that are to blame."""


def _each(streams: SensorStreams, change: Callable[[SensorStream], SensorStream]) -> SensorStreams:
    return replace(streams, streams={s: change(one) for s, one in streams.streams.items()})


def _wrong_rate(streams, description, rng):
    times = float(np.exp(_either(np.log(1.8), np.log(4.0), rng)))
    return _each(streams, lambda s: replace(s, time_s=s.time_s * times)), description, {EVERYBODY}


def _two_exchanged(streams, description, rng):
    one, other = (str(s) for s in rng.choice(list(streams.streams), 2, replace=False))
    return streams, _labelled(description, {one: other, other: one}), {one, other}


def _sides_exchanged(streams, description, _):
    legs = [s for s in description.sensors if s != "pelvis"]
    return streams, _labelled(description, {s: on_the_other_side(s) for s in legs}), {EVERYBODY}


def _labelled(description: SessionDescription, labels: dict[str, str]) -> SessionDescription:
    sensors = {s: SensorPlace(label=labels.get(s, s)) for s in description.sensors}
    return replace(description, sensors=sensors)


def _no_gait(streams, description, rng):
    """As much turning and force as there was, in disorder: moments are dealt out anew."""
    count = len(next(iter(streams.streams.values())).time_s) // 40 * 40
    order = np.concatenate(rng.permutation(np.arange(count).reshape(-1, 40)))

    def disordered(stream: SensorStream) -> SensorStream:
        keep = len(order)
        return replace(
            stream,
            time_s=stream.time_s[:keep],
            acc_m_s2=stream.acc_m_s2[order],
            gyr_rad_s=stream.gyr_rad_s[order],
        )

    return _each(streams, disordered), description, {EVERYBODY, *streams.streams}


WHOLE: dict[str, tuple[str, Whole]] = {
    "wrong rate": ("rate", _wrong_rate),
    "two sensors exchanged": ("place", _two_exchanged),
    "left and right exchanged": ("left and right", _sides_exchanged),
    "all accelerometers of the wrong sign": (
        "left and right",
        lambda s, d, _: (
            _each(s, lambda one: replace(one, acc_m_s2=-one.acc_m_s2)),
            d,
            {EVERYBODY},
        ),
    ),
    "activity wrongly named": (
        "activity",
        lambda s, d, _: (s, replace(d, activity=_OTHER[d.activity]), {EVERYBODY}),
    ),
    "no gait": ("rhythm", _no_gait),
}
"""On the whole recording."""
_OTHER: dict[str, Literal["walking", "running"]] = {"walking": "running", "running": "walking"}


def main(recordings: int, workers: int, real: bool) -> None:
    """Go on where the table ends; print the shares."""
    RESULTS.parent.mkdir(exist_ok=True)
    done = set(pl.read_csv(RESULTS)["recording"]) if RESULTS.exists() else set()
    left = [i for i in range(recordings) if f"simulated {i}" not in done]
    with ProcessPoolExecutor(workers) as pool:
        for rows in track(pool.map(_rows, left), total=len(left), description="recordings"):
            _append(rows)
    for number, (name, session) in enumerate(real_recordings()):
        if name not in done:
            _append([_row(name, "none", "", alarms=_failed(*described(session)))])
        for turn in range(REPEATS * real):
            if f"{name} {turn}" not in done:
                rng = np.random.default_rng([SEED, turn, 1_000_000 + number])
                _append(_spoilt(f"{name} {turn}", *described(session), rng))
    show(pl.read_csv(RESULTS))


def redo(fault: str, workers: int) -> None:
    """The rows of one fault anew, and those of recordings as they are; the others stay."""
    table = pl.read_csv(RESULTS)
    simulated = table.filter(pl.col("recording").str.starts_with("simulated"))
    done = [int(name.split()[1]) for name in simulated["recording"].unique(maintain_order=True)]
    fresh: dict[tuple[str, str], dict] = {}
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(partial(_rows, only=fault), done)
        for rows in track(found, total=len(done), description=fault):
            fresh |= {(row["recording"], row["fault"]): row for row in rows}
    rows = [fresh.get((row["recording"], row["fault"]), row) for row in table.to_dicts()]
    beside = RESULTS.with_suffix(".part")
    with beside.open("w", newline="") as file:
        _write(file, rows, fresh=True)
    beside.replace(RESULTS)
    show(pl.read_csv(RESULTS))


def show(table: pl.DataFrame) -> None:
    """Counts of each fault, and the alarms of healthy recordings."""
    simulated = pl.col("recording").str.starts_with("simulated")
    parts = {"simulated": table.filter(simulated), "real": table.filter(~simulated)}
    with pl.Config(tbl_rows=-1, fmt_str_lengths=99, tbl_width_chars=160):
        for name, part in parts.items():
            faults = part.filter(pl.col("fault") != "none")
            counts = faults.group_by("fault", "check", maintain_order=True).agg(
                pl.col("caught", "told").sum(), pl.len(), pl.col("alarms").is_not_null().sum()
            )
            healthy = part.filter(pl.col("fault") == "none")
            print(name, counts)
            print(f"{len(healthy)} as they are, with alarms:")
            print(healthy.drop_nulls("alarms").select("recording", "alarms"))


def _rows(index: int, only: str | None = None) -> list[dict]:
    rng = np.random.default_rng([SEED, index])
    try:
        recording = described(worn_by(index, rng), ACTIVITIES[index % 2])
    except WrongAccelerationUnit:
        return []
    return _spoilt(f"simulated {index}", *recording, rng, only)


def _spoilt(
    name: str,
    streams: SensorStreams,
    description: SessionDescription,
    rng: np.random.Generator,
    only: str | None = None,
) -> list[dict]:
    """A row of the recording as it is, and one with every fault, or with only one."""
    healthy = _failed(streams, description)
    rows = [_row(name, "none", "", alarms=healthy)] if name.startswith("simulated") else []
    for fault, (check, inject) in FAULTS.items():
        segment = str(rng.choice(list(streams.streams)))
        spoilt = inject(streams.streams[segment], np.random.default_rng(rng.integers(2**32)))
        changed = replace(streams, streams={**streams.streams, segment: spoilt})
        if only in (None, fault):
            rows.append(_judged(name, fault, check, (changed, description, {segment}), healthy))
    for fault, (check, change) in WHOLE.items():
        spoilt = change(streams, description, rng)
        if only in (None, fault):
            rows.append(_judged(name, fault, check, spoilt, healthy))
    return rows


def _judged(name: str, fault: str, check: str, spoilt, healthy: set[tuple[str, str]]) -> dict:
    streams, description, blamed = spoilt
    failed = _failed(streams, description) - healthy
    new = {(c, s) for c, s in failed if s in blamed}
    return _row(name, fault, check, new, alarms=failed - new)


Failed = AbstractSet[tuple[str, str]]


def _row(
    name: str, fault: str, check: str, new: Failed = frozenset(), alarms: Failed = frozenset()
) -> dict:
    told = "; ".join(f"{c}: {s}" for c, s in sorted(alarms))
    caught = int(any(c == check for c, _ in new))
    values = (name, fault, check, caught, int(bool(new)), told)
    return dict(zip(COLUMNS, values, strict=True))


def _append(rows: list[dict]) -> None:
    fresh = not RESULTS.exists()
    with RESULTS.open("a", newline="") as file:
        _write(file, rows, fresh)


def _write(file: TextIO, rows: list[dict], fresh: bool) -> None:
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    if fresh:
        writer.writeheader()
    writer.writerows(rows)


def worn_by(index: int, rng: np.random.Generator) -> ImuSession:
    """What a consumer's sensors of any mounting feel on one simulated person."""
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


def described(
    session: ImuSession, activity: str = "walking"
) -> tuple[SensorStreams, SessionDescription]:
    """The same as a file holds it, and that every sensor is where its name says."""
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


def real_recordings() -> Iterator[tuple[str, ImuSession]]:
    """The real walks by their names."""
    for walk in walks():
        yield walk.name, walk.whole
    for file in sorted((DATA / "walking_imu_capsense").rglob("*_Accel.trc")):
        yield f"capsense {file.stem}", opensim_trc.read(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--recordings", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--real", action="store_true", help="put faults into the real walks too")
    parser.add_argument("--again", choices=(*FAULTS, *WHOLE), help="make only this fault anew")
    asked = parser.parse_args()
    if asked.again:
        redo(asked.again, asked.workers)
    else:
        main(asked.recordings, asked.workers, asked.real)
