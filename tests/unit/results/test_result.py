"""What Python gives: a table, a drawing and a folder that agree with the numbers they came from."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import kinefuse as kf
from kinefuse import estimation
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.errors import UnknownChoice, WouldOverwrite
from kinefuse.results.plot import NothingToDraw
from small_recordings import standing_then_walking

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def session():
    return standing_then_walking(seed=1)


@pytest.fixture(scope="module")
def result(session):
    return kf.estimate(session)


def test_it_is_the_cores_estimate_with_more_to_do(result, session):
    core = estimation.estimate(session)
    assert isinstance(result, kf.Estimate)
    for name, curve in core.angles.angles_rad.items():
        np.testing.assert_array_equal(result.angles.angles_rad[name], curve)
    assert result.summary()["session"] == core.summary()["session"]


def test_what_reading_said_is_kept(session):
    noted = replace(session, notes=("the torso was left out",))
    assert kf.estimate(noted, method="classical").notes == ("the torso was left out",)


def test_the_long_table_has_a_row_an_angle(result):
    table = result.to_polars()
    assert table.columns == ["time_s", "joint", "side", "plane", "angle_deg", "sd_deg"]
    assert len(table) == result.angles.samples * 18
    for joint in JOINTS.values():
        for i, plane in enumerate(PLANES):
            mine = table.filter(joint=joint.kind, side=joint.side, plane=plane)
            known = np.rad2deg(result.angles.angles_rad[joint.name][:, i])
            np.testing.assert_array_equal(mine["angle_deg"], known)
            np.testing.assert_array_equal(mine["time_s"], result.angles.time_s)
            sd = np.rad2deg(result.angles_sd_rad[joint.name][:, i])
            np.testing.assert_array_equal(mine["sd_deg"], sd)


def test_the_wide_table_is_the_csv(result, tmp_path):
    kf.write_angles_csv(tmp_path / "angles.csv", result.angles, result.angles_sd_rad)
    written, table = pl.read_csv(tmp_path / "angles.csv"), result.to_polars("wide")
    assert table.columns == written.columns
    np.testing.assert_allclose(table.to_numpy(), written.to_numpy(), atol=1e-6)


def test_who_does_not_know_how_sure_says_nothing(session):
    found = kf.estimate(session, method="classical")
    assert "sd_deg" not in found.to_polars().columns
    assert not [name for name in found.to_polars("wide").columns if "_sd_" in name]


def test_an_unknown_layout_lists_the_known_ones(result):
    with pytest.raises(UnknownChoice, match="choose one of: long, wide"):
        result.to_polars("tall")


def test_a_plot_has_a_panel_a_joint_and_plane_and_shows_itself(result):
    plot = result.plot()
    assert len(plot.panels) == 9
    drawing = ET.fromstring(plot.to_svg())
    inner = drawing.findall(f"{SVG}svg")
    assert len(inner) == 9
    corners = {(float(each.get("x")), float(each.get("y"))) for each in inner}
    assert len(corners) == 9
    assert len(drawing.findall(f".//{SVG}polyline")) == 18
    shown = plot._repr_html_()
    assert all(panel.svg in shown for panel in plot.panels)
    assert "light band: 90 % interval" in shown


def test_one_joint_of_one_side_is_one_line_a_panel(result):
    drawing = ET.fromstring(result.plot(["knee_l"]).to_svg())
    lines = drawing.findall(f".//{SVG}polyline")
    assert [line.get("class") for line in lines] == ["estimate l"] * 3


def test_the_truth_is_drawn_beside(result):
    drawing = result.plot(["knee_r"], truth=result.angles).to_svg()
    estimated, true = (
        [
            line
            for line in ET.fromstring(drawing).iter(f"{SVG}polyline")
            if what in line.get("class")
        ]
        for what in ("estimate", "truth")
    )
    assert [line.get("points") for line in estimated] == [line.get("points") for line in true]


def test_a_joint_that_is_not_there_is_refused(result):
    with pytest.raises(UnknownChoice, match=r"joint of this result 'elbow'.*hip_r"):
        result.plot(["elbow"])


def test_nobody_who_stands_has_a_mean_stride(result):
    still = replace(result, contacts_s={})
    with pytest.raises(NothingToDraw, match=r"use to_polars\(\)"):
        still.plot()


@pytest.mark.parametrize("name", ["knee.svg", "knee.html"])
def test_a_plot_is_saved_whole_and_needs_nothing_else(name, result, tmp_path):
    file = result.plot(["knee_r"]).save(tmp_path / name)
    text = file.read_text()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert "<script" not in text
    assert text.count("http") == text.count("http://www.w3.org/2000/svg")


def test_another_kind_of_picture_is_refused(result, tmp_path):
    with pytest.raises(UnknownChoice, match=r"'\.png'; choose one of: \.svg, \.html"):
        result.plot().save(tmp_path / "knee.png")


def test_saving_writes_what_the_command_writes_and_never_over_it(result, tmp_path):
    folder = result.save(tmp_path / "out", recording="walk")
    assert {"angles.csv", "angles.mot", "summary.json", "report.html"} <= {
        each.name for each in folder.iterdir()
    }
    assert json.loads((folder / "summary.json").read_text())["recording"] == "walk"
    with pytest.raises(WouldOverwrite):
        result.save(folder)
    result.save(folder, force=True)
    assert json.loads((folder / "summary.json").read_text())["recording"] is None


def test_what_was_saved_comes_back_to_the_last_bit(result, tmp_path):
    again = kf.read_result(result.save(tmp_path / "out"))
    assert isinstance(again, kf.Result)
    assert str(again.summary()) == str(result.summary())  # NaN is not equal to itself
    for name, curve in result.angles.angles_rad.items():
        np.testing.assert_array_equal(again.angles.angles_rad[name], curve)
