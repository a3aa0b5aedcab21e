"""What a watcher does to the page, and what the page then shows."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from chromium import until
from kinefuse.alignment import SegmentAlignment
from kinefuse.recordings import JointAngles
from kinefuse.simulation.body import Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from kinefuse.viewer import write_view
from kinefuse.viewer.recording_data import motion_of, recording_data
from made_up_estimates import made_up_estimate
from walker import RATE_HZ

MINUS = "\u2212"
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def found(walker):
    made = made_up_estimate(walker, part=slice(0, 1200), height_m=1.8)
    sds = {joint: 0.02 + 0.05 * np.abs(a) for joint, a in made.angles.angles_rad.items()}
    return replace(made, angles_sd_rad=sds)


@pytest.fixture(scope="module")
def written(found, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "view.html"
    off = {joint: a + 0.1 for joint, a in found.angles.angles_rad.items()}
    truth = JointAngles(rate_hz=found.angles.rate_hz, angles_rad=off)
    write_view(found, path, truth, height_m=1.8)
    return path


@pytest.fixture
def opened(browser, written):
    pages = []

    def open_page(size="desk", scheme="light"):
        width, height = SIZES[size]
        viewport = {"width": width, "height": height}
        page = browser.new_page(viewport=viewport, color_scheme=scheme)
        pages.append(page)
        page.goto(written.as_uri())
        until(page, "timesDrawn() > 0 && Boolean(document.querySelector('.values span'))")
        settle(page)
        return page

    yield open_page
    for page in pages:
        page.close()


def worn_on(segment):
    return SegmentAlignment(
        segment=segment,
        R_segment_sensor=np.eye(3),
        method="",
        tilt_sd_deg=2.0,
        heading_sd_deg=5.0,
    )


def settle(page):
    """Until the scene is drawn as it will stay."""
    page.wait_for_timeout(150)
    drawn, end = -1, time.monotonic() + 20
    while drawn != (drawn := page.evaluate("timesDrawn()")):
        assert time.monotonic() < end, "it is drawn again and again"
        page.wait_for_timeout(100)


def shown_s(page):
    return float(page.inner_text("#time").split()[0])


def cursor_share(page, plane=0):
    """Where the cursor of a chart stands, between its left and its right end."""
    return page.evaluate(
        """plane => {
            const over = document.querySelectorAll('.u-over')[plane].getBoundingClientRect();
            const now = document.querySelectorAll('.now')[plane].getBoundingClientRect();
            return ((now.left + now.right) / 2 - over.left) / over.width;
        }""",
        plane,
    )


def body(page):
    """The drawn scene, without the switches that lie over it."""
    return page.locator("#stage").screenshot(style=".overlay { visibility: hidden }")


def test_scrubbing_moves_the_body_and_the_curves(opened, found):
    page = opened()
    before = body(page)
    page.fill("#scrub", "7.3")
    settle(page)
    assert shown_s(page) == pytest.approx(7.3)
    assert body(page) != before
    for plane in range(3):
        assert cursor_share(page, plane) == pytest.approx((7.3 - 5) / 5, abs=0.01)
    said = page.inner_text(".chart:nth-child(1) .values .r")
    expected = np.rad2deg(found.angles.angles_rad["knee_r"][round(7.3 * RATE_HZ), 0])
    number = re.search(MINUS + r"?[\d.]+", said)
    assert number
    assert float(number[0].replace(MINUS, "-")) == pytest.approx(expected, abs=0.1)


def test_a_press_on_a_curve_moves_the_body(opened):
    page = opened()
    before = body(page)
    over = page.locator(".u-over").nth(1).bounding_box()
    page.mouse.click(over["x"] + 0.6 * over["width"], over["y"] + over["height"] / 2)
    settle(page)
    assert shown_s(page) == pytest.approx(3.0, abs=0.03)
    assert float(page.input_value("#scrub")) == pytest.approx(3.0, abs=0.03)
    assert cursor_share(page) == pytest.approx(0.6, abs=0.01)
    assert body(page) != before


def test_another_joint_has_other_curves(opened):
    page = opened()
    before = page.locator("#charts").screenshot()
    page.click("#joints button:has-text('ankle')")
    settle(page)
    assert page.inner_text(".chart:nth-child(1) p span") == "Dorsiflexion"
    assert page.locator("#charts").screenshot() != before


def test_the_ghost_goes_and_comes(opened):
    page = opened()
    page.uncheck("#ghost")
    page.check("#ghost")  # so that the mouse is over the switch in all pictures
    settle(page)
    both = body(page)
    page.uncheck("#ghost")
    settle(page)
    alone = body(page)
    assert alone != both
    page.check("#ghost")
    settle(page)
    assert body(page) == both


def test_what_is_not_there_has_neither_switch_nor_key(browser, found, tmp_path):
    worn = {"thigh_r": worn_on("thigh_r")}
    write_view(replace(found, alignment=worn), tmp_path / "all.html", truth=found.angles)
    write_view(replace(found, angles_sd_rad=None), tmp_path / "nothing.html")
    asked = ("#ghost-switch", "#truth-note", "#band-note", "#boxes-switch")
    for name, shown in ("all.html", True), ("nothing.html", False):
        page = browser.new_page()
        page.goto((tmp_path / name).as_uri())
        until(page, "timesDrawn() > 0")
        assert {part: page.is_visible(part) for part in asked} == dict.fromkeys(asked, shown)
        page.close()


def test_keys_do_what_the_help_line_says(opened):
    page = opened()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert shown_s(page) == pytest.approx(1.0)
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.keyboard.press(",")
    settle(page)
    assert float(page.input_value("#scrub")) == pytest.approx(1 + 1 / RATE_HZ)
    corner = body(page)
    page.keyboard.press("2")
    settle(page)
    assert body(page) != corner
    page.keyboard.press("1")
    settle(page)
    assert body(page) == corner
    page.keyboard.press("Space")
    until(page, "Number(document.getElementById('scrub').value) > 1.3")
    page.keyboard.press("Space")
    settle(page)
    assert page.inner_text("#play") == "▶"


def test_a_page_at_rest_draws_nothing(opened):
    page = opened()
    drawn = page.evaluate("timesDrawn()")
    page.wait_for_timeout(400)
    assert page.evaluate("timesDrawn()") == drawn
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.evaluate("timesDrawn()") == drawn + 1


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_window(opened, size):
    page = opened(size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_dark_is_followed_and_changed_by_the_button(opened):
    page = opened(scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(20, 23, 27)"
    dark = body(page), page.locator("#charts").screenshot()
    page.click("#theme")
    settle(page)
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert body(page) != dark[0]
    assert page.locator("#charts").screenshot() != dark[1]


def test_orientations_turn_the_drawn_segments(opened, found):
    page = opened()
    assert found.orientations
    tilted = motion_of(found).R_world_segment
    assert tilted["foot_r"] is found.orientations.R_world_segment["foot_r"]
    expected = points_from_pelvis_m(tilted, Body(height_m=1.8))
    for sample in (0, 700):
        points = page.evaluate(f"pointsAt({sample / RATE_HZ})")
        for side in "rl":
            np.testing.assert_allclose(
                points["origins"][f"foot_{side}"],
                expected[f"ankle_{side}"][sample],
                atol=5e-4,
            )


def test_an_hour_is_thinned_and_the_page_says_so(browser, found, tmp_path):
    times = 360_000 // found.angles.samples
    angles = {j: np.tile(a, (times, 1)) for j, a in found.angles.angles_rad.items()}
    hour = replace(
        found,
        angles=JointAngles(rate_hz=100.0, angles_rad=angles),
        angles_sd_rad=None,
        orientations=None,
        contacts_s={"r": np.arange(0.5, 3600, 1.1), "l": np.arange(1.0, 3600, 1.1)},
    )
    said = recording_data(hour)
    assert said["rate_hz"] == pytest.approx(100 / 3)
    write_view(hour, tmp_path / "view.html")
    assert (tmp_path / "view.html").stat().st_size < 24e6
    page = browser.new_page()
    page.goto((tmp_path / "view.html").as_uri())
    until(page, "timesDrawn() > 0")
    assert "thinned for this page from 100 to 33.3 samples a second" in page.inner_text("#facts")
    assert float(page.get_attribute("#scrub", "max")) == pytest.approx(3600 - 0.02)
    page.close()
