"""The drawing of lengths shows every trial once, at its length."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.dataset.description import TrialFacts
from kinefuse.report.length_figure import length_figure

SVG = "{http://www.w3.org/2000/svg}"


def fact(seconds, kept=True, activity="walking"):
    return TrialFacts(
        person="a",
        name="b",
        activity=activity,
        seconds=seconds,
        measures={},
        reasons=() if kept else ("no",),
    )


def bars(svg):
    """Left edge, width, height and colour of every bar but the keys of the legend."""
    found = [r.attrib for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    bare = [r for r in found if r["width"] not in ("640", "12")]
    return [(float(r["x"]), float(r["width"]), float(r["height"]), r["fill"]) for r in bare]


@given(st.lists(st.tuples(st.floats(0.5, 4000), st.booleans()), min_size=1, max_size=50))
def test_bars_add_up_to_the_trials_and_stay_inside(trials):
    svg = length_figure([fact(s, kept) for s, kept in trials])
    kept = sum(kept for _, kept in trials)
    assert f"kept: {kept}<" in svg
    assert f"dropped: {len(trials) - kept}<" in svg
    drawn = bars(svg)
    unit = 126 / max(_stack_heights(drawn, trials))
    assert sum(height for _, _, height, _ in drawn) / unit == pytest.approx(len(trials), rel=0.02)
    for x, width, height, _ in drawn:
        assert 60 <= x < x + width <= 620
        assert 0 < height <= 126.1


def _stack_heights(drawn, trials):
    """Highest stack, in trials: heights are scaled so that it fills the panel."""
    total = sum(height for _, _, height, _ in drawn)
    tallest = max(sum(h for x, _, h, _ in drawn if x == at) for at, _, _, _ in drawn)
    return [len(trials) * tallest / total]


def test_equal_lengths_are_one_bar_in_the_middle_and_its_tick_is_the_length():
    svg = length_figure([fact(30.0)] * 7)
    ((x, width, height, _),) = bars(svg)
    assert height == pytest.approx(126)
    assert ">30<" in svg
    (tick,) = re.findall(r'<text x="([\d.]+)"[^>]*>30<', svg)
    assert x < float(tick) < x + width


def test_dropped_trials_stand_on_the_kept_ones_of_their_length():
    svg = length_figure([fact(30.0), fact(30.0), fact(30.0, kept=False), fact(20.0)])
    found = bars(svg)
    assert len(found) == 3
    here = [b for b in found if b[0] == max(x for x, *_ in found)]
    assert {colour: height for _, _, height, colour in here} == {
        "#0072b2": pytest.approx(84),
        "#e69f00": pytest.approx(42),
    }


def test_every_activity_has_its_panel_and_nothing_is_still_a_drawing():
    svg = length_figure([fact(30.0), fact(10.0, activity="running"), fact(np.nan, kept=False)])
    assert svg.count("length of trial, s") == 2
    assert svg.index("running") < svg.index("walking")
    assert "no trial has a length" in length_figure([])
    ElementTree.fromstring(length_figure([]))
