"""The published files are read by their layout, with the laboratory's axes turned to ours."""

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnreadableFile
from kinefuse.formats.meta_h5 import (
    MetaRecording,
    activity_of,
    is_meta_h5,
    people_in,
    read_meta_h5,
)
from kinefuse.formats.meta_h5 import write_meta_h5 as write
from kinefuse.formats.published_lab import About
from kinefuse.recordings import MarkerRecording
from meta_files import write_meta_h5
from published_people import people
from synthetic_body import moving


@pytest.fixture(scope="module")
def truth():
    return moving(seconds=6, rate_hz=200.0).poses


@pytest.fixture
def file(tmp_path, truth):
    return write_meta_h5(tmp_path / "running_meta.h5", {"s12": truth, "s3": truth})


def test_people_come_in_the_order_of_their_numbers(file):
    assert people_in(file) == ("s3", "s12")


def test_markers_are_metres_with_x_forward(file, truth):
    read = read_meta_h5(file, "s12").markers
    assert read.rate_hz == 200.0
    assert len(read.markers) == 21
    middle = np.mean([read[f"shank_l_{i}"] for i in (1, 2, 3)], axis=0)
    assert np.linalg.norm(middle - truth.origin_m["shank_l"], axis=-1).max() < 0.2


def test_angles_are_the_clinics_columns(file, truth):
    read = read_meta_h5(file, "s12")
    for joint, angles in truth.joint_angles().angles_rad.items():
        found = to_ours(read.angles[joint], joint, "calgary")
        np.testing.assert_allclose(found, angles, atol=1e-6)


def test_names_tell_what_the_file_is(file, tmp_path):
    assert is_meta_h5(file)
    assert activity_of(file) == "running"
    assert not is_meta_h5(tmp_path / "running_data.h5")
    with pytest.raises(UnreadableFile, match="neither walking nor running"):
        activity_of(tmp_path / "hopping_meta.h5")


def test_what_a_person_lacks_is_left_out_and_nothing_else(file):
    with h5py.File(file, "a") as h5:
        del h5["s12/markers/L_foot_2"], h5["s12/angles/R_hip"]
    read = read_meta_h5(file, "s12")
    assert "foot_l_2" not in read.markers.markers
    assert len(read.markers.markers) == 20
    assert set(read.angles) == {"knee_r", "ankle_r", "hip_l", "knee_l", "ankle_l"}


@pytest.mark.parametrize("group", ["markers", "angles"])
def test_a_person_without_markers_or_angles_is_refused(file, group):
    with h5py.File(file, "a") as h5:
        del h5[f"s12/{group}"]
    with pytest.raises(UnreadableFile, match=f"s12 is incomplete .*no {group}"):
        read_meta_h5(file, "s12")


def test_signals_of_different_lengths_are_refused(file):
    with h5py.File(file, "a") as h5:
        short = h5["s12/angles/R_hip"][:-7]
        del h5["s12/angles/R_hip"]
        h5["s12/angles/R_hip"] = short
    with pytest.raises(UnreadableFile, match="1193 and 1200 frames"):
        read_meta_h5(file, "s12")


def test_a_broken_file_is_refused(tmp_path):
    (tmp_path / "walking_meta.h5").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match="not readable HDF5"):
        people_in(tmp_path / "walking_meta.h5")


def test_the_meta_row_says_who_it_is(file):
    about = read_meta_h5(file, "s12").about
    assert about == About(sex="female", height_m=1.71, mass_kg=64.0, speed_m_s=2.7)


def test_a_file_without_that_row_knows_nothing_of_the_person(file):
    with h5py.File(file, "a") as h5:
        del h5["s12/meta"]
    assert read_meta_h5(file, "s12").about.words() == {}


@given(numbers=st.integers(0, 2**32), samples=st.integers(3, 30), about=people)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_out_comes_back(tmp_path, numbers, samples, about):
    rng = np.random.default_rng(numbers)
    names = [f"{s}_{i}" for s in SEGMENTS for i in (1, 2, 3)]
    written = MetaRecording(
        person="s7",
        markers=MarkerRecording(
            name="s7",
            rate_hz=200.0,
            markers=tuple(names),
            positions_m=rng.normal(size=(samples, 21, 3)),
        ),
        angles={joint: rng.normal(size=(samples, 3)) for joint in JOINTS},
        about=about,
    )
    list(write(tmp_path / "walking_meta.h5", [written]))
    read = read_meta_h5(tmp_path / "walking_meta.h5", "s7")
    for name in names:
        np.testing.assert_allclose(read.markers[name], written.markers[name], atol=1e-12)
    for joint in JOINTS:
        np.testing.assert_array_equal(read.angles[joint], written.angles[joint])
    assert read.about.words() == pytest.approx(about.words())


def test_markers_are_written_as_the_clinic_has_them(tmp_path):
    positions = np.tile([1.0, 2.0, 3.0], (4, 1, 1))  # forward, up, right
    written = MetaRecording(
        person="s7",
        markers=MarkerRecording(
            name="s7", rate_hz=200.0, markers=("shank_l_1",), positions_m=positions
        ),
        angles={"knee_l": np.zeros((4, 3))},
        about=About(sex="male", height_m=1.8, mass_kg=75.0, speed_m_s=1.3),
    )
    list(write(tmp_path / "walking_meta.h5", [written]))
    with h5py.File(tmp_path / "walking_meta.h5") as h5:
        np.testing.assert_allclose(h5["s7/markers/L_shank_1"][0], [3000, 2000, -1000])
        np.testing.assert_allclose(h5["s7/meta"][0], [7, 0, 180, 75, 1.3])


def test_an_interrupted_write_leaves_the_old_file(file):
    before = file.read_bytes()

    def broken():
        yield read_meta_h5(file, "s3")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(write(file, broken()))
    assert file.read_bytes() == before
    assert [p.name for p in file.parent.iterdir()] == [file.name]
