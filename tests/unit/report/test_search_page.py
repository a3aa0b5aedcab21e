"""The page of searches is whole, offline, and says when there is nothing to say."""

import re

import pytest

from html_pages import Checker, assert_offline, text_of
from kinefuse.report.search_page import BEST_SHOWN, render_searches
from kinefuse.report.search_summary import in_order, model_table
from made_up_studies import Study, Trial, study, trial


def page_of(*studies):
    found = in_order(studies)
    return render_searches(found, model_table(found))


@pytest.fixture(scope="module")
def page():
    few = study(name="hip_cnn", joint="hip", trials=5)
    return page_of(study(), study(name="knee_lstm", network="lstm"), few)


def test_it_is_well_formed_and_fetches_nothing(page):
    assert_offline(page)
    assert "<script" not in page
    assert re.findall(r"(?:https?:)?//[\w.]+", page) == []


def test_every_search_has_its_pictures(page):
    text = text_of(page)
    assert text.count("History") == 3
    assert text.count("Learning rate") == 3
    assert text.count("Importance:") == 2  # five trials tell nothing
    assert "too few finished trials to tell which setting mattered" in text
    places = [text.index(name) for name in ("hip_cnn", "knee_cnn", "knee_lstm")]
    assert places == sorted(places)


def test_links_lead_to_sections_of_the_page(page):
    attributes = Checker(page).attributes
    targets = {value for _, name, value in attributes if name == "id"}
    links = {value.removeprefix("#") for _, name, value in attributes if name == "href"}
    assert links <= targets
    assert len(links) == 3


def test_the_best_are_listed_with_validation_and_test(page):
    rows = re.findall(r'<th scope="row">trial \d+</th>', page)
    assert len(rows) == 3 * BEST_SHOWN
    assert "validation, 3 people" in text_of(page)
    assert "test, 2 people" in text_of(page)


def test_a_search_that_finished_nothing_says_so():
    running = Study(trials=(Trial(number=0, state="running"), Trial(number=1, state="failed")))
    page = page_of(running)
    assert "No trial is finished" in text_of(page)
    assert "nan" not in page.lower()
    Checker(page)


def test_without_test_people_their_columns_hold_dashes():
    alone = Study(trials=tuple(trial(i, 4.0 + i, test={}) for i in range(3)))
    page = page_of(alone)
    assert "test, 0 people" in text_of(page)
    assert "None" not in page


def test_hostile_names_are_text():
    name = '"><script>x</script>'
    hostile = Study(name=name, activity=name, trials=(trial(0, 4.0, settings={name: 1}),))
    checked = Checker(page_of(hostile))
    assert "script" not in checked.tags
