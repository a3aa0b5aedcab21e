"""What the page says about its own certainty is what was estimated."""

import base64
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from kinefuse.report import curves, page
from kinefuse.report.certainty import NINETY, certainty, interval_rows, segment_rows, term_rows
from kinefuse.report.curves import packed_curves
from kinefuse.report.cycles import Cycles, cut_cycles
from kinefuse.report.figures import plot_cycles
from kinefuse.report.verdict import verdict


def unpack(text):
    """Whole numbers of hundredths of a degree."""
    return np.frombuffer(base64.b64decode(text), dtype="<i2").astype(float) * 0.01


def text_of(html):
    body = re.sub(r"<(style|script).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_ninety_percent_of_a_normal_error_lie_within():
    errors = np.random.default_rng(0).normal(size=200_000)
    assert np.mean(np.abs(errors) < NINETY) == pytest.approx(0.9, abs=0.003)


def test_intervals_are_told_by_joint_and_plane(sure):
    rows = interval_rows(sure.angles_sd_rad)
    assert [row.joint for row in rows] == ["hip", "knee", "ankle"]
    for row in rows:
        np.testing.assert_allclose(row.half_width_deg, NINETY * np.array([1, 2, 4]))


def test_the_verdict_states_how_sure(sure, estimate):
    text = text_of(page.render(sure))
    said = "within ± 1.6° in flexion, ± 3.3° in adduction and ± 6.6° in rotation"
    assert said in text
    assert text.index(said) < text.index("Over the gait cycle")
    assert "does not know how sure it is" in text_of(page.render(estimate))


def test_one_side_and_gaps_are_no_reason_to_be_silent(sure):
    sd = {"knee_l": sure.angles_sd_rad["knee_l"].copy()}
    sd["knee_l"][:50] = np.nan
    (row,) = interval_rows(sd)
    np.testing.assert_allclose(row.half_width_deg, NINETY * np.array([1, 2, 4]))
    assert "nan" not in certainty([row])


def test_biases_turns_and_witnesses_are_on_the_page(sure):
    text = text_of(page.render(sure))
    assert "right thigh +0.50 ± 0.07" in text
    assert "\N{MINUS SIGN}6.3 ± 2.2" in text
    assert "both sensors of a joint feel its centre move alike 120 0.87 3 %" in text
    assert "bias walk" not in text
    assert "After 8 steps the estimate stood still." in text


def test_the_tables_follow_the_body(sure):
    assert [row.segment for row in segment_rows(sure.body)] == list(sure.alignment)
    assert [row.name for row in term_rows(sure.body)] == ["gyroscope", "shared joint"]
    assert segment_rows(None) == term_rows(None) == []


def test_methods_that_do_not_know_draw_no_interval(estimate, sure):
    assert 'class="interval' not in page.render(estimate)
    assert "90 % interval" not in text_of(page.render(estimate))
    assert "what the optimiser found" not in page.render(estimate)
    assert page.render(sure).count('<polygon class="interval') == 9 * 2


def test_a_band_reaches_as_far_as_its_interval():
    flat = np.zeros((3, 101, 3))
    known = np.full((101, 3), np.deg2rad(10.0 / NINETY))
    svg = ElementTree.fromstring(plot_cycles({"hip_r": Cycles("hip_r", flat, known)})[0].svg)
    band = next(e for e in svg.iter("polygon") if e.get("class") == "interval r")
    y = np.array([float(pair.split(",")[1]) for pair in band.get("points").split()])
    ticks = {
        float(t.text.rstrip("°").replace("\N{MINUS SIGN}", "-")): float(t.get("y")) - 4
        for t in svg.iter("text")
        if "end" in t.get("class")
    }
    per_degree = (ticks[-10.0] - ticks[10.0]) / 20
    assert ticks[0.0] - y.min() == pytest.approx(10 * per_degree, abs=0.2)
    assert y.max() - ticks[0.0] == pytest.approx(10 * per_degree, abs=0.2)


def test_the_mean_stride_is_as_uncertain_as_its_strides(sure):
    cycles = cut_cycles(sure.angles, sure.contacts_s, sure.angles_sd_rad)
    np.testing.assert_allclose(cycles["knee_r"].error_sd_rad[50], np.deg2rad([1.0, 2.0, 4.0]))
    assert cut_cycles(sure.angles, sure.contacts_s)["knee_r"].error_sd_rad is None


def test_the_script_gets_the_deviations(sure):
    packed = packed_curves(sure.angles, {}, None, sure.angles_sd_rad)
    assert json.loads(json.dumps(packed)) == packed
    for i, plane in enumerate(("flexion", "adduction", "rotation")):
        back = unpack(packed["deviations"]["ankle"][plane]["l"])
        np.testing.assert_allclose(back, (1.0, 2.0, 4.0)[i], atol=0.006)
    assert packed_curves(sure.angles, {})["deviations"] == {}


def test_long_deviations_are_thinned_more_than_curves(sure, monkeypatch):
    monkeypatch.setattr(curves, "MOST_DEVIATIONS", 9_000)  # of 36,000
    packed = packed_curves(sure.angles, {}, None, sure.angles_sd_rad)
    assert (packed["rate_hz"], packed["deviations_rate_hz"]) == (100.0, 25.0)


def test_joints_that_do_not_belong_together_forbid_trust(sure, estimate):
    cycles = cut_cycles(sure.angles, sure.contacts_s)
    assert verdict(sure, cycles).level == "sound"
    bad = replace(estimate.findings[0], passed=False, check="agreement", subject="shared joint")
    assert verdict(replace(sure, findings=(*sure.findings, bad)), cycles).level == "doubt"


def test_what_the_optimiser_made_sure_is_no_caution_any_more(sure):
    """An alignment that was unsure at first counts as it is after the optimiser."""
    alignment = {s: replace(a, heading_sd_deg=25.0) for s, a in sure.alignment.items()}
    cycles = cut_cycles(sure.angles, sure.contacts_s)
    assert verdict(replace(sure, alignment=alignment), cycles).level == "sound"
    assert verdict(replace(sure, alignment=alignment, body=None), cycles).level == "care"


def test_an_interval_stands_in_the_readout_and_around_the_curve_script(sure):
    html = page.render(sure)
    assert "shade(pen, kind, who, x, y, width)" in html
    assert '"deviations": {"hip"' in html
