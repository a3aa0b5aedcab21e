"""The published files are read by their layout, with the laboratory's axes turned to ours."""

import h5py
import numpy as np
import pytest

from kinefuse.anatomy.conventions import to_ours
from kinefuse.errors import UnreadableFile
from kinefuse.formats.meta_h5 import activity_of, is_meta_h5, people_in, read_meta_h5
from meta_files import write_meta_h5
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


def test_a_person_without_a_marker_and_a_broken_file_are_refused(file, tmp_path):
    with h5py.File(file, "a") as h5:
        del h5["s12/markers/L_foot_2"]
    with pytest.raises(UnreadableFile, match="s12 is incomplete"):
        read_meta_h5(file, "s12")
    (tmp_path / "walking_meta.h5").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match="not readable HDF5"):
        people_in(tmp_path / "walking_meta.h5")
