"""Angles as files: what another program reads is what was estimated."""

import numpy as np
import opensim
import polars as pl
import pytest

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.formats.angle_files import OPENSIM_COORDINATES, write_angles_csv, write_angles_mot
from kinefuse.recordings import JointAngles

RATE_HZ = 148.148


@pytest.fixture
def angles():
    rng = np.random.default_rng(5)
    return JointAngles(
        rate_hz=RATE_HZ, angles_rad={name: rng.normal(size=(40, 3)) for name in reversed(JOINTS)}
    )


def column(angles, joint, plane):
    return np.rad2deg(angles.angles_rad[joint][:, PLANES.index(plane)])


def test_csv_has_the_promised_columns(angles, tmp_path):
    write_angles_csv(tmp_path / "angles.csv", angles)
    names = pl.read_csv(tmp_path / "angles.csv").columns
    assert names[0] == "time_s"
    assert set(names[1:]) == {
        f"{joint}_{plane}_{side}_deg"
        for joint in ("hip", "knee", "ankle")
        for plane in ("flexion", "adduction", "rotation")
        for side in "rl"
    }


@pytest.mark.parametrize("joint", JOINTS)
def test_csv_holds_degrees_of_the_named_joint(angles, joint, tmp_path):
    write_angles_csv(tmp_path / "angles.csv", angles)
    table = pl.read_csv(tmp_path / "angles.csv")
    kind, side = joint.split("_")
    for plane in PLANES:
        np.testing.assert_allclose(
            table[f"{kind}_{plane}_{side}_deg"], column(angles, joint, plane), atol=1e-6
        )
    np.testing.assert_allclose(table["time_s"], np.arange(40) / RATE_HZ, atol=1e-6)


def test_joints_without_sensors_have_no_column(angles, tmp_path):
    only_knee = JointAngles(rate_hz=RATE_HZ, angles_rad={"knee_l": angles.angles_rad["knee_l"]})
    write_angles_csv(tmp_path / "angles.csv", only_knee)
    assert pl.read_csv(tmp_path / "angles.csv").columns == [
        "time_s",
        "knee_flexion_l_deg",
        "knee_adduction_l_deg",
        "knee_rotation_l_deg",
    ]


def test_a_known_deviation_stands_after_its_angle(angles, tmp_path):
    rng = np.random.default_rng(6)
    sd = {name: rng.uniform(0.01, 0.1, size=(40, 3)) for name in ("hip_r", "knee_l")}
    write_angles_csv(tmp_path / "angles.csv", angles, sd)
    table = pl.read_csv(tmp_path / "angles.csv")
    assert len(table.columns) == 1 + 18 + 6
    for name, known in sd.items():
        kind, side = name.split("_")
        for i, plane in enumerate(PLANES):
            stem = f"{kind}_{plane}_{side}"
            at = table.columns.index(f"{stem}_deg")
            assert table.columns[at + 1] == f"{stem}_sd_deg"
            np.testing.assert_allclose(table[f"{stem}_sd_deg"], np.rad2deg(known[:, i]), atol=1e-6)
    assert not [name for name in table.columns if name.startswith("ankle") and "_sd_" in name]


def read_with_opensim(path):
    """Columns of a motion; every intermediate object is kept, or the library crashes."""
    table = opensim.TimeSeriesTable(str(path))
    labels = table.getColumnLabels()
    columns = {}
    for label in labels:
        view = table.getDependentColumn(label)
        columns[label] = view.to_numpy().copy()
    times = np.array(table.getIndependentColumn())
    return times, columns, table.getTableMetaDataAsString("inDegrees")


def test_opensim_reads_every_angle_back(angles, tmp_path):
    write_angles_mot(tmp_path / "angles.mot", angles)
    times, columns, in_degrees = read_with_opensim(tmp_path / "angles.mot")
    assert in_degrees == "yes"
    assert len(columns) == 18
    np.testing.assert_allclose(times, np.arange(40) / RATE_HZ, atol=1e-6)
    for name, joint in JOINTS.items():
        for plane, coordinate in zip(PLANES, OPENSIM_COORDINATES[joint.kind], strict=True):
            np.testing.assert_allclose(
                columns[f"{coordinate}_{joint.side}"], column(angles, name, plane), atol=1e-6
            )


@pytest.mark.parametrize(
    ("column_name", "joint", "plane"),
    [
        ("hip_flexion_l", "hip_l", "flexion"),
        ("hip_adduction_r", "hip_r", "adduction"),
        ("hip_rotation_l", "hip_l", "rotation"),
        ("knee_angle_r", "knee_r", "flexion"),
        ("knee_adduction_l", "knee_l", "adduction"),
        ("knee_rotation_r", "knee_r", "rotation"),
        ("ankle_angle_l", "ankle_l", "flexion"),
        ("subtalar_angle_r", "ankle_r", "adduction"),
        ("ankle_rotation_l", "ankle_l", "rotation"),
    ],
)
def test_each_angle_has_the_name_opensim_users_know(angles, column_name, joint, plane, tmp_path):
    write_angles_mot(tmp_path / "angles.mot", angles)
    _, columns, _ = read_with_opensim(tmp_path / "angles.mot")
    np.testing.assert_allclose(columns[column_name], column(angles, joint, plane), atol=1e-6)


def test_a_motion_states_its_size(angles, tmp_path):
    write_angles_mot(tmp_path / "angles.mot", angles)
    lines = (tmp_path / "angles.mot").read_text().splitlines()
    body = lines[lines.index("endheader") + 1 :]
    assert f"nRows={len(body) - 1}" in lines
    assert f"nColumns={len(body[0].split(chr(9)))}" in lines
    assert {len(row.split("\t")) for row in body} == {19}


def test_unknown_angles_stay_unknown(angles, tmp_path):
    angles.angles_rad["knee_r"][7, 0] = np.nan
    write_angles_mot(tmp_path / "angles.mot", angles)
    write_angles_csv(tmp_path / "angles.csv", angles)
    _, columns, _ = read_with_opensim(tmp_path / "angles.mot")
    assert np.flatnonzero(np.isnan(columns["knee_angle_r"])).tolist() == [7]
    in_csv = pl.read_csv(tmp_path / "angles.csv")["knee_flexion_r_deg"].to_numpy()
    assert np.flatnonzero(np.isnan(in_csv)).tolist() == [7]
