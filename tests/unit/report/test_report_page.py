"""The page is whole, offline, honest about what is missing, and deaf to hostile names."""

import json
import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from chromium import CHROMIUM, FLAGS, needs_chromium
from html_pages import Checker, text_of
from kinefuse.anatomy.joints import JOINTS
from kinefuse.estimation import METHODS
from kinefuse.recordings import JointAngles
from kinefuse.report import page, write_report
from kinefuse.report.templating import duration, number, people
from known_angles import finding, sines


def test_the_page_is_well_formed(estimate, truth):
    assert Checker(page.render(estimate, truth)).tags.count("svg") == 9 + 6  # panels and legend


def test_nothing_is_fetched(estimate, truth):
    html = page.render(estimate, truth)
    without_data = re.sub(r'id="packed">.*?</script>', "", html, flags=re.S)
    assert re.findall(r"(?:https?:)?//[\w.]+", without_data) == []
    for tag, name, value in Checker(html).attributes:
        assert name not in ("src", "href", "srcset", "action"), (tag, name, value)
    assert "@import" not in html
    assert "url(" not in html
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(", html)


def test_the_verdict_comes_first(estimate):
    text = text_of(page.render(estimate))
    assert text.index("Nothing that was checked") < text.index("Over the gait cycle")
    assert "2 of 2 checks passed" in text


def test_every_joint_and_plane_is_there(estimate, truth):
    html = page.render(estimate, truth)
    packed = json.loads(re.search(r'id="packed">(.*?)</script>', html, re.S).group(1))
    names = {
        f"{kind}_{side}"
        for kind, planes in packed["curves"].items()
        for side in planes["flexion"]
        if len(side) == 1
    }
    assert names == set(JOINTS)
    assert list(packed["curves"]) == ["hip", "knee", "ankle"]
    for title in ("Hip flexion", "Ankle inversion", "Knee internal rotation"):
        assert title in html


def test_the_numbers_are_on_the_page(estimate, truth):
    text = text_of(page.render(estimate, truth))
    assert "18 strides, 1.00 s each, 120 steps a minute" in text
    assert "40.0° ± 0.0" in text  # range of the right hip
    assert "+20.0°" in text  # right minus left
    assert "+67 %" in text
    assert "2.0° 0.0° 1.00" in text  # RMSE, mean removed, correlation


def test_drawings_have_true_minus_signs_as_the_tables_do(estimate, truth):
    html = page.render(estimate, truth)
    assert re.search(">\N{MINUS SIGN}\\d+°</text>", html)
    assert not re.search(r">-[\d.]+°?</text>", html)


def test_without_a_truth_there_is_no_scoring(estimate):
    html = page.render(estimate)
    assert "Against the truth" not in html
    assert "truth_r" not in re.search(r'id="packed">(.*?)</script>', html, re.S).group(1)


def test_evidence_is_listed_failed_checks_first(estimate):
    bad = finding(passed=False, check="still pose", message="nobody stood still")
    text = text_of(page.render(replace(estimate, findings=(*estimate.findings, bad))))
    assert text.index("1 failed") < text.index("2 passed")
    assert "nobody stood still" in text
    assert "the maker" in text  # where the limit comes from
    assert "gravity while standing still" in text  # how it was aligned
    assert "± 5.0°" in text  # and how sure


def test_the_method_the_model_and_the_disagreement_are_named(estimate):
    text = text_of(page.render(replace(estimate, model_name="walking v1")))
    assert "No network was used." in text
    assert "walking v1" in text
    assert "network right hip 2.0° 2.0° 2.0°" in text


def test_every_method_is_explained():
    assert set(page.METHOD_WORDS) == set(METHODS)


def test_nobody_walking_still_makes_a_page(without_strides):
    html = page.render(without_strides)
    Checker(html)
    assert "No strides were found" in text_of(html)
    assert "nan" not in text_of(html).lower()


def test_gaps_make_dashes_not_nan(estimate, truth):
    for angles in estimate.angles.angles_rad.values():
        angles[:] = np.nan
    html = page.render(estimate, truth)
    assert "nan" not in text_of(html).lower()
    assert "NaN" not in re.search(r'id="packed">(.*?)</script>', html, re.S).group(1)


def test_one_joint_is_enough(estimate):
    one = JointAngles(rate_hz=100.0, angles_rad={"knee_l": estimate.angles.angles_rad["knee_l"]})
    text = text_of(page.render(replace(estimate, angles=one, contacts_s={"l": np.arange(9.0)})))
    assert "Knee flexion" in text
    assert "Hip" not in text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_names_are_only_text(estimate, hostile):
    bad = finding(passed=False, subject=hostile, message=hostile, source=hostile, check=hostile)
    sensor = replace(estimate.alignment["pelvis"], method=hostile, note=hostile)
    html = page.render(
        replace(
            estimate,
            session_name=hostile,
            activity=hostile,
            method=hostile,
            model_name=hostile,
            alternatives={hostile: estimate.angles},
            findings=(bad,),
            alignment={hostile: sensor},
            contacts_s=estimate.contacts_s,
        )
    )
    tags = Checker(html).tags
    assert tags.count("script") == 2
    assert "img" not in tags
    assert hostile not in html


def test_an_hour_stays_below_eight_megabytes(sure, tmp_path):
    hour = sines(3600.0)
    contacts = {"r": np.arange(0.0, 3590.0, 1.1), "l": np.arange(0.5, 3590.0, 1.1)}
    sd_rad = {name: np.abs(angles) / 9 + 0.01 for name, angles in hour.angles_rad.items()}
    long = replace(sure, angles=hour, alternatives={}, contacts_s=contacts, angles_sd_rad=sd_rad)
    write_report(long, tmp_path / "report.html", truth=hour)
    assert (tmp_path / "report.html").stat().st_size < 8e6


def test_a_failed_page_leaves_the_old_one(estimate, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    write_report(estimate, path)
    before = path.read_text(encoding="utf-8")
    monkeypatch.setattr(page, "render", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(estimate, path)
    assert path.read_text(encoding="utf-8") == before
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_an_old_page_is_replaced(estimate, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report(estimate, path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.26, "1.3"),
        (-0.5, "\N{MINUS SIGN}0.5"),
        (-0.04, "0.0"),
        (None, "\N{EN DASH}"),
        (float("nan"), "\N{EN DASH}"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(59.5, "59.5 s"), (600, "10.0 min"), (9000, "2.5 h"), (0.0, "0.0 s")]
)
def test_durations_are_written_for_people(seconds, text):
    assert duration(float(seconds)) == text


def test_one_is_a_person_and_several_are_people():
    assert [people(n) for n in range(3)] == ["0 people", "1 person", "2 people"]


@needs_chromium
def test_the_script_draws_in_a_browser(sure, truth, tmp_path):
    write_report(sure, tmp_path / "report.html", truth)
    flags = [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]
    opened = subprocess.run(
        [CHROMIUM, *flags, "--dump-dom", (tmp_path / "report.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert 'data-drawn="3"' in opened.stdout
    assert "Ankle dorsiflexion" in opened.stdout
    assert opened.stdout.count('button" aria-pressed="true"') == 1
