"""Recordings of others, read here and by the plainest reader that the test can write."""

import importlib.util
import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.formats import read_streams

G = 9.80665


@pytest.fixture(scope="module")
def example_data() -> Path:
    """Files of sensors that come with scikit-kinematics."""
    found = importlib.util.find_spec("skinematics")
    folder = Path(found.origin).parents[1] / "tests" / "data" if found and found.origin else None
    if folder is None or not folder.is_dir():
        pytest.skip("no scikit-kinematics with its test data installed")
    return folder


def plain_text(file: Path, skip: int, columns, delimiter: str | None) -> np.ndarray:
    return np.genfromtxt(file, skip_header=skip, delimiter=delimiter, usecols=columns)


def at_rest(stream, samples: int) -> float:
    return float(np.median(np.linalg.norm(stream.acc_m_s2[:samples], axis=-1)))


def test_awinda_recording_beside_optics(shared_data):
    folder = shared_data / "walking_imu_optical_gaittech" / "rawimu"
    streams = read_streams(folder)
    files = sorted(folder.glob("*.txt"))
    assert streams.name == "S02-Trial-Walk-1-000"
    assert set(streams.streams) == {file.stem[-8:] for file in files}
    for file in files:
        stream = streams.streams[file.stem[-8:]]
        plain = plain_text(file, 6, range(15), ",")
        assert stream.samples == len(plain) == 2503
        assert stream.rate_hz == pytest.approx(100)
        np.testing.assert_array_equal(stream.acc_m_s2, plain[:, 2:5])
        np.testing.assert_array_equal(stream.gyr_rad_s, plain[:, 5:8])
        np.testing.assert_allclose(stream.time_s, plain[:, 0] / 100)
        assert at_rest(stream, 100) == pytest.approx(9.81, abs=0.25)
        assert stream.clock == "shared"


def test_copies_under_other_names_are_noticed(shared_data):
    """Two sensors' files of this recording are those of two others, byte for byte."""
    folder = shared_data / "walking_imu_optical_gaittech" / "rawimu"
    held = {file.stem[-8:]: file.read_bytes() for file in folder.glob("*.txt")}
    assert held["00B40C44"] == held["00B40C49"]
    assert held["00B40C47"] == held["00B40C4A"]
    said = [note for note in read_streams(folder).notes if "very same numbers" in note]
    assert len(said) == 2
    assert "00B40C44 and 00B40C49" in said[0]


def test_one_file_leads_to_all_sensors_of_its_recording(shared_data):
    folder = shared_data / "walking_imu_optical_gaittech" / "rawimu"
    one = next(iter(sorted(folder.glob("*.txt"))))
    assert set(read_streams(one).streams) == set(read_streams(folder).streams)


def test_opensense_recording_keeps_its_torso(shared_data):
    folder = shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline"
    streams = read_streams(folder)
    assert list(streams.streams) == [*SEGMENTS, "torso"]
    file = folder / "OpenSim_Sub01_CSBaseline_Accel.trc"
    names = file.read_text().splitlines()[3].split()[2:]
    plain = np.genfromtxt(file, skip_header=6)
    assert streams.streams["torso"].samples == len(plain)
    i = next(i for i, name in enumerate(names) if name.startswith("torso"))
    np.testing.assert_array_equal(
        streams.streams["torso"].acc_m_s2, plain[:, 2 + 3 * i : 5 + 3 * i]
    )


def test_steps_in_one_array(shared_data):
    file = shared_data / "walking_imu_optical_kamkfm" / "example_data.h5"
    streams = read_streams(file)
    with h5py.File(file) as h5:
        names = json.loads(h5.attrs["columns"])
        steps = h5["subject_01"][()].astype(float)
    first = steps[0][(steps[0] != 0).any(axis=-1)]
    acc = first[:, [names.index(f"Accel{axis}_L_SHANK") for axis in "XYZ"]]
    gyr = first[:, [names.index(f"Gyro{axis}_L_SHANK") for axis in "XYZ"]]
    shank = streams.streams["shank_l"]
    np.testing.assert_array_equal(shank.acc_m_s2[: len(first)], acc)
    np.testing.assert_allclose(shank.gyr_rad_s[: len(first)], gyr * np.pi / 180)
    assert shank.samples == int((steps != 0).any(axis=-1).sum())
    assert shank.rate_hz == pytest.approx(100)
    assert int((np.diff(shank.time_s) > 0.5).sum()) == len(steps) - 1
    assert set(SEGMENTS) < set(streams.streams)
    # A pelvis that walks feels gravity on average; in any other unit it would not.
    mean = np.linalg.norm(streams.streams["pelvis"].acc_m_s2.mean(axis=0))
    assert mean == pytest.approx(G, abs=0.5)


def test_orientation_benchmark(shared_data):
    (file,) = (shared_data / "orientation_broad").glob("*.hdf5")
    imu = read_streams(file).streams["imu"]
    with h5py.File(file) as h5:
        np.testing.assert_array_equal(imu.acc_m_s2, h5["imu_acc"][()])
        np.testing.assert_array_equal(imu.gyr_rad_s, h5["imu_gyr"][()])
        still = ~h5["movement"][()]
    assert imu.rate_hz == pytest.approx(2000 / 7)
    assert np.median(np.linalg.norm(imu.acc_m_s2[still], axis=-1)) == pytest.approx(G, abs=0.1)


@pytest.mark.parametrize(
    ("name", "rate_hz", "samples"),
    [
        ("data_xsens.txt", 50, 953),
        ("data_xsens2.txt", 120, 3511),
        ("walking_xsens_lowerLeg.txt", 120, 3511),
        ("walking_xsens_upperLeg.txt", 120, 3511),
    ],
)
def test_xsens_example_of_scikit_kinematics(example_data, name, rate_hz, samples):
    file = example_data / name
    (stream,) = read_streams(file).streams.values()
    plain = plain_text(file, 5, range(7), None)
    assert stream.samples == samples == len(plain)
    assert stream.rate_hz == pytest.approx(rate_hz)
    np.testing.assert_array_equal(stream.acc_m_s2, plain[:, 1:4])
    np.testing.assert_array_equal(stream.gyr_rad_s, plain[:, 4:7])
    assert at_rest(stream, 50) == pytest.approx(G, abs=0.3)


@pytest.mark.parametrize(
    ("folder", "file", "rate_hz"),
    [
        ("data_xio", "00033_CalInertialAndMag.csv", 256),
        ("data_ngimu", "sensors.csv", 49.4),
        ("data_xio3", "Inertial.csv", 49.9),
    ],
)
def test_x_io_examples_of_scikit_kinematics(example_data, folder, file, rate_hz):
    (stream,) = read_streams(example_data / folder).streams.values()
    plain = plain_text(example_data / folder / file, 1, range(7), ",")
    assert stream.samples == len(plain)
    assert stream.rate_hz == pytest.approx(rate_hz, rel=2e-3)
    np.testing.assert_allclose(stream.gyr_rad_s, plain[:, 1:4] * np.pi / 180)
    np.testing.assert_allclose(stream.acc_m_s2, plain[:, 4:7] * G)
    assert np.median(np.linalg.norm(stream.acc_m_s2, axis=-1)) == pytest.approx(G, abs=0.2)


def test_analog_channels_are_those_that_ezc3d_reads(example_data):
    import ezc3d

    file = example_data / "LeftFoot-marche01.c3d"
    streams = read_streams(file)
    c3d = ezc3d.c3d(str(file))
    labels = c3d["parameters"]["ANALOG"]["LABELS"]["value"]
    values = c3d["data"]["analogs"][0]
    imu = streams.streams["IMU"]
    for i, axis in enumerate("xyz"):
        np.testing.assert_array_equal(imu.gyr_rad_s[:, i], values[labels.index(f"gyro.{axis}")])
        in_file = values[labels.index(f"accel.{axis}")]
        np.testing.assert_allclose(imu.acc_m_s2[:, i], in_file / 1000)
    assert any("the unit is probably wrong" in note for note in streams.notes)
