"""On a phone what can wait is folded away; on a desk and on paper everything is there."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from kinefuse.report import compared_page, write_report
from kinefuse.report.compared import by_joint, compared
from kinefuse.report.results import read_result
from known_angles import finding
from result_folders import write_result

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 844}
UNSEEN = """() => [...document.querySelectorAll('table, .hint, figure, h2, h3')]
  .filter((part) => !part.matches('.screen, .narrow, #readout') && !part.checkVisibility())
  .map((part) => part.textContent.trim().slice(0, 40))"""
"""Beginnings of all that is on the page but not seen."""


@pytest.fixture
def recording(sure, truth, tmp_path):
    """The page of somebody in whom one check failed."""
    findings = (*sure.findings, finding(check="mounting", passed=False))
    write_report(replace(sure, findings=findings), tmp_path / "report.html", truth)
    return tmp_path / "report.html"


@pytest.fixture
def comparison(tmp_path):
    sides = [
        [read_result(write_result(tmp_path / f"{w}{i}", seed=i)) for i in range(3)] for w in "ab"
    ]
    groups = by_joint("before", sides[0]), by_joint("after", sides[1])
    found = compared(*groups, np.random.default_rng(0), paired=True)
    page = tmp_path / "compared.html"
    page.write_text(compared_page.render(found, against_truth=False), encoding="utf-8")
    return page


@pytest.fixture
def opened(browser):
    pages = []

    def open_page(path, size, **how):
        page = browser.new_page(viewport=size, **how)
        pages.append(page)
        page.goto(path.as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


def test_a_phone_shows_the_verdict_and_the_curves_and_folds_the_numbers(opened, recording):
    page = opened(recording, PHONE)
    assert page.evaluate("document.documentElement.scrollHeight") < 5000
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for seen in (".verdict", ".planes figure", "#charts canvas", "text=Research software"):
        assert page.locator(seen).first.is_visible(), seen
    assert page.get_by_text("1 failed").is_visible()
    assert page.get_by_role("row", name="mounting").is_visible()
    numbers = page.locator("details", has=page.get_by_role("heading", name="Range of motion"))
    assert not numbers.locator("table").is_visible()
    numbers.locator("summary").click()
    assert numbers.locator("table").is_visible()


def test_a_phone_has_flexion_of_all_joints_below_each_other_and_the_rest_beside(opened, recording):
    page = opened(recording, PHONE)
    boxes = [figure.bounding_box() for figure in page.locator(".planes figure").all()]
    flexion, adduction = boxes[::3], boxes[1::3]
    assert len({box["x"] for box in flexion}) == 1
    assert all(lower["y"] > upper["y"] + 200 for upper, lower in pairwise(flexion))
    assert all(box["x"] + box["width"] <= 390 for box in flexion)
    assert all(flexion[0]["width"] < box["x"] < 390 for box in adduction), "they peep out"
    page.evaluate("document.querySelector('.planes').scrollLeft = 10000")
    last = page.locator(".planes figure").last.bounding_box()
    assert last["x"] + last["width"] <= 390


@pytest.mark.parametrize("which", ["recording", "comparison"])
def test_a_desk_and_a_phone_without_scripts_fold_nothing(opened, request, which):
    path = request.getfixturevalue(which)
    desk = opened(path, DESK)
    assert desk.locator("details.fold:not([open])").count() == 0
    assert desk.locator("details.fold").count() > 1
    assert not desk.locator(".narrow").first.is_visible()
    without = opened(path, PHONE, java_script_enabled=False)
    assert without.locator("details.fold:not([open])").count() == 0


def test_a_phone_that_is_turned_arranges_itself(opened, recording):
    page = opened(recording, PHONE)
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_selector("details.fold[open]")
    assert page.locator("details.fold:not([open])").count() == 0
    page.set_viewport_size(PHONE)
    page.wait_for_selector("details.fold:not([open])", state="attached")
    assert page.locator("details.fold[open]").count() == 0


@pytest.mark.parametrize("which", ["recording", "comparison"])
def test_paper_has_all_that_a_phone_has_folded(opened, request, which):
    page = opened(request.getfixturevalue(which), PHONE)
    assert page.evaluate(UNSEEN)
    page.emulate_media(media="print")
    assert page.evaluate(UNSEEN) == []


def test_browsers_that_keep_folded_parts_from_paper_are_told_to_open_them(opened, recording):
    page = opened(recording, PHONE)
    closed = page.locator("details:not([open])").count()
    assert closed > 5
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == closed
