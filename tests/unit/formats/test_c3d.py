"""C3D markers come in as metres, y up, x forward, with gaps as NaN; damage is one sentence."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.errors import UnreadableFile
from kinefuse.formats.c3d import lab_axes, read_angles, read_c3d
from kinefuse.formats.markersets import MARKERSETS
from synthetic_body import RATE_HZ, still, write_c3d

RBDS, RIC, ZOO = (MARKERSETS[name] for name in ("rbds", "ric", "biomechzoo"))


@pytest.fixture
def paths():
    return still().paths_m


@pytest.mark.parametrize("unit", ["mm", "m"])
def test_the_files_unit_counts(tmp_path, paths, unit):
    read = read_c3d(write_c3d(tmp_path / "a.c3d", paths, unit=unit), RBDS)
    np.testing.assert_allclose(read["R.MT2"], paths["R.MT2"], atol=1e-6)
    assert read.rate_hz == RATE_HZ


def test_the_point_of_origin_is_a_gap_and_zero_on_one_axis_is_not(tmp_path, paths):
    paths["L.MT1"][3] = np.nan
    paths["L.MT1"][4, 0] = 0.0
    read = read_c3d(write_c3d(tmp_path / "a.c3d", paths), RBDS)
    assert np.flatnonzero(np.isnan(read["L.MT1"][:, 0])).tolist() == [3]
    assert np.isnan(read["L.MT1"][3]).all()


def test_zero_is_a_place_where_the_set_says_so(tmp_path, paths):
    paths["L.MT1"][3] = 0.0
    read = read_c3d(write_c3d(tmp_path / "a.c3d", paths), replace(RBDS, gap="nan"))
    np.testing.assert_array_equal(read["L.MT1"][3], [0, 0, 0])


@pytest.mark.parametrize(
    ("markers", "forward", "up", "right"),
    [
        (RBDS, [1, 0, 0], [0, 1, 0], [0, 0, 1]),
        (RIC, [0, 0, -1], [0, 1, 0], [1, 0, 0]),
        (ZOO, [0, 1, 0], [0, 0, 1], [1, 0, 0]),
    ],
)
def test_each_laboratorys_axes_become_ours(markers, forward, up, right):
    R = lab_axes(markers)
    np.testing.assert_allclose(R @ np.array([forward, up, right]).T, np.eye(3), atol=0)
    assert np.linalg.det(R) == pytest.approx(1)


def test_only_markers_of_the_set_are_read(tmp_path, paths):
    paths["ghost"] = np.ones_like(paths["R.MT2"])
    assert "ghost" not in read_c3d(write_c3d(tmp_path / "a.c3d", paths), RBDS).markers


def test_a_file_of_another_set_says_what_it_has(tmp_path, paths):
    file = write_c3d(tmp_path / "a.c3d", {"LASI_other": paths["L.ASIS"]})
    with pytest.raises(UnreadableFile, match=r"no marker of the set 'rbds'.*LASI_other"):
        read_c3d(file, RBDS)


@pytest.mark.parametrize("kept", [0, 100, 700, 5000])
def test_an_empty_or_truncated_file_is_refused(tmp_path, paths, kept):
    file = write_c3d(tmp_path / "a.c3d", paths)
    assert file.stat().st_size > 2 * kept
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(UnreadableFile, match=r"a\.c3d"):
        read_c3d(file, RBDS)


def test_a_file_cut_in_the_middle_of_its_frames_is_refused(tmp_path, paths):
    file = write_c3d(tmp_path / "a.c3d", paths)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    with pytest.raises(UnreadableFile, match="truncated"):
        read_c3d(file, RBDS)


def test_a_missing_file_and_one_of_text_are_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read_c3d(tmp_path / "none.c3d", RBDS)
    (tmp_path / "text.c3d").write_text("time,acc\n1,2\n" * 500)
    with pytest.raises(UnreadableFile, match="no C3D"):
        read_c3d(tmp_path / "text.c3d", RBDS)


def test_the_files_own_angles_are_found_by_joint_and_side(tmp_path, paths):
    angles = np.tile([10.0, -2.0, 3.0], (len(paths["R.MT2"]), 1))
    file = write_c3d(tmp_path / "a.c3d", {"LASI": paths["L.ASIS"], "RKneeAngles": angles}, unit="m")
    found = read_angles(file, ZOO)
    assert list(found) == ["knee_r"]
    np.testing.assert_allclose(found["knee_r"], angles, atol=1e-4)
    assert read_angles(file, RBDS) == {}
