"""What bites in vendors' files: each is read rightly, or refused by what is wrong."""

import re

import h5py
import numpy as np
import pytest

from kinefuse.errors import InconsistentClock, UnreadableFile
from kinefuse.formats import read_streams
from kinefuse.recordings import ImuSession
from kinefuse.sessions import read
from kinefuse.sessions.errors import UnknownPlaces
from vendor_files import (
    APDM,
    DOT,
    EXAMPLES,
    XSENS,
    put,
    session,
    write_apdm_older,
    write_biostamp,
    write_c3d,
    write_dot,
    write_mvnx,
    write_sto,
    write_xsens,
)

LEG = ("thigh_r", "shank_r")


@pytest.fixture(scope="module")
def leg() -> ImuSession:
    imus = session(EXAMPLES["xsens_txt"], seconds=1.0)
    return ImuSession(name="leg", sensors={s: imus[s] for s in LEG})


def edit(file, change) -> None:
    file.write_bytes(change(file.read_bytes()))


def without_rows(first: int, count: int, head: int):
    """Removes rows of numbers below a head."""

    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        del lines[head + first : head + first + count]
        return b"".join(lines)

    return change


def test_lost_packets_are_a_gap_in_time(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    edit(thigh, without_rows(30, 10, head=5))  # the counter goes over its end among them
    streams = read_streams(tmp_path).streams
    gappy, whole = streams[XSENS["thigh_r"]], streams[XSENS["shank_r"]]
    assert gappy.samples == whole.samples - 10
    np.testing.assert_allclose(np.diff(gappy.time_s)[28:31], [0.005, 0.055, 0.005])
    np.testing.assert_allclose(gappy.time_s[-1], whole.time_s[-1])


def test_sensors_on_either_side_of_the_counters_end_start_together(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    edit(thigh, without_rows(0, 40, head=5))  # starts at 4, the other at 65500
    streams = read_streams(tmp_path).streams
    late, early = streams[XSENS["thigh_r"]], streams[XSENS["shank_r"]]
    assert late.time_s[0] - early.time_s[0] == pytest.approx(40 / 200)


def test_empty_cells_are_missing_samples(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    lines = thigh.read_bytes().split(b"\r\n")
    lines[5 + 7] = lines[5 + 7].split(b"\t")[0] + b"\t" * 7
    thigh.write_bytes(b"\r\n".join(lines))
    stream = read_streams(tmp_path).streams[XSENS["thigh_r"]]
    assert stream.samples == leg.samples
    assert np.flatnonzero(np.isnan(stream.acc_m_s2).all(axis=-1)).tolist() == [7]


def test_a_packet_sent_twice_is_left_out_and_said(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    lines = thigh.read_bytes().splitlines(keepends=True)
    thigh.write_bytes(b"".join([*lines[:20], lines[19], *lines[20:]]))
    streams = read_streams(tmp_path)
    assert streams.streams[XSENS["thigh_r"]].samples == leg.samples
    assert any("1 sample is left out, as its time stamp" in note for note in streams.notes)


def test_a_clock_that_runs_backwards_is_refused(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    lines = thigh.read_bytes().splitlines(keepends=True)
    thigh.write_bytes(b"".join([*lines[:5], *lines[150:], *lines[5:150]]))
    with pytest.raises(InconsistentClock, match="do not increase"):
        read_streams(tmp_path)


def test_a_last_row_without_its_end_is_not_believed(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    edit(thigh, lambda data: data[:-4])
    streams = read_streams(tmp_path)
    assert streams.streams[XSENS["thigh_r"]].samples == leg.samples - 1
    assert any("no end of line" in note for note in streams.notes)


def test_two_recordings_in_one_folder_are_told_apart(leg, tmp_path):
    files = write_xsens(tmp_path, leg)
    for file in files:
        put(tmp_path / file.name.replace("-000_", "-001_"), file.read_text().splitlines())
    with pytest.raises(UnreadableFile, match=r"several recordings .*-000, .*-001"):
        read_streams(tmp_path)
    assert len(read_streams(files[0]).streams) == len(LEG)


def test_sensors_by_number_are_no_session_without_a_description(leg, tmp_path):
    write_xsens(tmp_path, leg)
    with pytest.raises(UnknownPlaces, match="kinefuse session new"):
        read(tmp_path)


def test_a_word_among_the_numbers_is_named(leg, tmp_path):
    thigh, _ = write_xsens(tmp_path, leg)
    lines = thigh.read_bytes().split(b"\r\n")
    lines[9] = lines[9].rpartition(b"\t")[0] + b"\toverflow"
    thigh.write_bytes(b"\r\n".join(lines))
    with pytest.raises(UnreadableFile, match="column Gyr_Z holds 'overflow' in row 5"):
        read_streams(tmp_path)


def test_dot_files_with_orientation_only_say_what_is_lacking(tmp_path):
    head = ["sep=,", "DeviceTag:,Dot1", "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z"]
    put(tmp_path / "dot.csv", [*head, *(f"{i},{i * 16667},1,0,0,0" for i in range(9))])
    with pytest.raises(UnreadableFile, match=r"looks like Movella .*no columns of accelerometer"):
        read_streams(tmp_path / "dot.csv")


def test_an_older_mvnx_gives_what_the_sensors_felt(tmp_path):
    """MVN User Manual MV0319P.N: both in the sensor's axes, beside orientations or without them."""
    imus = session(EXAMPLES["mvnx"], seconds=1.0)
    (file,) = write_mvnx(tmp_path, imus)
    text = file.read_text()
    felt, turned = (
        np.hstack([getattr(imu, name) for imu in imus.sensors.values()])
        for name in ("acc_m_s2", "gyr_rad_s")
    )
    for i in range(imus.samples):
        rows = (" ".join(map(repr, table[i].tolist())) for table in (felt, turned))
        raw = "<sensorAcceleration>{}</sensorAcceleration><sensorAngularVelocity>{}".format(*rows)
        place = f'index="{i}" tc="" ms="" type="normal">'
        text = text.replace(place, f"{place}{raw}</sensorAngularVelocity>")
    alone = re.sub("<sensor(Orientation|FreeAcceleration)>.*?</sensor[A-Za-z]*>", "", text)
    for words in (text.replace('version="4"', 'version="3"'), alone):
        file.write_text(words)
        streams = read_streams(tmp_path)
        for segment, imu in imus.sensors.items():
            np.testing.assert_array_equal(streams.streams[segment].acc_m_s2, imu.acc_m_s2)
            np.testing.assert_array_equal(streams.streams[segment].gyr_rad_s, imu.gyr_rad_s)
        assert not any("derived" in note for note in streams.notes)
    file.write_text(text.replace("sensorAngularVelocity", "sensorMagneticField"))
    assert any("derived" in note for note in read_streams(tmp_path).notes)


def test_dot_units_are_not_those_of_mtw(leg, tmp_path):
    """The same column names, deg/s in one and rad/s in the other; the head tells them apart."""
    write_dot(tmp_path, leg)
    told = read_streams(tmp_path)
    assert told.format_name == "movella_dot"
    np.testing.assert_allclose(told.streams[DOT["shank_r"]].gyr_rad_s, leg["shank_r"].gyr_rad_s)


def test_a_dot_that_was_not_synchronised_has_a_clock_of_its_own(leg, tmp_path):
    thigh, _ = write_dot(tmp_path, leg)
    edit(thigh, lambda data: data.replace(b"SyncStatus:,Synced", b"SyncStatus:,Un-synced"))
    streams = read_streams(tmp_path).streams
    assert streams[DOT["thigh_r"]].clock == DOT["thigh_r"]
    assert streams[DOT["shank_r"]].clock == "shared"


def test_a_file_that_was_recorded_otherwise_is_named_as_not_read(leg, tmp_path):
    thigh, _ = write_dot(tmp_path, leg)
    edit(thigh, lambda data: data.replace(b"Gyr_", b"Mag_"))
    streams = read_streams(tmp_path)
    assert set(streams.streams) == {DOT["shank_r"]}
    assert any(f"Not read, as they have no such columns: {thigh.name}" in n for n in streams.notes)


def test_uncalibrated_shimmer_columns_are_refused_by_unit(tmp_path):
    names = ["S_Timestamp_Unix_CAL", "S_Accel_LN_X_CAL", "S_Accel_LN_Y_CAL", "S_Accel_LN_Z_CAL"]
    names += [f"S_Gyro_{axis}_CAL" for axis in "XYZ"]
    units = ["ms", *["no_units"] * 3, *["deg/s"] * 3]
    rows = [f"{1e12 + 10 * i},1,2,3,4,5,6" for i in range(9)]
    put(tmp_path / "s.csv", ["sep=,", ",".join(names), ",".join(units), *rows])
    with pytest.raises(UnreadableFile, match="S_Accel_LN_X_CAL is in 'no_units'"):
        read_streams(tmp_path / "s.csv")


def test_halves_of_a_biostamp_read_at_other_times_are_joined_and_said(leg, tmp_path):
    files = write_biostamp(tmp_path, leg)
    gyro = next(file for file in files if file.name == "gyro.csv" and "thigh_r" in str(file))
    lines = gyro.read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in lines[1:]]
    shifted = [",".join([repr(float(c[0]) + 2500), *c[1:]]) for c in cells]  # half a step
    put(gyro, [lines[0], *shifted])
    streams = read_streams(tmp_path)
    gyr, true = streams.streams["thigh_r"].gyr_rad_s, leg["thigh_r"].gyr_rad_s
    np.testing.assert_allclose(gyr[1:], (true[1:] + true[:-1]) / 2, atol=1e-5)
    assert np.isnan(gyr[0]).all()
    assert any("read at different times" in note for note in streams.notes)


def test_older_opal_files_are_read(leg, tmp_path):
    write_apdm_older(tmp_path, leg)
    streams = read_streams(tmp_path)
    assert set(streams.streams) == set(LEG)
    np.testing.assert_array_equal(streams.streams["shank_r"].gyr_rad_s, leg["shank_r"].gyr_rad_s)


def test_an_opal_without_gyroscope_is_left_out_and_said(leg, tmp_path):
    (file,) = write_apdm_older(tmp_path, leg)
    with h5py.File(file, "a") as h5:
        del h5["SI-001000/Calibrated/Gyroscopes"]
    streams = read_streams(tmp_path)
    assert set(streams.streams) == {"shank_r"}
    assert any(APDM["thigh_r"] in note or "thigh_r" in note for note in streams.notes)


def test_an_mvnx_says_that_it_was_rebuilt(leg, tmp_path):
    write_mvnx(tmp_path, leg)
    (note,) = read_streams(tmp_path).notes
    assert "no gyroscope" in note
    assert "orientation" in note


def test_an_mvnx_without_sensors_says_what_to_export(leg, tmp_path):
    (file,) = write_mvnx(tmp_path, leg)
    edit(file, lambda data: data.replace(b"sensorFreeAcceleration", b"velocity"))
    with pytest.raises(UnreadableFile, match="exported without sensorFreeAcceleration"):
        read_streams(tmp_path)


def test_an_entity_bomb_is_refused_before_it_grows(leg, tmp_path):
    (file,) = write_mvnx(tmp_path, leg)
    bomb = b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><mvnx '
    edit(file, lambda data: data.replace(b"<mvnx ", bomb, 1).replace(b"walk<", b"&b;<", 1))
    with pytest.raises(UnreadableFile, match="entities of its own"):
        read_streams(tmp_path)


def test_lost_mvnx_frames_give_no_false_velocity(leg, tmp_path):
    (file,) = write_mvnx(tmp_path, leg)
    lines = file.read_text().splitlines()
    put(file, [*lines[:60], *lines[90:]])
    stream = read_streams(tmp_path).streams["shank_r"]
    assert np.diff(stream.time_s).max() == pytest.approx(31 / 200)
    true = np.delete(leg["shank_r"].gyr_rad_s, np.arange(54, 84), axis=0)
    np.testing.assert_allclose(stream.gyr_rad_s, true, atol=0.2)


def test_a_c3d_in_volts_is_refused(leg, tmp_path):
    import ezc3d

    (file,) = write_c3d(tmp_path, leg)
    c3d = ezc3d.c3d(str(file))
    c3d["parameters"]["ANALOG"]["UNITS"]["value"] = ["V"] * 12
    c3d.write(str(file))
    with pytest.raises(UnreadableFile, match=r"Sensor 1\.ACCX1 is in 'V'"):
        read_streams(file)


@pytest.mark.parametrize(("kind", "lacking"), [("ACC", "accelerometer"), ("GYRO", "gyroscope")])
def test_a_sensor_of_a_c3d_without_a_half_is_left_out_and_said(leg, tmp_path, kind, lacking):
    import ezc3d

    (file,) = write_c3d(tmp_path, leg)
    c3d = ezc3d.c3d(str(file))
    labels = c3d["parameters"]["ANALOG"]["LABELS"]["value"]
    c3d["parameters"]["ANALOG"]["LABELS"]["value"] = [
        label.replace(f"1.{kind}", "1.EMG") for label in labels
    ]
    c3d.write(str(file))
    streams = read_streams(file)
    assert len(streams.streams) == 1
    assert f"Not used: Sensor 1, as it has no {lacking} of three axes." in streams.notes


def test_orientations_alone_are_refused_with_what_to_give(leg, tmp_path):
    acc, gyr = write_sto(tmp_path, leg)
    acc.rename(tmp_path / "walk_orientations.sto")
    gyr.unlink()
    with pytest.raises(UnreadableFile, match=r"only orientations .* give the \*_Accel.trc"):
        read_streams(tmp_path)


def test_opensim_tables_without_a_row_are_refused(leg, tmp_path):
    for file in write_sto(tmp_path, leg):
        head = file.read_text(encoding="utf-8").split("endheader\n")[0]
        put(file, [f"{head}endheader", "time\ttibia_r_imu", ""])
    with pytest.raises(UnreadableFile, match=r"empty, truncated or no OpenSim storage"):
        read_streams(tmp_path)


def test_opensim_writes_what_is_read(leg, tmp_path):
    """The independent writer: OpenSim's own adapter of three-vectors."""
    osim = pytest.importorskip("opensim")
    for name, part in (("linearAccelerations", "acc_m_s2"), ("angularVelocities", "gyr_rad_s")):
        table = osim.TimeSeriesTableVec3()
        table.setColumnLabels(["femur_r_imu", "tibia_r_imu"])
        for i, t in enumerate(leg.time_s):
            row = [osim.Vec3(*map(float, getattr(leg[s], part)[i])) for s in LEG]
            table.appendRow(float(t), osim.RowVectorVec3(row))
        table.addTableMetaDataString("DataRate", "200.0")
        osim.STOFileAdapterVec3.write(table, str(tmp_path / f"walk_{name}.sto"))
    again = read(tmp_path)
    assert list(again.sensors) == list(LEG)
    np.testing.assert_allclose(again["shank_r"].acc_m_s2, leg["shank_r"].acc_m_s2, atol=1e-6)
    np.testing.assert_allclose(again["shank_r"].gyr_rad_s, leg["shank_r"].gyr_rad_s, atol=1e-6)
