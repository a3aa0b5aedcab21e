"""The pictures of a search show every trial where it belongs."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.report.importance import Importance, importance
from kinefuse.report.plot_frame import HEIGHT, Frame, ticks, widened
from kinefuse.report.search_figures import WIDE, courses, history, importances, slices
from made_up_studies import Study, Trial, study


@pytest.fixture(scope="module")
def made():
    return study(trials=60)


def parsed(panel):
    return ElementTree.fromstring(panel.svg)


def marks(svg, kind):
    return [e for e in svg.iter() if e.get("class") == f"dot {kind}"]


def states(study, state):
    return [t for t in study.trials if t.state == state]


def test_history_shows_every_finished_trial_full_and_every_pruned_one_faint(made):
    svg = parsed(history(made))
    assert len(marks(svg, "complete")) == len(states(made, "complete"))
    assert len(marks(svg, "pruned")) == len(states(made, "pruned")) > 5
    told = {title.text for title in svg.iter("title")}
    best = min(states(made, "complete"), key=lambda t: t.score_deg)
    assert f"trial {best.number}, complete: {best.score_deg:.2f}°" in told


def test_a_dot_lies_by_its_number_and_the_better_is_the_lower(made):
    svg = parsed(history(made))
    dots = [e for e in marks(svg, "complete") if e.tag == "circle"]
    numbers = [int(re.search(r"trial (\d+)", d[0].text).group(1)) for d in dots]
    scores = [next(t.score_deg for t in made.trials if t.number == n) for n in numbers]
    x, y = (np.array([float(d.get(key)) for d in dots]) for key in ("cx", "cy"))
    assert np.corrcoef(x, numbers)[0, 1] > 0.9999
    assert np.corrcoef(y, scores)[0, 1] < -0.9999  # drawings count downwards


def test_the_staircase_only_descends_and_ends_at_the_best(made):
    svg = parsed(history(made))
    (path,) = (e.get("d") for e in svg.iter("path") if e.get("class") == "best")
    heights = [float(y) for y in re.findall(r"(?:M\S+ |V)([\d.]+)", path)]
    assert heights == sorted(heights)  # further down is better
    best = min(t.score_deg for t in states(made, "complete"))
    (label,) = (e for e in svg.iter("text") if "value" in e.get("class"))
    assert label.text == f"best {best:.2f}°"
    circles = [float(d.get("cy")) for d in marks(svg, "complete") if d.tag == "circle"]
    assert heights[-1] == max(circles)


def test_a_wild_score_becomes_a_wedge_and_presses_nobody(made):
    wild = Trial(number=99, score_deg=500.0, settings=made.trials[0].settings)
    svg = parsed(history(Study(trials=(*made.trials, wild))))
    (wedge,) = (e for e in svg.iter("path") if "dot" in e.get("class") and "99" in e[0].text)
    assert wedge.get("class") == "dot complete"
    y = [float(d.get("cy")) for d in marks(svg, "complete") if d.tag == "circle"]
    assert np.ptp(y) > HEIGHT / 3


def test_a_training_that_ran_away_is_left_out(made):
    away = Trial(
        number=99, score_deg=float("nan"), settings=made.trials[0].settings,
        history=((100, 5.0), (200, float("inf"))),
    )  # fmt: skip
    more = Study(trials=(*made.trials, away))
    assert history(more).svg == history(made).svg
    for panel in (courses(more), *slices(more, None)):
        assert "nan" not in panel.svg
        assert "inf" not in panel.svg


def test_there_is_a_slice_a_setting_the_important_first(made):
    found = importance(made)
    panels = slices(made, found)
    assert len(panels) == 7
    assert panels[0].title == "Learning rate"
    assert panels[-1].title == "Window"  # it never changed
    with_score = len(states(made, "complete")) + len(states(made, "pruned"))
    for panel in panels:
        assert sum("dot" in (e.get("class") or "") for e in parsed(panel).iter()) == with_score


def test_a_slice_shows_where_the_middle_is_best(made):
    svg = parsed(slices(made, importance(made))[0])
    dots = [d for d in marks(svg, "complete") if d.tag == "circle"]
    x, y = (np.array([float(d.get(key)) for d in dots]) for key in ("cx", "cy"))
    edges = (x < np.quantile(x, 0.2)) | (x > np.quantile(x, 0.8))
    assert y[edges].mean() < y[~edges].mean() - 20


def test_choices_have_places_of_their_own_with_their_names():
    bidirectional = next(p for p in slices(study(network="lstm"), None) if "Bidir" in p.title)
    words = [t.text for t in parsed(bidirectional).iter("text")]
    assert {"no", "yes"} <= set(words)
    x = np.array([float(d.get("cx")) for d in parsed(bidirectional).iter("circle")])
    left, right = x[x < np.mean(x)], x[x > np.mean(x)]
    assert right.min() - left.max() > 30
    assert len(set(np.round(left, 1))) > 5  # kept apart


def test_importance_has_a_bar_a_setting_in_proportion():
    found = Importance("any", {"learning_rate": 0.75, "width": 0.25, "layers": 0.0})
    svg = parsed(importances(found))
    widths = [float(bar.get("width")) for bar in svg.iter("rect")]
    assert widths == pytest.approx([3 * widths[1], widths[1], 0.5])
    words = [t.text for t in svg.iter("text")]
    assert words == ["learning rate", "75 %", "width", "25 %", "layers", "0 %"]


def test_courses_are_lines_of_those_that_reported(made):
    lines = list(parsed(courses(made)).iter("polyline"))
    assert len(lines) == len([t for t in made.trials if t.history])
    assert {line.get("class") for line in lines} == {"course complete", "course pruned"}
    silent = Study(trials=(Trial(number=0, score_deg=1.0),))
    assert courses(silent) is None


def test_everything_stays_inside_the_drawing(made):
    for panel in (history(made), courses(made), *slices(made, None)):
        for element in parsed(panel).iter("circle"):
            assert 0 < float(element.get("cx")) < WIDE
            assert 0 < float(element.get("cy")) < HEIGHT
        for line in parsed(panel).iter("polyline"):
            y = [float(p.split(",")[1]) for p in line.get("points").split()]
            assert 0 < min(y) <= max(y) < HEIGHT


@pytest.mark.parametrize("value", [10, True, 0.004, 0.0])
def test_one_trial_alone_can_be_drawn(value):
    one = Study(trials=(Trial(number=0, score_deg=4.0, settings={"width": value}),))
    assert len(marks(parsed(history(one)), "complete")) == 1
    (panel,) = slices(one, None)
    assert len(marks(parsed(panel), "complete")) == 1


def test_a_number_that_may_be_anything_has_an_axis_however_few_there_are():
    few = [Trial(number=i, score_deg=4.0, settings={"rate": x}) for i, x in enumerate((1.0, 9.0))]
    (panel,) = slices(Study(trials=tuple(few)), None)
    words = [text.text for text in parsed(panel).iter("text")]
    assert {"2", "4", "6", "8"} <= set(words)


@given(low=st.floats(-1e3, 1e3), span=st.floats(1e-5, 1e4))
def test_ticks_are_few_and_inside(low, span):
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) for t in found)


@given(low=st.floats(-5, 5), span=st.floats(0, 5), share=st.floats(0, 1))
def test_a_frame_maps_its_limits_to_its_edges(low, span, share):
    limits = widened(low, low + span, 0.2)
    frame = Frame(340, limits, limits)
    value = limits[0] + share * (limits[1] - limits[0])
    assert frame.x(value) == pytest.approx(46 + share * 280)
    assert frame.y(value) == pytest.approx(192 - share * 180)
    assert frame.inside(low)
