"""The drawings show what they claim, to eyes with and without colour."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from kinefuse.report.cycles import CYCLE_POINTS, Cycles, cut_cycles
from kinefuse.report.figures import HEIGHT, WIDTH, plot_cycles


@pytest.fixture
def panels(truth, estimate):
    return plot_cycles(cut_cycles(truth, estimate.contacts_s))


def points(element):
    return np.array([[float(n) for n in pair.split(",")] for pair in element.get("points").split()])


def parsed(panel):
    return ElementTree.fromstring(panel.svg)


def test_joints_are_rows_and_planes_are_columns(panels):
    assert [panel.title for panel in panels] == [
        "Hip flexion", "Hip adduction", "Hip internal rotation",
        "Knee flexion", "Knee adduction", "Knee internal rotation",
        "Ankle dorsiflexion", "Ankle inversion", "Ankle internal rotation",
    ]  # fmt: skip


def test_left_and_right_differ_by_class_and_by_label(panels):
    for panel in panels:
        svg = parsed(panel)
        lines = {line.get("class") for line in svg.iter("polyline")}
        labels = [text.text for text in svg.iter("text") if "side" in text.get("class")]
        assert lines == {"estimate r", "estimate l"}
        assert sorted(labels) == ["L", "R"]


def test_labels_never_lie_on_each_other(panels):
    for panel in panels:
        heights = [
            float(text.get("y"))
            for text in parsed(panel).iter("text")
            if "side" in text.get("class")
        ]
        assert abs(heights[0] - heights[1]) >= 13.9


def test_a_line_is_the_curve_and_up_is_positive(panels):
    line = next(e for e in parsed(panels[0]).iter("polyline") if e.get("class") == "estimate r")
    x, y = points(line).T
    sine = np.sin(np.linspace(0, 2 * np.pi, CYCLE_POINTS))
    assert np.corrcoef(-y, sine)[0, 1] > 0.9999  # drawings count downwards
    np.testing.assert_allclose(np.diff(x), np.diff(x)[0], atol=0.11)


def test_the_band_reaches_one_standard_deviation_either_way():
    flat = np.zeros((2, CYCLE_POINTS, 3))
    flat[1] = np.deg2rad(20.0)
    (svg, *_) = (parsed(panel) for panel in plot_cycles({"hip_r": Cycles("hip_r", flat)}))
    band = points(next(svg.iter("polygon")))[:, 1]
    middle = points(next(svg.iter("polyline")))[0, 1]
    ticks = {
        float(t.text.rstrip("°")): float(t.get("y")) - 4
        for t in svg.iter("text")
        if "end" in t.get("class")
    }
    per_degree = (ticks[0.0] - ticks[10.0]) / 10
    assert middle - band.min() == pytest.approx(np.sqrt(200) * per_degree, abs=0.2)
    assert band.max() - middle == pytest.approx(np.sqrt(200) * per_degree, abs=0.2)
    assert middle == pytest.approx(ticks[10.0], abs=0.1)


def test_everything_stays_inside_the_drawing(panels):
    for panel in panels:
        for element in parsed(panel).iter():
            if element.get("points"):
                x, y = points(element).T
                assert 0 <= x.min() <= x.max() <= WIDTH
                assert 0 <= y.min() <= y.max() <= HEIGHT


def test_stillness_is_not_blown_up_into_movement(truth):
    for angles in truth.angles_rad.values():
        angles *= 1e-3
    panel = plot_cycles(cut_cycles(truth, {"r": np.arange(5.0)}))[0]
    line = points(next(parsed(panel).iter("polyline")))[:, 1]
    assert np.ptp(line) < 2


def test_a_truth_is_drawn_thin_over_the_estimate(truth, estimate):
    cycles = cut_cycles(truth, estimate.contacts_s)
    svg = parsed(plot_cycles(cycles, cycles)[0])
    classes = [line.get("class") for line in svg.iter("polyline")]
    assert classes == ["estimate r", "estimate l", "truth r", "truth l"]
    assert len(list(svg.iter("polygon"))) == 2


def test_no_tick_is_minus_zero_and_there_are_few(panels):
    for panel in panels:
        ticks = re.findall(r">(-?[\d.]+)°<", panel.svg)
        assert "-0" not in ticks
        assert 2 <= len(ticks) <= 7


def test_a_drawing_says_what_it_is_to_a_screen_reader(panels):
    assert parsed(panels[0]).get("aria-label").startswith("Hip flexion, mean")
    assert parsed(panels[0]).get("role") == "img"


def test_without_cycles_there_are_no_drawings():
    assert plot_cycles({}) == []
