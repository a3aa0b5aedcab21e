"""Maps that users write: read as they are meant, refused by the key that is wrong."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import kinefuse.formats
from imu_files import write_csv
from kinefuse.errors import BadStreamMap, UnreadableFile
from kinefuse.formats import format_of, read_streams
from kinefuse.formats.map_rows import packaged_rows, user_rows
from kinefuse.formats.stream_map import map_of, read_map
from kinefuse.progress import Progress, result_of
from vendor_files import EXAMPLES, session, write_ximu

PLAIN = """
name = "ours"
title = "Our logger"
give = "a folder of our logger's .csv files"
source = "its manual"

[files]
name = '(?P<label>\\w+)\\.csv'

[table]
names = '^millis,'

[columns]
acc = 'a(?P<axis>[xyz])'
gyr = 'g(?P<axis>[xyz])'

[units]
acc = "g"
gyr = "deg/s"

[time]
column = 'millis'
unit = "ms"
"""
WORDS = tomllib.loads(PLAIN)


def changed(part: str, **keys) -> dict:
    if part == "":
        return WORDS | keys
    return WORDS | {part: WORDS.get(part, {}) | keys}


FAULTS = {
    "part missing": ({k: v for k, v in WORDS.items() if k != "units"}, r"\[units\] acc is missing"),
    "key missing": ({k: v for k, v in WORDS.items() if k != "title"}, "title is missing"),
    "unknown key": (changed("time", clok="own"), r"\[time\] clok is no key"),
    "number for text": (changed("files", name=3), r"\[files\] name is 3, which is no text"),
    "text for number": (changed("time", rate_hz="fast"), r"\[time\] rate_hz is 'fast'"),
    "truth for number": (changed("time", wraps_at=True), r"\[time\] wraps_at is True"),
    "not a table": (WORDS | {"time": "now"}, r"\[time\] has to be a table"),
    "no expression": (changed("columns", acc="a(?P<axis>[xyz]"), r"\[columns\] acc is no regular"),
    "no axis": (changed("columns", gyr="g[xyz]"), r"\[columns\] gyr has no group \(\?P<axis>"),
    "no unit group": (changed("units", acc="in the column's name"), r"no group \(\?P<unit>"),
    "no line below": (changed("units", acc="in the line below"), "lines_below_names is 0"),
    "unknown unit": (changed("units", gyr="rpm"), r"\[units\] gyr is 'rpm'"),
    "unknown time unit": (changed("time", unit="fortnights"), r"\[time\] unit is 'fortnights'"),
    "unknown source": (changed("time", sources=["sun"]), r"\[time\] sources"),
    "no list": (changed("time", sources="column"), r"\[time\] sources has to be a list"),
    "negative rate": (changed("time", rate_hz=-1.0), r"\[time\] rate_hz is negative"),
    "axis twice": (changed("axes", x="+y", y="+y"), r"\[axes\] have to name"),
    "no axis name": (changed("axes", x="up"), r"\[axes\] x, y and z"),
    "no segment": (changed("segments", RT="thigh"), r"\[segments\] 'RT' is 'thigh'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_map_is_answered_by_its_key(fault):
    words, said = FAULTS[fault]
    with pytest.raises(BadStreamMap, match=said) as caught:
        map_of(words, "ours.toml")
    assert "ours.toml" in str(caught.value)


def test_what_is_no_toml_is_refused(tmp_path):
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(BadStreamMap, match="cannot be read"):
        read_map(tmp_path / "bad.toml")


def test_every_packaged_map_says_where_its_layout_is_described():
    folder = Path(__file__).parents[3] / "src" / "kinefuse" / "formats" / "maps"
    maps = [read_map(file) for file in sorted(folder.glob("*.toml"))]
    assert len(maps) == len(packaged_rows())
    assert all(given.source and given.beliefs for given in maps)


@pytest.fixture
def recording(tmp_path):
    folder = tmp_path / "walk"
    folder.mkdir()
    rows = [f"{i * 10},{i},{i + 0.5},1,10,20,{i * 90}" for i in range(20)]
    (folder / "knee.csv").write_text("\n".join(["millis,ax,ay,az,gx,gy,gz", *rows]) + "\n")
    return folder


def user_map(tmp_path, monkeypatch, text=PLAIN, name="ours.toml"):
    maps = tmp_path / "maps"
    maps.mkdir(exist_ok=True)
    (maps / name).write_text(text)
    monkeypatch.setenv("KINEFUSE_FORMATS", str(maps))


def test_a_map_in_the_users_folder_is_a_row(recording, tmp_path, monkeypatch):
    with pytest.raises(UnreadableFile):
        format_of(recording)
    user_map(tmp_path, monkeypatch)
    streams = read_streams(recording)
    assert streams.format_name == "ours"
    knee = streams.streams["knee"]
    assert knee.rate_hz == pytest.approx(100)
    np.testing.assert_allclose(knee.acc_m_s2[3], np.array([3, 3.5, 1]) * 9.80665)
    np.testing.assert_allclose(knee.gyr_rad_s[2], np.deg2rad([10, 20, 180]))


def test_a_map_that_is_named_needs_no_folder(recording, tmp_path):
    (tmp_path / "mine.toml").write_text(PLAIN)
    assert read_streams(recording, maps=[tmp_path / "mine.toml"]).format_name == "ours"


def test_a_mended_copy_of_a_packaged_map_replaces_it(tmp_path, monkeypatch):
    """As the page on formats tells of an x-IMU that ran at another rate than 256 Hz."""
    packaged = Path(kinefuse.formats.__file__).parent / "maps" / "52_ximu.toml"
    write_ximu(tmp_path / "walk", session(EXAMPLES["ximu"], seconds=1.0))
    assert _rate_hz(tmp_path / "walk") == pytest.approx(256)
    slower = packaged.read_text().replace("rate_hz = 256", "rate_hz = 128")
    user_map(tmp_path, monkeypatch, slower)
    assert _rate_hz(tmp_path / "walk") == pytest.approx(128)


def _rate_hz(folder) -> float:
    (rate_hz,) = {round(one.rate_hz, 3) for one in read_streams(folder).streams.values()}
    return rate_hz


def test_every_file_that_is_read_is_a_step(recording, tmp_path):
    (tmp_path / "mine.toml").write_text(PLAIN)
    (recording / "hip.csv").write_text((recording / "knee.csv").read_text())
    row = format_of(recording, maps=[tmp_path / "mine.toml"])
    steps = [Progress(0, 2, "reading hip.csv"), Progress(1, 2, "reading knee.csv")]
    assert list(row.reading(recording)) == steps


def test_what_is_read_in_one_go_is_one_step(tmp_path):
    (file,) = write_csv(tmp_path, session(EXAMPLES["ximu"], seconds=1.0))
    steps = format_of(file).reading(file)
    assert next(steps) == Progress(0, 1, "reading walk.csv")
    assert list(result_of(steps).streams) == list(read_streams(file).streams)


def test_two_maps_of_one_name_are_refused(tmp_path, monkeypatch):
    user_map(tmp_path, monkeypatch)
    user_map(tmp_path, monkeypatch, name="again.toml")
    with pytest.raises(BadStreamMap, match="name 'ours' is that of another map"):
        user_rows()


def test_a_sensor_that_reports_gravity_changes_sign(recording, tmp_path):
    (tmp_path / "mine.toml").write_text(PLAIN + "\n[axes]\nat_rest = 'down'\n")
    knee = read_streams(recording, maps=[tmp_path / "mine.toml"]).streams["knee"]
    np.testing.assert_allclose(knee.acc_m_s2[3], -np.array([3, 3.5, 1]) * 9.80665)
    np.testing.assert_allclose(knee.gyr_rad_s[2], np.deg2rad([10, 20, 180]))


def test_left_handed_axes_come_out_right_handed(recording, tmp_path):
    """Mirrored: arrows are mirrored; turns are too and change sign, as a screw does in a mirror."""
    (tmp_path / "mine.toml").write_text(PLAIN + "\n[axes]\nz = '-z'\n")
    knee = read_streams(recording, maps=[tmp_path / "mine.toml"]).streams["knee"]
    np.testing.assert_allclose(knee.acc_m_s2[3], np.array([3, 3.5, -1]) * 9.80665)
    np.testing.assert_allclose(knee.gyr_rad_s[2], np.deg2rad([-10, -20, 180]))


def test_the_example_of_the_page_on_formats_reads_its_table(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "formats.md").read_text()
    toml = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    csv = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    (tmp_path / "logger.toml").write_text(toml[1])
    (tmp_path / "walk").mkdir()
    (tmp_path / "walk" / "logger_thigh right.csv").write_text(csv[1])
    streams = read_streams(tmp_path / "walk", maps=[tmp_path / "logger.toml"]).streams
    assert list(streams) == ["thigh_r"]
    thigh = streams["thigh_r"]
    assert thigh.rate_hz == pytest.approx(50)
    np.testing.assert_allclose(np.diff(thigh.time_s), [0.02, 0.02, 0.04, 0.02])
    np.testing.assert_allclose(thigh.acc_m_s2[0], [0.0, 9.80665, 0.0], atol=1e-9)
    np.testing.assert_allclose(thigh.gyr_rad_s[0], np.deg2rad([1, 2, 3]))
    assert thigh.temperature_c is not None


def test_a_map_that_is_not_there_is_told_as_that(tmp_path):
    with pytest.raises(BadStreamMap, match=r"none.toml: there is no such file; check the path\.$"):
        read_map(tmp_path / "none.toml")


def test_a_faulty_map_names_where_sound_ones_lie(tmp_path):
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(BadStreamMap, match=r"compare it with those in .*maps\.$") as fault:
        read_map(tmp_path / "bad.toml")
    assert (
        Path(str(fault.value).rpartition(" in ")[2].rstrip(".")) / "90_generic_csv.toml"
    ).is_file()
