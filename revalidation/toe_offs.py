"""How far contacts and toe-offs found by gyroscopes are from force plates and known simulations.

    python revalidation/toe_offs.py ../shared/data

writes ``results/toe_offs.csv``: bias and SD [ms] over events, found minus true. Sensors are
simulated from recorded markers and ideally aligned. Running: an instrumented treadmill, 30 s a
trial; walking: the laboratory's own events from force plates; simulated people: as drawn.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ezc3d
import numpy as np
import polars as pl
from scipy.signal import butter, sosfiltfilt

from kinefuse import gait_events
from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.motion import trial_of
from kinefuse.errors import KinefuseError
from kinefuse.recordings import ImuRecording
from kinefuse.simulation import gait
from kinefuse.simulation.person import draw_person

OUT = Path(__file__).parent / "results" / "toe_offs.csv"
RATE_HZ = 200.0
EDGE_S = 0.3  # events nearer to either end may lack a swing
ON_GROUND_KN = 0.05  # 50 N; the files say N, but hold kN: 1.5 to 2.2 at the peaks
LONGEST_STANCE_S = 0.5  # running
NEAR_S = 0.1  # a stance belongs to the foot whose contact is so near
TUNED_ON = ("RBDS002", "RBDS014", "RBDS016", "RBDS020", "RBDS024")
WORN = {"foot and shank": ("foot", "shank"), "foot": ("foot",), "shank": ("shank",)}
Events = dict[str, np.ndarray]


@dataclass(frozen=True)
class Known:
    """Sensors of somebody, and when each foot really met and left the ground [s]."""

    person: str
    activity: str
    truth: str
    sensors: dict[str, ImuRecording]
    contacts_s: Events
    toe_offs_s: Events


def main(shared_data: Path) -> None:
    """Score every trial, write the table, print it."""
    known = [
        *force_plate_walks(shared_data / "walking_markers_biomechzoo"),
        *treadmill_runs(shared_data / "running_markers_rbds"),
        *simulated(12),
    ]
    rows = [row for one in known for row in errors(one)]
    table = (
        pl.DataFrame(rows)
        .group_by("activity", "truth", "event", "sensors", maintain_order=True)
        .agg(
            people=pl.col("person").n_unique(),
            events=pl.len(),
            bias_ms=pl.col("error_ms").mean().round(1),
            median_ms=pl.col("error_ms").median().round(1),
            sd_ms=pl.col("error_ms").std().round(1),
            within_30_ms=(pl.col("error_ms").abs() <= 30).mean().round(3),
            largest_ms=pl.col("error_ms").abs().max().round(0),
        )
    )
    table.write_csv(OUT)
    with pl.Config(tbl_rows=-1, tbl_cols=-1):
        print(table)


def errors(known: Known) -> Iterator[dict]:
    """A row an event and set of sensors; an event is compared with the nearest found."""
    for name, worn in WORN.items():
        for side, truth in known.toe_offs_s.items():
            foot, shank = (
                known.sensors.get(f"{segment}_{side}") if segment in worn else None
                for segment in ("foot", "shank")
            )
            if not (foot or shank):
                continue
            contacts = gait_events.foot_contacts(foot, shank)
            if len(contacts) < 2:
                continue
            off = gait_events.foot_toe_offs(foot, shank, contacts, known.activity)
            pairs = (("contact", contacts, known.contacts_s[side]), ("toe-off", off, truth))
            for event, found, times in pairs:
                for time in times[(times > contacts[0] - 0.05) & (times < contacts[-1] + 0.05)]:
                    if len(found):
                        error = found[np.argmin(np.abs(found - time))] - time
                        yield {
                            "person": known.person,
                            "activity": known.activity,
                            "truth": known.truth,
                            "event": event,
                            "sensors": name,
                            "error_ms": 1000 * error,
                        }


def force_plate_walks(folder: Path) -> Iterator[Known]:
    """Events that force plates gave the laboratory, at most a few a trial."""
    for source in find_sources([folder]):
        c3d = ezc3d.c3d(str(source.file))
        marks = c3d["parameters"].get("EVENT", {})
        if "TIMES" not in marks:
            continue
        rate = c3d["header"]["points"]["frame_rate"]
        begin = c3d["header"]["points"]["first_frame"] / rate
        end = c3d["data"]["points"].shape[2] / rate
        events: dict[str, dict[str, list]] = {"Foot Strike": {}, "Foot Off": {}}
        for label, side, time in zip(
            marks["LABELS"]["value"],
            marks["CONTEXTS"]["value"],
            np.reshape(marks["TIMES"]["value"], (2, -1))[1],
            strict=True,
        ):
            if EDGE_S / 2 < time - begin < end - EDGE_S / 2:
                events[label].setdefault(side[0].lower(), []).append(time - begin)
        try:
            trial = trial_of(source.load(), RATE_HZ)
        except KinefuseError:
            continue  # no static trial beside it
        contacts, offs = (
            {side: np.array(sorted(found.get(side, ()))) for side in "rl"}
            for found in events.values()
        )
        person = source.file.stem[:5]
        yield Known(person, "walking", "force plate", dict(trial.imus.sensors), contacts, offs)


def treadmill_runs(folder: Path) -> Iterator[Known]:
    """Every stance that the treadmill felt, given to the foot whose contact is near."""
    for source in find_sources([folder]):
        file = source.file
        try:
            trial = trial_of(source.load(), RATE_HZ)
        except KinefuseError as error:
            print(f"{file.name} left out: {error}")
            continue
        c3d = ezc3d.c3d(str(file))
        rate = c3d["parameters"]["ANALOG"]["RATE"]["value"][0]
        labels = c3d["parameters"]["ANALOG"]["LABELS"]["value"]
        force = -c3d["data"]["analogs"][0][labels.index("F1Z")]
        landed, left = stances(force, rate)
        found = gait_events.contacts_by_side(trial.imus.sensors)
        away = {side: np.abs(found[side][:, None] - landed).min(axis=0) for side in "rl"}
        contacts, offs = {}, {}
        for side, other in ("rl", "lr"):
            own = (away[side] < NEAR_S) & (away[side] < away[other])
            contacts[side], offs[side] = landed[own][1:-1], left[own][1:-1]
        person = file.name.split("run")[0]
        truth = "treadmill, tuned on" if person in TUNED_ON else "treadmill, others"
        yield Known(person, "running", truth, dict(trial.imus.sensors), contacts, offs)


def stances(force_kN: np.ndarray, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """When the treadmill began and ceased to carry [s]."""
    smooth = sosfiltfilt(butter(2, 50.0, fs=rate_hz, output="sos"), force_kN)
    above = smooth - np.percentile(smooth, 5)
    on = above > ON_GROUND_KN
    rising = np.flatnonzero(on[1:] & ~on[:-1]) + 1
    falling = np.flatnonzero(~on[1:] & on[:-1]) + 1
    rising = rising[rising < falling[-1]]
    ends = falling[np.searchsorted(falling, rising)]
    kept = (ends - rising) / rate_hz < LONGEST_STANCE_S
    return rising[kept] / rate_hz, ends[kept] / rate_hz


def simulated(people: int) -> Iterator[Known]:
    """People whose stance was drawn; a foot lands where its phase is a whole number."""
    seconds = 20.0
    for activity in ("walking", "running"):
        for seed in range(people):
            trial = gait.simulate_person(activity, np.random.default_rng(seed), seconds=seconds)
            for_person, for_strides = np.random.default_rng(seed).spawn(2)
            time_s = np.arange(-gait._MARGIN_S, seconds + gait._MARGIN_S, 1 / RATE_HZ)
            person = draw_person(activity, for_person)
            phases = gait._phases(person, gait.VARIABILITY[activity], for_strides, time_s)
            contacts, offs = {}, {}
            for side, phase in phases.items():
                whole = np.arange(np.ceil(phase[0]), phase[-1])
                contacts[side] = inner(np.interp(whole, phase, time_s), seconds)
                off = np.interp(whole + person.contact_fraction, phase, time_s)
                offs[side] = inner(off, seconds)
            name = f"{activity}-{seed}"
            yield Known(name, activity, "simulated", dict(trial.imus.sensors), contacts, offs)


def inner(times: np.ndarray, seconds: float) -> np.ndarray:
    """Those with a swing before and a minimum after."""
    return times[(times > EDGE_S) & (times < seconds - EDGE_S)]


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
