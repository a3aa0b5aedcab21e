"""Every file opens in programs of others, and they find what was estimated."""

import json
from dataclasses import replace
from pathlib import Path

import bvhio
import ezc3d
import numpy as np
import opensim
import pandas as pd
import polars as pl
import pytest
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.errors import UnknownChoice
from kinefuse.exports import EXPORTS, CannotExport, export_estimate, possible
from kinefuse.exports.opensim_orientations import sensor_name
from kinefuse.exports.skeleton import body_of, joint_centres_m
from kinefuse.formats.angle_files import OPENSIM_COORDINATES
from kinefuse.session_description import Person
from kinefuse.simulation.body import Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from made_up_estimates import made_up_estimate, without_orientations

HEIGHT_M = 1.8


@pytest.fixture(scope="module")
def found(turning_walker):
    return made_up_estimate(turning_walker, height_m=HEIGHT_M)


@pytest.fixture(scope="module")
def files(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    said = list(export_estimate(found, EXPORTS, folder))
    assert [(step.done, step.total) for step in said] == [
        (i + 1, len(EXPORTS)) for i in range(len(EXPORTS))
    ]
    return folder


def by_scipy(wxyz):
    """Rotation matrices from quaternions, scalar first, by somebody else."""
    return Rotation.from_quat(np.asarray(wxyz)[:, [1, 2, 3, 0]]).as_matrix()


# What holds for every row.


@pytest.mark.parametrize("name", EXPORTS)
def test_every_row_writes_the_one_file_it_names(name, found, tmp_path):
    list(export_estimate(found, [name], tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == [EXPORTS[name].file]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_estimate_makes_the_same_file(name, found, files, tmp_path):
    list(export_estimate(found, [name], tmp_path))
    assert (tmp_path / EXPORTS[name].file).read_bytes() == (files / EXPORTS[name].file).read_bytes()


@pytest.mark.parametrize("name", EXPORTS)
def test_what_an_estimate_lacks_is_said_before_anything_is_written(name, found, tmp_path):
    bare = without_orientations(found, ["knee_r"])
    if EXPORTS[name].lacks(bare):
        assert name not in possible(bare)
        with pytest.raises(CannotExport, match=f"leave '{name}' out"):
            list(export_estimate(bare, ["csv", name], tmp_path))
        assert not list(tmp_path.iterdir())
    else:
        list(export_estimate(bare, [name], tmp_path))
        assert (tmp_path / EXPORTS[name].file).stat().st_size > 0


@pytest.mark.parametrize("name", EXPORTS)
def test_a_failure_leaves_the_file_that_was_there(name, found, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError("the disk is full")

    file = tmp_path / EXPORTS[name].file
    file.write_text("of before")
    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="disk is full"):
        list(export_estimate(found, [name], tmp_path))
    assert file.read_text() == "of before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_there_once_it_is_told(found, tmp_path):
    for step in export_estimate(found, ["csv", "json"], tmp_path):
        assert len(list(tmp_path.iterdir())) == step.done
        assert (tmp_path / step.message).stat().st_size > 0


@pytest.mark.parametrize("name", EXPORTS)
def test_an_estimate_without_a_model_becomes_every_file(name, found, tmp_path):
    list(export_estimate(replace(found, model_name=None), [name], tmp_path))
    file = tmp_path / EXPORTS[name].file
    assert file.stat().st_size > 0
    if file.suffix == ".parquet":
        assert pl.read_parquet_metadata(file)["kinefuse.model"] == ""


def test_rows_have_names_and_files_of_their_own():
    assert len({row.file for row in EXPORTS.values()}) == len(EXPORTS)


def test_an_unknown_format_names_the_known(found, tmp_path):
    with pytest.raises(UnknownChoice, match="bvh"):
        list(export_estimate(found, ["fbx"], tmp_path))


# OpenSim, read by OpenSim.


@pytest.mark.parametrize("suffix", ["mot", "sto"])
def test_opensim_reads_the_angles_in_degrees(suffix, found, files):
    table = opensim.TimeSeriesTable(str(files / f"angles.{suffix}"))
    assert table.getTableMetaDataAsString("inDegrees") == "yes"
    np.testing.assert_allclose(table.getIndependentColumn(), found.angles.time_s, atol=1e-6)
    for name, angles in found.angles.in_degrees().items():
        for i, coordinate in enumerate(OPENSIM_COORDINATES[JOINTS[name].kind]):
            column = table.getDependentColumn(f"{coordinate}_{JOINTS[name].side}").to_numpy()
            np.testing.assert_allclose(column, angles[:, i], atol=1e-6)


def quaternions_by_opensim(file):
    """By sensor: (time, 4), scalar first."""
    table = opensim.TimeSeriesTableQuaternion(str(file))
    rows = [table.getRowAtIndex(i) for i in range(table.getNumRows())]
    found = {}
    for column, label in enumerate(table.getColumnLabels()):
        turns = [row.getElt(0, column) for row in rows]
        found[label] = np.array([[turn.get(part) for part in range(4)] for turn in turns])
    return np.array(table.getIndependentColumn()), found


def test_opensim_reads_the_orientations_as_they_are(found, files):
    time_s, sensors = quaternions_by_opensim(files / "orientations.sto")
    assert "DataRate=100.000000" in (files / "orientations.sto").read_text()
    np.testing.assert_allclose(time_s, found.orientations.time_s, atol=1e-9)
    assert list(sensors) == [
        f"{body}_imu"
        for body in ("pelvis", "femur_r", "tibia_r", "calcn_r", "femur_l", "tibia_l", "calcn_l")
    ]
    for segment, R in found.orientations.R_world_segment.items():
        np.testing.assert_allclose(by_scipy(sensors[sensor_name(segment)]), R, atol=1e-9)


def test_the_placement_has_all_segments_in_line(files):
    time_s, sensors = quaternions_by_opensim(files / "orientations_placement.sto")
    assert time_s[0] == 0
    assert len(sensors) == 7
    for wxyz in sensors.values():
        np.testing.assert_array_equal(wxyz, [[1, 0, 0, 0]] * 2)


# Tables, read by pandas and polars.


def test_pandas_reads_angles_and_standard_deviations(found, files):
    table = pd.read_csv(files / "angles.csv")
    degrees = np.rad2deg(found.angles.angles_rad["ankle_l"][:, 1])
    np.testing.assert_allclose(table["ankle_adduction_l_deg"], degrees, atol=1e-6)
    sd = np.rad2deg(found.angles_sd_rad["knee_r"][:, 0])
    np.testing.assert_allclose(table["knee_flexion_r_sd_deg"], sd, atol=1e-6)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_orientations_in_tables_are_quaternions_to_the_world(suffix, found, files):
    file = files / f"orientations.{suffix}"
    table = pd.read_csv(file) if suffix == "csv" else pl.read_parquet(file)
    for segment, R in found.orientations.R_world_segment.items():
        wxyz = np.stack([table[f"{segment}_q{part}"] for part in "wxyz"], axis=-1)
        np.testing.assert_allclose(by_scipy(wxyz), R, atol=1e-9)


def test_wide_and_long_tables_say_the_same(found, files):
    wide, long = (pl.read_parquet(files / f"angles{kind}.parquet") for kind in ("", "_long"))
    assert len(long) == len(wide) * len(JOINTS) * len(PLANES)
    for name, joint in JOINTS.items():
        for i, plane in enumerate(PLANES):
            rows = long.filter(joint=joint.kind, side=joint.side, plane=plane)
            column = wide[f"{joint.kind}_{plane}_{joint.side}_deg"]
            np.testing.assert_array_equal(rows["angle_deg"], column)
            np.testing.assert_array_equal(rows["time_s"], wide["time_s"])
            np.testing.assert_array_equal(column, found.angles.in_degrees()[name][:, i])
            assert rows["sd_deg"].null_count() == (0 if name == "knee_r" else len(rows))
            if name == "knee_r":
                sd_deg = np.rad2deg(found.angles_sd_rad[name][:, i])
                np.testing.assert_allclose(rows["sd_deg"], sd_deg, atol=1e-9)


def test_parquet_says_what_its_numbers_are(files):
    for kind in ("angles", "angles_long", "orientations"):
        words = pl.read_parquet_metadata(files / f"{kind}.parquet")
        assert (words["kinefuse.session"], words["kinefuse.method"]) == ("walk", "map")
        assert (words["kinefuse.activity"], words["kinefuse.model"]) == ("walking", "small")
        assert float(words["kinefuse.rate_hz"]) == 100.0
        assert words["kinefuse.units"].startswith("unit" if kind == "orientations" else "deg")


# JSON, read by Python's own module.


def test_json_holds_everything_and_no_number_that_is_none(found, files):
    words = json.loads((files / "estimate.json").read_text(), parse_constant=pytest.fail)
    assert words["schema"] == "kinefuse-estimate/1"
    assert (words["samples"], words["rate_hz"], words["height_m"]) == (300, 100.0, HEIGHT_M)
    for name, degrees in found.angles.in_degrees().items():
        np.testing.assert_allclose(words["angles_deg"][name], degrees, atol=1e-9)
    assert set(words["angles_sd_deg"]) == {"knee_r"}
    for segment, R in found.orientations.R_world_segment.items():
        np.testing.assert_allclose(by_scipy(words["world_from_segment"][segment]), R, atol=1e-8)
    assert words["contacts_s"] == {"r": [0.25, 1.36], "l": []}
    assert words["toe_offs_s"] == {}
    assert words["findings"][0]["limit"] is None


def test_json_tells_toe_offs_where_they_are_known(found, tmp_path):
    seen = {"r": np.array([0.93]), "l": np.array([])}
    list(export_estimate(replace(found, toe_offs_s=seen), ["json"], tmp_path))
    words = json.loads((tmp_path / "estimate.json").read_text())
    assert words["toe_offs_s"] == {"r": [0.93], "l": []}


def test_json_says_who_it_is_of_and_how_it_was_found(found, tmp_path):
    somebody = replace(found, person=Person(height_m=HEIGHT_M, mass_kg=71.5))
    list(export_estimate(somebody, ["json"], tmp_path))
    words = json.loads((tmp_path / "estimate.json").read_text())
    assert (words["session"], words["activity"]) == ("walk", "walking")
    assert (words["method"], words["model"]) == ("map", "small")
    assert (words["height_m"], words["mass_kg"]) == (HEIGHT_M, 71.5)
    assert words["planes"] == ["flexion", "adduction", "rotation"]
    assert words["quaternion_parts"] == ["w", "x", "y", "z"]
    sd_deg = np.rad2deg(found.angles_sd_rad["knee_r"])
    np.testing.assert_allclose(words["angles_sd_deg"]["knee_r"], sd_deg, atol=1e-8)


def test_json_tells_how_sure_attitudes_are_where_that_is_known(found, files, tmp_path):
    assert json.loads((files / "estimate.json").read_text())["world_from_segment_sd_deg"] == {}
    sd_rad = {"shank_r": np.tile([0.01, 0.2, 0.03], (found.angles.samples, 1))}
    sure = replace(found, orientations=replace(found.orientations, sd_rad=sd_rad))
    list(export_estimate(sure, ["json"], tmp_path))
    words = json.loads((tmp_path / "estimate.json").read_text())
    assert list(words["world_from_segment_sd_deg"]) == ["shank_r"]
    np.testing.assert_allclose(
        words["world_from_segment_sd_deg"]["shank_r"], np.rad2deg(sd_rad["shank_r"]), atol=1e-8
    )


def test_what_is_no_number_becomes_null(found, tmp_path):
    spoilt = found.angles_sd_rad["knee_r"].copy()
    spoilt[3, 1] = np.nan
    list(export_estimate(replace(found, angles_sd_rad={"knee_r": spoilt}), ["json"], tmp_path))
    words = json.loads((tmp_path / "estimate.json").read_text(), parse_constant=pytest.fail)
    assert words["angles_sd_deg"]["knee_r"][3][1] is None
    assert words["angles_sd_deg"]["knee_r"][3][0] == pytest.approx(np.rad2deg(spoilt[3, 0]))


# C3D, read by ezc3d.


def points_by_ezc3d(file):
    read = ezc3d.c3d(str(file))
    labels = read["parameters"]["POINT"]["LABELS"]["value"]
    return read, {n: read["data"]["points"][:3, i].T for i, n in enumerate(labels)}


def test_c3d_holds_angles_as_plug_in_gait_does(found, files):
    read, points = points_by_ezc3d(files / "angles.c3d")
    parameters = read["parameters"]["POINT"]
    assert parameters["RATE"]["value"][0] == 100.0
    assert parameters["FRAMES"]["value"][0] == found.angles.samples
    assert parameters["ANGLE_UNITS"]["value"] == ["deg"]
    # Seen from its right, the person walks to the right, and up is up.
    assert (parameters["X_SCREEN"]["value"], parameters["Y_SCREEN"]["value"]) == (["+X"], ["+Z"])
    ours = read["parameters"]["KINEFUSE"]
    assert (ours["METHOD"]["value"], ours["ACTIVITY"]["value"]) == (["map"], ["walking"])
    assert set(parameters["ANGLES"]["value"]) == {
        f"{side}{joint}Angles" for side in "RL" for joint in ("Hip", "Knee", "Ankle")
    }
    degrees = found.angles.in_degrees()
    np.testing.assert_allclose(points["RKneeAngles"], degrees["knee_r"], atol=1e-4)
    np.testing.assert_allclose(points["LHipAngles"], degrees["hip_l"], atol=1e-4)


def test_c3d_joint_centres_stand_on_a_floor_with_z_up(files):
    read, points = points_by_ezc3d(files / "angles.c3d")
    centres = {f"{side}{joint}" for side in "RL" for joint in ("HJC", "KJC", "AJC", "HEE", "TOE")}
    assert {name for name in points if "Angles" not in name} == centres | {"PELO"}
    assert read["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    body = Body(height_m=HEIGHT_M)
    thigh, hips = points["RHJC"] - points["RKJC"], points["LHJC"] - points["RHJC"]
    np.testing.assert_allclose(np.linalg.norm(thigh, axis=1), 1000 * body.thigh_m, atol=0.01)
    np.testing.assert_allclose(np.linalg.norm(hips, axis=1), 1000 * body.hip_width_m, atol=0.01)
    assert (thigh[:, 2] > 300).all()
    lowest = np.min([place[:, 2] for n, place in points.items() if "Angles" not in n], axis=0)
    np.testing.assert_allclose(lowest, 0, atol=0.01)
    # The first thing seen of a person who walks along x: the left hip is towards y.
    forward = points["RTOE"] - points["RHEE"]
    to_the_left = np.cross([0, 0, 1], forward[:, [0, 1, 2]])
    assert (np.sum(to_the_left * hips, axis=1) > 0).mean() > 0.95


def test_without_a_height_c3d_holds_angles_alone(found, tmp_path):
    list(export_estimate(replace(found, person=Person()), ["c3d"], tmp_path))
    _, points = points_by_ezc3d(tmp_path / "angles.c3d")
    assert len(points) == 6


def test_the_lower_foot_is_on_the_ground_and_the_pelvis_goes_nowhere(found):
    body = body_of(found)
    points = joint_centres_m(found.orientations, body)
    lowest = np.min([place[:, 1] for place in points.values()], axis=0)
    np.testing.assert_allclose(lowest, 0, atol=1e-12)
    np.testing.assert_array_equal(points["pelvis"][:, [0, 2]], 0)
    for name, place in points_from_pelvis_m(found.orientations.R_world_segment, body).items():
        np.testing.assert_allclose(points[name] - points["pelvis"], place, atol=1e-12)


# BVH, read and moved by bvhio.


def bones_by_bvhio(file, frame):
    """By name: places [cm] and rotations in BVH's world, by somebody else's kinematics."""
    root = bvhio.readAsHierarchy(str(file)).loadPose(frame)
    return {joint.Name: np.array(joint.PositionWorld.to_tuple()) for joint, *_ in root.layout()}


@pytest.mark.parametrize("frame", [0, 77, 299])
def test_bvh_bones_are_where_forward_kinematics_has_them(found, files, frame):
    bones = bones_by_bvhio(files / "motion.bvh", frame)
    expected = joint_centres_m(found.orientations, body_of(found))
    sides, joints = {"Right": "r", "Left": "l"}, {"UpLeg": "hip", "Leg": "knee", "Foot": "ankle"}
    pairs = {f"{a}{b}": f"{joints[b]}_{sides[a]}" for a in sides for b in joints}
    for bone, point in ({"Hips": "pelvis"} | pairs).items():
        forward, up, right = 100 * expected[point][frame]
        np.testing.assert_allclose(bones[bone], [-right, up, forward], atol=2e-3)


def test_bvh_tells_its_rate_and_length(found, tmp_path):
    slow = replace(found, angles=replace(found.angles, rate_hz=60.0))
    list(export_estimate(slow, ["bvh"], tmp_path))
    read = bvhio.readAsBvh(str(tmp_path / "motion.bvh"))
    assert read.FrameCount == found.angles.samples
    assert read.FrameTime == pytest.approx(1 / 60, rel=1e-6)  # an hour ends within 4 ms


def test_bvh_legs_end_at_the_ball_of_the_foot(found, files):
    """Before the ankle and below it, as the person stands with all channels zero."""
    forward, up, right = 100 * body_of(found).foot_contacts_m[1]
    text = (files / "motion.bvh").read_text()
    ends = [part.split("OFFSET")[1].split("}")[0] for part in text.split("End Site")[1:]]
    assert len(ends) == 2
    for end in ends:
        np.testing.assert_allclose([float(n) for n in end.split()], [-right, up, forward])
    assert forward > 5


def test_bvh_legs_move_by_our_angles(found, files):
    """x, z, y of a leg's bones are flexion, adduction and rotation but for their signs."""
    text = (files / "motion.bvh").read_text()
    numbers = np.array([row.split() for row in text.split("Frame Time:")[1].splitlines()[1:]])
    numbers = numbers.astype(float)
    signs = {"r": (-1, 1, 1), "l": (-1, -1, -1)}
    for i, name in enumerate(JOINTS):
        flexes = -1 if JOINTS[name].kind == "knee" else 1
        sign = np.array(signs[JOINTS[name].side]) * (flexes, 1, 1)
        channels = numbers[:, 6 + 3 * i : 9 + 3 * i]
        np.testing.assert_allclose(channels * sign, found.angles.in_degrees()[name], atol=1e-5)


def test_bvh_does_not_jump_when_somebody_turns_round(found, tmp_path):
    turning = so3.about_y(np.linspace(0, 15, found.angles.samples))
    R = {s: turning @ R for s, R in found.orientations.R_world_segment.items()}
    spun = replace(found, orientations=replace(found.orientations, R_world_segment=R))
    list(export_estimate(spun, ["bvh"], tmp_path))
    rows = (tmp_path / "motion.bvh").read_text().split("Frame Time:")[1].splitlines()[1:]
    numbers = np.array([row.split() for row in rows]).astype(float)
    assert np.abs(np.diff(numbers[:, 3:], axis=0)).max() < 20


def test_bvh_of_one_leg_leaves_the_other_standing(turning_walker, tmp_path):
    one = made_up_estimate(turning_walker, segments=("pelvis", "thigh_r", "shank_r"))
    list(export_estimate(one, ["bvh"], tmp_path))
    bones = bones_by_bvhio(tmp_path / "motion.bvh", 10)
    hips, foot = bones["LeftUpLeg"], bones["LeftFoot"]
    leg_cm = 100 * (body_of(one).thigh_m + body_of(one).shank_m)
    assert np.linalg.norm(foot - hips) == pytest.approx(leg_cm, abs=0.01)
    assert np.linalg.norm(bones["RightFoot"] - bones["RightUpLeg"]) < leg_cm - 0.05


def test_bvh_of_a_leg_with_an_unknown_thigh_moves_its_ankle(turning_walker, tmp_path):
    gap = made_up_estimate(turning_walker, segments=("pelvis", "shank_r", "foot_r"))
    list(export_estimate(gap, ["bvh"], tmp_path))
    assert set(joint_centres_m(gap.orientations, body_of(gap))) == {"pelvis", "hip_r", "hip_l"}
    rows = (tmp_path / "motion.bvh").read_text().split("Frame Time:")[1].splitlines()[1:]
    hip, knee, ankle = np.split(np.array([row.split() for row in rows], float)[:, 6:15], 3, axis=1)
    np.testing.assert_array_equal([hip, knee], 0)
    np.testing.assert_allclose(ankle * [-1, 1, 1], gap.angles.in_degrees()["ankle_r"], atol=1e-5)


def test_who_told_no_height_is_of_the_usual_one(found):
    assert body_of(replace(found, person=Person())).height_m == 1.72
    assert body_of(found).height_m == HEIGHT_M


def test_bvh_needs_a_pelvis(turning_walker, tmp_path):
    legs = made_up_estimate(turning_walker, segments=("thigh_r", "shank_r"))
    assert {"bvh"} == EXPORTS.keys() - set(possible(legs))
    with pytest.raises(CannotExport, match="pelvis"):
        list(export_estimate(legs, ["bvh"], tmp_path))
