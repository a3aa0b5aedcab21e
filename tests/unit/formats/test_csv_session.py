"""IMU sessions whose header says what every column is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_files import session
from kinefuse.errors import (
    InconsistentClock,
    LooksLikeDegrees,
    MissingSensor,
    UnknownChoice,
    UnreadableFile,
    WrongAccelerationUnit,
)
from kinefuse.formats.csv_session import read, recognises, write_session_csv


@pytest.fixture
def file(tmp_path):
    write_session_csv(tmp_path / "walk.csv", session(seconds=1.0))
    return tmp_path / "walk.csv"


def edit(file, change):
    file.write_text(change(file.read_text()))


def rescale(file, columns, factor):
    """Multiply the numbers of every column whose name contains ``columns``."""
    header, *rows = [line.split(",") for line in file.read_text().splitlines()]
    scaled = [
        [repr(float(x) * factor) if columns in name else x for name, x in zip(header, row)]  # noqa: B905
        for row in rows
    ]
    file.write_text("\n".join(",".join(row) for row in [header, *scaled]) + "\n")


def test_a_session_survives_to_the_last_bit(file):
    imus, back = session(seconds=1.0), read(file)
    assert list(back.sensors) == list(imus.sensors)
    for segment, imu in imus.sensors.items():
        np.testing.assert_array_equal(back[segment].acc_m_s2, imu.acc_m_s2)
        np.testing.assert_array_equal(back[segment].gyr_rad_s, imu.gyr_rad_s)


def test_the_header_is_what_the_documentation_says(file):
    header = file.read_text().splitlines()[0].split(",")
    assert header[:3] == ["time_s", "pelvis_acc_x_m_s2", "pelvis_acc_y_m_s2"]
    assert header[-1] == "foot_l_gyr_z_rad_s"
    assert len(header) == 1 + 7 * 6


def test_g_and_degrees_are_converted_where_the_header_says_so(file):
    rescale(file, "acc", 1 / 9.80665)
    rescale(file, "gyr", 180 / np.pi)
    edit(file, lambda text: text.replace("m_s2", "g").replace("rad_s", "deg_s"))
    imus, back = session(seconds=1.0), read(file)
    for segment, imu in imus.sensors.items():
        np.testing.assert_allclose(back[segment].acc_m_s2, imu.acc_m_s2, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(back[segment].gyr_rad_s, imu.gyr_rad_s, rtol=1e-12, atol=1e-12)


def test_each_column_has_a_unit_of_its_own(file):
    rescale(file, "shank_l_gyr_y", 180 / np.pi)
    edit(file, lambda text: text.replace("shank_l_gyr_y_rad_s", "shank_l_gyr_y_deg_s"))
    np.testing.assert_allclose(
        read(file)["shank_l"].gyr_rad_s, session(seconds=1.0)["shank_l"].gyr_rad_s, atol=1e-12
    )


@pytest.mark.parametrize(
    ("columns", "factor", "error"),
    [("gyr", 180 / np.pi, LooksLikeDegrees), ("acc", 1 / 9.80665, WrongAccelerationUnit)],
)
def test_a_header_with_the_wrong_unit_is_found_out(file, columns, factor, error):
    rescale(file, columns, factor)
    with pytest.raises(error):
        read(file)


@settings(max_examples=15)
@given(order=st.permutations(range(1 + 7 * 6)))
def test_columns_may_stand_in_any_order(order, tmp_path_factory):
    file = tmp_path_factory.mktemp("csv") / "walk.csv"
    imus = session(seconds=0.1)
    write_session_csv(file, imus)
    rows = [line.split(",") for line in file.read_text().splitlines()]
    file.write_text("\n".join(",".join(row[i] for i in order) for row in rows) + "\n")
    np.testing.assert_array_equal(read(file)["foot_l"].gyr_rad_s, imus["foot_l"].gyr_rad_s)
    np.testing.assert_array_equal(read(file)["thigh_r"].acc_m_s2, imus["thigh_r"].acc_m_s2)


def test_other_quantities_are_left_out_and_said(file):
    edit(file, lambda text: text.replace("\n", ",left\n").replace(",left", ",pelvis_mag_x_uT", 1))
    imus = read(file)
    assert len(imus.sensors) == 7
    assert any("pelvis_mag_x_uT" in note for note in imus.notes)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_other_systems_are_read_too(file, newline, mark):
    file.write_bytes((mark + file.read_text().replace("\n", newline)).encode())
    assert len(read(file).sensors) == 7


def renamed(old, new):
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (renamed("time_s", "time"), UnreadableFile, "lacks time_s"),
        (renamed("shank_r_acc_y_m_s2", "shank_r_acc_y"), MissingSensor, r"accelerometer: y"),
        (renamed("shank_r_gyr_z_rad_s", "angle"), MissingSensor, r"shank_r \(gyroscope: z\)"),
        (renamed("foot_l_acc_x_m_s2", "foot_l_acc_x_ft_s2"), UnknownChoice, r"ft_s2.*m_s2, g"),
        (renamed("foot_l_gyr_x_rad_s", "foot_l_gyr_x_g"), UnknownChoice, r"rad_s, deg_s"),
        (renamed("pelvis_acc_x", "sacrum_acc_x"), UnknownChoice, r"sacrum.*pelvis"),
        (renamed("pelvis_acc_y", "pelvis_acc_x"), UnreadableFile, "occur twice"),
        (renamed("pelvis_acc_y_m_s2", "pelvis_acc_x_g"), UnreadableFile, "two units"),
    ],
)
def test_a_header_that_cannot_be_is_refused(file, change, error, said):
    edit(file, change)
    with pytest.raises(error, match=said):
        read(file)


def test_a_lost_row_is_an_uneven_clock(file):
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:50] + lines[51:]) + "\n")
    with pytest.raises(InconsistentClock, match="uneven"):
        read(file)


def test_milliseconds_in_the_time_column_are_a_wrong_rate(file):
    rescale(file, "time_s", 1000)
    with pytest.raises(InconsistentClock, match="in seconds"):
        read(file)


def test_an_ordinary_table_is_no_recording(tmp_path):
    (tmp_path / "cycles.csv").write_text("person,speed\na,1.2\n")
    assert not recognises(tmp_path)
    with pytest.raises(UnreadableFile, match="accelerometer and gyroscope"):
        read(tmp_path / "cycles.csv")


def test_of_two_sessions_in_a_directory_one_has_to_be_named(file):
    (file.parent / "other.csv").write_bytes(file.read_bytes())
    with pytest.raises(UnreadableFile, match=r"other\.csv, walk\.csv"):
        read(file.parent)


def semicolons(text):
    return text.replace(",", ";").replace(".", ",").encode()


AS_WRITTEN_BY_OTHERS = {
    "european excel": semicolons,
    "semicolons and points": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "a line above": lambda text: ("Exported by MyLogger 1.0\n" + text).encode(),
    "excel's line above": lambda text: b"sep=;\r\n" + semicolons(text),
    "upper case": lambda text: (
        text.partition("\n")[0].upper().encode() + text[text.index("\n") :].encode()
    ),
    "line ends of old": lambda text: text.replace("\n", "\r").encode(),
    "blank lines": lambda text: ("\n" + text + "\n\n").encode(),
    "trailing commas": lambda text: text.replace("\n", ",\n").encode(),
}


@pytest.mark.parametrize("way", AS_WRITTEN_BY_OTHERS)
def test_a_spreadsheet_may_have_saved_it(file, way):
    file.write_bytes(AS_WRITTEN_BY_OTHERS[way](file.read_text()))
    imus, back = session(seconds=1.0), read(file.parent)
    for segment, imu in imus.sensors.items():
        np.testing.assert_array_equal(back[segment].acc_m_s2, imu.acc_m_s2)
        np.testing.assert_array_equal(back[segment].gyr_rad_s, imu.gyr_rad_s)


def test_a_table_of_tabs_may_be_called_so(file):
    tabs = file.with_suffix(".tsv")
    tabs.write_text(file.read_text().replace(",", "\t"))
    file.unlink()
    assert len(read(tabs).sensors) == 7
    assert recognises(file.parent)


def test_its_time_may_be_that_of_a_clock(file):
    header, *rows = file.read_text().splitlines()
    stamped = [
        f"2026-03-04T09:15:{i / 100:06.3f},{row.partition(',')[2]}" for i, row in enumerate(rows)
    ]
    file.write_text("\n".join([header, *stamped]) + "\n")
    assert read(file).rate_hz == 100
    file.write_text("\n".join([header, *(row.replace("09:15:", "") for row in stamped)]) + "\n")
    with pytest.raises(
        UnreadableFile, match=r"time_s holds '2026-03-04T00.000' in row 1; .*seconds"
    ):
        read(file)
