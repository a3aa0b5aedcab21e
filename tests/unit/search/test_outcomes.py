"""What a search writes is what is read back, and every other file is refused with a way out."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.search.outcomes import (
    LAYOUT,
    STATES,
    STUDY_FILE,
    TrialOutcome,
    read_outcome,
    read_study,
    trial_folder,
    write_outcome,
)

ERRORS = st.tuples(*[st.floats(0, 90)] * 3)
FIELDS = st.fixed_dictionaries(
    {
        "number": st.integers(0, 10**6),
        "state": st.sampled_from(STATES),
        "settings": st.fixed_dictionaries(
            {"learning_rate": st.floats(1e-5, 1e-2), "layers": st.integers(1, 3)},
            optional={"bidirectional": st.booleans()},
        ),
        "score_deg": st.none() | st.floats(0, 90),
        "validation": st.dictionaries(st.text(), ERRORS, max_size=3),
        "test": st.dictionaries(st.text(), ERRORS, max_size=3),
        "iterations": st.integers(0, 10**4),
        "seconds": st.floats(0, 1e6),
        "history": st.lists(st.tuples(st.integers(0, 10**4), st.floats(0, 90))).map(tuple),
        "fault": st.text(),
    }
)


def study(folder, *outcomes):
    folder.mkdir()
    words = {"layout": LAYOUT, "activity": "walking", "joint": "knee", "network": "cnn"}
    (folder / STUDY_FILE).write_text(json.dumps(words))
    for outcome in outcomes:
        place = trial_folder(folder, outcome.number)
        place.mkdir(parents=True)
        write_outcome(place, outcome)
    return folder


def scored(number, score_deg, state="complete"):
    return TrialOutcome(number=number, state=state, settings={}, score_deg=score_deg)


@given(fields=FIELDS)
def test_what_goes_out_comes_back_equal(fields, tmp_path_factory):
    outcome = TrialOutcome(**fields)
    folder = tmp_path_factory.mktemp("trial")
    write_outcome(folder, outcome)
    place = folder if outcome.state == "complete" else None
    assert read_outcome(folder / "outcome.json") == replace(outcome, folder=place)
    assert [file.name for file in folder.iterdir()] == ["outcome.json"]


def test_the_best_is_the_complete_trial_of_the_lowest_score(tmp_path):
    trials = [scored(11, 5.0), scored(2, 4.0), scored(7, 4.0), scored(3, 1.0, "pruned")]
    found = read_study(study(tmp_path / "knee", *trials))
    assert [trial.number for trial in found.trials] == [2, 3, 7, 11]
    assert [trial.number for trial in found.complete] == [2, 7, 11]
    assert found.best is not None
    assert found.best.number == 2
    assert (found.name, found.joint, found.network) == ("knee", "knee", "cnn")
    assert found.best.folder == tmp_path / "knee" / "trials" / "00002"


def test_a_study_that_has_just_begun_has_no_best(tmp_path):
    found = read_study(study(tmp_path / "knee", scored(0, 3.0, "pruned")))
    assert found.complete == ()
    assert found.best is None


def test_a_trial_that_is_still_being_written_does_not_count(tmp_path):
    folder = study(tmp_path / "knee", scored(0, 3.0))
    trial_folder(folder, 0).rename(folder / "trials" / "00000.partial77")
    assert read_study(folder).trials == ()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "holds no study"),
        ("{", "not JSON"),
        ('{"layout": 99}', "another version"),
        (json.dumps({"layout": LAYOUT, "joint": "elbow"}), "about the joint 'elbow'"),
        (json.dumps({"layout": LAYOUT, "joint": "knee"}), "lacks 'activity'"),
    ],
)
def test_what_is_no_study_is_refused(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / STUDY_FILE).write_text(content)
    with pytest.raises(UnreadableFile, match=complaint):
        read_study(tmp_path)


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"validation": 3, "test": {}}'])
def test_a_damaged_outcome_is_named(tmp_path, damage):
    folder = study(tmp_path / "knee", scored(4, 3.0))
    (trial_folder(folder, 4) / "outcome.json").write_text(damage)
    with pytest.raises(UnreadableFile, match=r"00004/outcome\.json.*damaged"):
        read_study(folder)


def test_a_trial_has_one_of_four_states():
    with pytest.raises(UnknownChoice, match="complete, pruned, failed, running"):
        scored(1, 3.0, "lost")
