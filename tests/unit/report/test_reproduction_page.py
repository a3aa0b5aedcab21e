"""The page of a reproduction is whole, offline, and shows every number beside the published one."""

import base64
import re
from html import unescape

import polars as pl
import pytest

from html_pages import Checker, assert_offline, text_of
from kinefuse.report.reproduction import Dropped, Picture, Stage
from kinefuse.report.reproduction_page import render_reproduction, write_reproduction
from kinefuse.report.setting_words import setting
from made_up_reproduction import DRAWING, SVG, final, reproduction

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def page():
    return render_reproduction(reproduction())


def test_it_is_well_formed_and_fetches_nothing(page):
    assert_offline(page)
    assert re.findall(r"(?:https?:)?//[\w.]+", page) == []
    assert "<script" not in page


def test_it_fits_a_phone_and_the_dark(page):
    assert 'name="viewport"' in page
    assert "prefers-color-scheme: dark" in page
    assert "max-width: 620px" in page
    labelled = [value for _, name, value in Checker(page).attributes if name == "data-label"]
    assert "published recipe: network + optimisation" in labelled


def test_every_joint_plane_and_published_number_is_there(page):
    words = re.sub(r"\s+", " ", unescape(text_of(page)))
    for activity in ("Walking", "Running"):
        for score in ("raw", "calibrated (both means removed)"):
            assert f"{activity}, {score}" in words
    for published in ("4.70", "4.63", "3.05", "4.73", "4.94", "3.54"):
        assert words.count(published) == 3  # once a condition
    assert words.count("< 1.27 ± 0.38") == 3 * (1 + 2 * 3)  # headlines, and every joint
    assert "1.75 ± 1.00" in words
    assert "883 walkers" in words


def test_the_glance_comes_first_and_then_what_a_reader_has_to_know(page):
    text = text_of(page)
    order = ["At a glance", "What to know", "Final tables", "Searches", "People", "Pictures",
             "Stages"]  # fmt: skip
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)


def test_stages_say_what_they_took_read_and_wrote(page):
    text = text_of(page)
    for words in (
        "kinefuse prepare walking_meta.h5 --out stores/walking", "75.0 s",
        "1_Extracted/walking_meta.h5", "studies/walking_knee_cnn", "25.0 min",
        "gone on with after it was stopped", "26.2 min of work",
    ):  # fmt: skip
        assert words in text


def test_searches_say_what_they_came_to(page):
    text = text_of(page)
    assert "20 complete, 38 pruned, 2 failed" in text
    assert "trial 12: learning rate 0.00123, layers 2, width 40, bidirectional yes" in text
    assert text.count("4.20°") == 12


def test_a_picture_is_carried_along_and_cannot_run(page):
    (address,) = [v for tag, name, v in Checker(page).attributes if (tag, name) == ("img", "src")]
    packed = address.removeprefix("data:image/svg+xml;base64,")
    assert base64.b64decode(packed).decode() == DRAWING
    assert "figures/lengths.svg" in text_of(page)


def test_who_was_dropped_and_why_is_said(page):
    text = text_of(page)
    assert "1 trial was left out" in text
    assert re.search(r"walking s7 one too short", text)


def test_hostile_names_are_text():
    found = reproduction(
        title=HOSTILE,
        notes=[HOSTILE],
        stages=[Stage(name=HOSTILE, command=HOSTILE, seconds=1.0, reads=(HOSTILE,))],
        dropped=[Dropped(activity="walking", person=HOSTILE, trial='" onclick="x', reason="")] * 2,
        pictures=[Picture(title='" onload="x', path=HOSTILE, svg=SVG.format(HOSTILE))],
        final=final(answers=(('"><b>', "theta"), ("ours", "theta"))),
    )
    page = render_reproduction(found)
    checked = Checker(page)
    assert "script" not in checked.tags
    assert "b" not in checked.tags
    assert {name for _, name, _ in checked.attributes}.isdisjoint({"onclick", "onload"})
    assert "2 trials were left out" in text_of(page)


def test_a_page_with_nothing_but_scores_has_no_empty_sections():
    bare = reproduction(
        stages=[], searches=[], people=[], dropped=[], pictures=[], notes=[],
        final=final(joints=("knee",), people=("a",), activities=("walking",)),
    )  # fmt: skip
    text = text_of(render_reproduction(bare))
    for heading in ("Searches", "People", "Pictures", "Stages", "What to know", "of work"):
        assert heading not in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize("nothing", [final().clear(), pl.DataFrame()])
def test_a_reproduction_that_scored_nobody_says_so(nothing):
    text = text_of(render_reproduction(reproduction(final=nothing)))
    assert "Nothing was scored" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (False, "no"), (3, "3"), (5000, "5000"), (0.00123, "0.00123"),
     (0.99973, "0.99973"), (0.0, "0")],
)  # fmt: skip
def test_settings_keep_the_digits_that_count(value, text):
    assert setting(value) == text


def test_the_page_appears_whole(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("older")
    write_reproduction(reproduction(), file)
    assert file.read_text() == render_reproduction(reproduction())
    assert [f.name for f in tmp_path.iterdir()] == ["page.html"]
