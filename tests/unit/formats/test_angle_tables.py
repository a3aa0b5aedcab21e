"""What one part of the program writes the other reads as the same numbers."""

import numpy as np
import pytest

from kinefuse.errors import InconsistentClock, UnreadableFile
from kinefuse.formats.angle_files import write_angles_csv, write_angles_mot
from kinefuse.formats.angle_tables import read_angles
from known_angles import sines


def test_a_csv_comes_back_with_its_deviations(tmp_path):
    angles = sines(3.0)
    sd = {name: np.abs(a) / 7 for name, a in angles.angles_rad.items() if name != "hip_l"}
    write_angles_csv(tmp_path / "angles.csv", angles, sd)
    found, sure = read_angles(tmp_path / "angles.csv")
    assert found.rate_hz == angles.rate_hz
    assert set(sure) == set(sd)
    for name, expected in angles.angles_rad.items():
        np.testing.assert_allclose(found.angles_rad[name], expected, atol=1e-7)
    np.testing.assert_allclose(sure["knee_r"], sd["knee_r"], atol=1e-7)


@pytest.mark.parametrize("in_degrees", [True, False])
def test_a_mot_comes_back_in_degrees_or_radians(tmp_path, in_degrees):
    angles, file = sines(3.0), tmp_path / "angles.mot"
    write_angles_mot(file, angles)
    if not in_degrees:
        head, table = file.read_text().split("endheader\n")
        names, *rows = table.splitlines()
        numbers = np.array([row.split("\t") for row in rows], dtype=float)
        numbers[:, 1:] = np.deg2rad(numbers[:, 1:])
        rows = ["\t".join(f"{n:.9f}" for n in row) for row in numbers]
        head = head.replace("inDegrees=yes", "inDegrees=no")
        file.write_text(f"{head}endheader\n{names}\n" + "\n".join(rows) + "\n")
    found, sure = read_angles(file)
    assert sure is None
    for name, expected in angles.angles_rad.items():
        np.testing.assert_allclose(found.angles_rad[name], expected, atol=1e-7)


def test_a_gap_stays_a_gap_and_other_columns_are_left_out(tmp_path):
    file = tmp_path / "a.csv"
    planes = [f"knee_{plane}_l_deg" for plane in ("flexion", "adduction", "rotation")]
    rows = [[f"{i / 100:.2f}", "1", "", "3", "x"] for i in range(5)]
    rows[-1][2] = "2"
    lines = [",".join(["time_s", *planes, "remark"]), *map(",".join, rows)]
    file.write_text("\n".join(lines) + "\n")
    found, _ = read_angles(file)
    assert list(found.angles_rad) == ["knee_l"]
    assert np.isnan(found.angles_rad["knee_l"][:4, 1]).all()
    assert found.angles_rad["knee_l"][4, 1] == pytest.approx(np.deg2rad(2))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "x", "not a table of angles"),
        ("a.csv", "", "empty"),
        ("a.csv", "time_s,knee_flexion_r_deg\n0,1\n", "all three angles"),
        ("a.mot", "time\tknee_angle_r\n0\t1\n", "endheader"),
        ("a.mot", "inDegrees=yes\nendheader\ntime\tknee_angle_r\n0\t1\n", "all three"),
    ],
)
def test_what_is_no_table_of_angles_is_refused(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(UnreadableFile, match=words):
        read_angles(tmp_path / name)


def test_uneven_times_are_refused(tmp_path):
    write_angles_csv(tmp_path / "a.csv", sines(1.0))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    del lines[40:60]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(InconsistentClock):
        read_angles(tmp_path / "a.csv")
