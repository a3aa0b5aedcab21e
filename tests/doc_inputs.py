"""What the reader of a page has at hand before the first line: recordings, sound and faulty."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from kinefuse.formats.angle_files import write_angles_csv
from kinefuse.formats.csv_session import write_session_csv
from kinefuse.recordings import ImuSession
from kinefuse.results import estimate
from meta_files import write_meta_h5
from result_folders import noisy_sines, write_result
from small_recordings import recorded_walk, standing_then_walking
from toy import puppet_trial


def a_walk(folder: Path) -> None:
    """One sound recording, under the names that pages give it."""
    recorded_walk(folder / "my_walk", seed=1)


def a_faulty_walk(folder: Path) -> None:
    """The same with a foot's accelerometer a fifth too high."""
    a_walk(folder)
    _scaled(folder / "my_walk" / "my_walk.csv", "foot_l_acc", 1.2)


def a_ward(folder: Path) -> None:
    """A folder of three sessions, one of them faulty; and a walk of the same person later."""
    a_walk(folder)
    for seed, name in enumerate(("ada", "bob", "cleo"), start=1):
        recorded_walk(folder / "ward" / name, seed=seed, seconds=9.0)
    _rewrite(folder / "ward" / "bob" / "bob.csv", "shank_l_gyr_z", "shank_l_gyr_w")


def results(folder: Path) -> None:
    """A folder of results."""
    estimate(standing_then_walking(seed=1)).save(folder / "results")


def compared(folder: Path) -> None:
    """Folders of results to compare, and known angles."""
    names = ("RESULT", "BEFORE", "AFTER", "A1", "A2", "A3", "B1", "B2", "B3")
    for seed, name in enumerate(names):
        write_result(folder / name, seed, offset_deg=0.5 * seed)
    write_angles_csv(folder / "angles.csv", noisy_sines(seed=0))


def a_laboratory(folder: Path) -> None:
    """Motion capture of three people in the published layout."""
    people = {f"s{n}": puppet_trial(f"s{n}", seconds=7.0, rate_hz=200.0).poses for n in range(1, 4)}
    write_meta_h5(folder / "walking_meta.h5", people)


def faults(folder: Path) -> None:
    """One folder a mistake that people make; sound but for that."""
    a_ward(folder)
    imus = standing_then_walking(seed=1)
    for name in ("degrees", "in_g", "no_shank", "late", "nan", "two", "milliseconds"):
        (folder / name).mkdir()
        write_session_csv(folder / name / "walk.csv", imus)
    _scaled(folder / "degrees" / "walk.csv", "gyr", 180 / np.pi)
    _scaled(folder / "in_g" / "walk.csv", "acc", 1 / 9.80665)
    _without(folder / "no_shank" / "walk.csv", imus, "shank_l")
    _edited(folder / "late" / "walk.csv", lambda rows: rows[:400] + rows[401:])
    _edited(folder / "nan" / "walk.csv", lambda rows: [*rows[:250], _holed(rows[250]), *rows[251:]])
    _edited(folder / "milliseconds" / "walk.csv", lambda rows: [_in_ms(row) for row in rows])
    write_session_csv(folder / "two" / "again.csv", imus)
    (folder / "holiday").mkdir()
    (folder / "holiday" / "photo.jpg").write_bytes(b"\xff\xd8")


INPUTS: Mapping[str, Callable[[Path], None]] = {
    "README.md": a_walk,
    "doctor.md": a_faulty_walk,
    "tutorial.md": a_walk,
    "python.md": a_walk,
    "how_sure.md": a_walk,
    "sessions.md": a_walk,
    "export.md": results,
    "report.md": compared,
    "files.md": a_ward,
    "questions.md": faults,
    "own_motion_capture.md": a_laboratory,
}
"""By page; other pages begin with nothing."""


def _rewrite(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def _edited(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    head, *rows = file.read_text().splitlines()
    file.write_text("\n".join([head, *change(rows)]) + "\n")


def _scaled(file: Path, kind: str, factor: float) -> None:
    names = file.read_text().split("\n", 1)[0].split(",")
    concerned = [bool(re.search(f"(^|_){kind}_", name)) for name in names]

    def scaled(row: str) -> str:
        cells = zip(row.split(","), concerned, strict=True)
        return ",".join(repr(float(cell) * factor) if mine else cell for cell, mine in cells)

    _edited(file, lambda rows: [scaled(row) for row in rows])


def _without(file: Path, imus: ImuSession, segment: str) -> None:
    others = {name: imu for name, imu in imus.sensors.items() if name != segment}
    write_session_csv(file, ImuSession(name="walk", sensors=others))


def _holed(row: str) -> str:
    time, _, *others = row.split(",")
    return ",".join([time, "nan", *others])


def _in_ms(row: str) -> str:
    time, others = row.split(",", 1)
    return f"{1e3 * float(time)!r},{others}"
