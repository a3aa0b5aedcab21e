"""Tables of anybody's, with units in their column names: read as the names say, or told apart."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from kinefuse.errors import UnreadableFile
from kinefuse.formats import read_streams
from kinefuse.recordings import ImuSession
from vendor_files import EXAMPLES, session, write_generic


@pytest.fixture
def table(tmp_path):
    """One sensor's table, and what is in it."""
    imus = session(EXAMPLES["generic_csv"], seconds=1.0)
    one = ImuSession(name="one", sensors={"foot_l": imus["foot_l"]})
    (file,) = write_generic(tmp_path, one)
    return file


def restamped(file, name: str, stamp) -> None:
    """The column of times under another name, each stamp rewritten."""
    text = file.read_text(encoding="latin-1").replace(",", ".")
    header, *rows = [line.split(";") for line in text.splitlines()]
    lines = [[name, *header[1:]], *([stamp(float(row[0])), *row[1:]] for row in rows)]
    file.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "unit_s"),
    [
        ("Time (ms)", 1e-3),
        ("time [us]", 1e-6),
        ("Timestamp (µs)", 1e-6),
        ("timestamp_us", 1e-6),
        ("time_ms", 1e-3),
        ("Time (min)", 60.0),
        ("t [sec]", 1.0),
        ("time", 1.0),
    ],
)
def test_times_are_in_the_unit_that_their_name_says(table, name, unit_s):
    before = read_streams(table).streams["foot_l"].time_s
    restamped(table, name, lambda time_s: repr(time_s / unit_s))
    np.testing.assert_allclose(read_streams(table).streams["foot_l"].time_s, before, atol=1e-9)


def test_a_unit_of_time_that_is_none_is_not_guessed(table):
    restamped(table, "Time (ticks)", repr)
    with pytest.raises(UnreadableFile, match="neither time stamps nor a rate"):
        read_streams(table)


def at(form: str):
    """Writes seconds as what a clock shows that starts shortly before midnight."""
    start = datetime(2026, 3, 4, 23, 59, 59, 600_000)
    return lambda time_s: (start + timedelta(seconds=time_s)).strftime(form)


@pytest.mark.parametrize(
    "form",
    ["%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%f+01:00"],
)
def test_times_of_a_clock_are_seconds_since_the_first_over_midnight_too(table, form):
    before = read_streams(table).streams["foot_l"].time_s
    restamped(table, "Timestamp", at(form))
    after = read_streams(table).streams["foot_l"].time_s
    np.testing.assert_allclose(after, before - before[0], atol=1e-6)


@pytest.mark.parametrize("name", ["Time (ms)", "time"])
def test_what_is_neither_number_nor_clock_is_named_in_its_first_row(table, name):
    restamped(table, name, at("%d %B" if name == "time" else "%H:%M:%S"))
    with pytest.raises(UnreadableFile, match=r"holds '.*' in row 1"):
        read_streams(table)


@pytest.mark.parametrize("names", ["ax,ay,az,gx,gy,gz", "acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z"])
def test_names_without_units_are_told_with_how_to_write_them(tmp_path, names):
    (tmp_path / "foot_l.csv").write_text(
        f"time,{names}\n" + "".join(f"0.0{i},1,2,3,4,5,6\n" for i in range(3))
    )
    for path in (tmp_path, tmp_path / "foot_l.csv"):
        with pytest.raises(UnreadableFile, match=r"tell no units.*\(m/s2\).*\(deg/s\).*map"):
            read_streams(path)


def test_short_names_are_read_with_their_units(tmp_path):
    names = "time,ax (g),ay (g),az (g),gx (deg/s),gy (deg/s),gz (deg/s)"
    (tmp_path / "foot_l.csv").write_text(
        f"{names}\n" + "".join(f"0.0{i},1,2,3,4,5,6\n" for i in range(3))
    )
    acc = read_streams(tmp_path).streams["foot_l"].acc_m_s2
    np.testing.assert_allclose(acc[0], 9.80665 * np.array([1, 2, 3]))
