"""Numbers of people are those of people, and whatever is dropped is told with its reason."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.dataset.description import describe, groups, lengths_s
from kinefuse.dataset.exclusions import Exclusion
from kinefuse.dataset.outcomes import Outcome, write_report
from kinefuse.dataset.store import open_store, write_trial
from toy import puppet_trial


def put(folder, person, name="walk", seconds=1.0, faults=(), activity="walking", **about):
    trial = puppet_trial(person, name, seconds=seconds, activity=activity)
    write_trial(folder, replace(trial, faults=faults, provenance=about))


def told(folder, exclusions=()):
    steps = describe(open_store(folder), exclusions)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def folder(tmp_path):
    """Two women, one of them with two trials, a man, and somebody of whom nothing is known."""
    put(tmp_path, "a", sex="female", height_m=1.60, mass_kg=60.0, speed_m_s=1.2)
    put(tmp_path, "b", "one", sex="female", height_m=1.70, speed_m_s=1.0)
    put(tmp_path, "b", "two", seconds=2.0, sex="female", height_m=1.70, speed_m_s=1.4)
    put(tmp_path, "c", sex="male", height_m=1.80, speed_m_s=1.5)
    put(tmp_path, "d", "run", activity="running", seconds=0.5)
    return tmp_path


def test_people_are_counted_once_whatever_their_trials(folder):
    found = {(g.activity, g.who): g for g in groups(told(folder))}
    assert set(found) == {
        ("walking", "all"),
        ("walking", "female"),
        ("walking", "male"),
        ("running", "all"),
    }
    everybody = found["walking", "all"]
    assert (everybody.people, everybody.trials) == (3, 4)
    height = everybody.measures["height_m"]
    assert (height.mean, height.sd, height.known) == (pytest.approx(1.7), pytest.approx(0.1), 3)
    speed = everybody.measures["speed_m_s"]
    assert speed.mean == pytest.approx((1.2 + 1.2 + 1.5) / 3)
    assert everybody.measures["mass_kg"].known == 1
    assert np.isnan(everybody.measures["mass_kg"].sd)
    assert found["walking", "female"].people == 2
    assert found["running", "all"].measures["height_m"].known == 0


def test_people_of_one_sex_and_of_unknown_sex_have_no_empty_groups(tmp_path):
    put(tmp_path, "a", sex="male")
    assert [g.who for g in groups(told(tmp_path))] == ["all (male)"]
    put(tmp_path, "b")
    assert [g.who for g in groups(told(tmp_path))] == ["all", "male", "sex unknown"]


def test_what_a_file_says_nonsense_of_is_unknown(tmp_path):
    put(tmp_path, "a", sex="?", height_m="tall", mass_kg=None, missing="nothing")
    (fact,) = told(tmp_path)
    assert (fact.sex, fact.measures, fact.missing) == ("", {}, ())


def test_dropped_people_are_not_described_but_named(folder):
    put(folder, "e", faults=("swapped feet",), sex="male", height_m=2.2)
    write_report(
        folder,
        [
            Outcome(
                file="x.c3d",
                person="f",
                name="walk",
                activity="walking",
                seconds=0,
                left_out="truncated",
            ),
            Outcome(file="y.c3d", person="a", name="walk", activity="walking", seconds=1),
        ],
    )
    excluded = [Exclusion(person="c", trial="walk", reasons=("jumps",))]
    facts = {(f.person, f.name): f for f in told(folder, excluded)}
    reasons = {key: f.reasons for key, f in facts.items() if not f.kept}
    assert reasons == {
        ("e", "walk"): ("swapped feet",),
        ("f", "walk"): ("truncated",),
        ("c", "walk"): ("jumps",),
    }
    (everybody,) = (g for g in groups(facts.values()) if g.activity == "walking")
    assert (everybody.who, everybody.people) == ("all (female)", 2)


def test_a_trial_that_was_doubted_later_is_told_once(folder):
    put(folder, "e", faults=("no static trial",))
    outcome = Outcome(
        file="e.c3d",
        person="e",
        name="walk",
        activity="walking",
        seconds=0,
        left_out="no static trial",
    )
    write_report(folder, [outcome])
    assert [f.reasons for f in told(folder) if f.person == "e"] == [("no static trial",)]


def test_lengths_are_counted(folder):
    assert lengths_s(told(folder)) == {1.0: 3, 2.0: 1, 0.5: 1}


def test_what_a_recording_lacks_is_known(tmp_path):
    put(tmp_path, "a", missing=["thigh_l", "knee_l"])
    (fact,) = told(tmp_path)
    assert fact.kept
    assert fact.missing == ("thigh_l", "knee_l")
