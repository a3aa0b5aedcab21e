"""Importance finds what mattered, also where a middle is best, and admits not to know."""

import numpy as np
import pytest

from kinefuse.report import importance as module
from kinefuse.report.importance import (
    FEWEST_FOR_PED,
    FEWEST_TRIALS,
    MEASURES,
    PED,
    SIMPLE,
    explained_ranks,
    importance,
)
from made_up_studies import Study, Trial, study


@pytest.fixture(params=[PED, SIMPLE])
def method(request, monkeypatch):
    if request.param == PED:
        pytest.importorskip("optuna")
    else:
        monkeypatch.setattr(module, "find_spec", lambda _: None)
    return request.param


def test_what_decided_comes_first(method):
    found = importance(study(trials=80))
    assert found.method == method
    assert next(iter(found.shares)) == "learning_rate"
    assert found.shares["learning_rate"] > 0.5
    assert sum(found.shares.values()) == pytest.approx(1)
    assert list(found.shares.values()) == sorted(found.shares.values(), reverse=True)


def test_a_setting_that_never_changed_is_not_ranked(method):
    assert method in MEASURES
    assert "window" not in importance(study(trials=80)).shares


def test_few_trials_say_nothing_and_some_say_a_little():
    assert importance(study(trials=FEWEST_TRIALS - 1)) is None
    assert importance(study(trials=FEWEST_TRIALS)).method == SIMPLE
    assert FEWEST_TRIALS < FEWEST_FOR_PED


def test_pruned_and_failed_trials_are_not_heard():
    whole = study(trials=80)
    finished = tuple(t for t in whole.trials if t.state == "complete")
    assert importance(whole) == importance(Study(trials=finished))


def trials(scores, **settings):
    return Study(
        trials=tuple(
            Trial(number=i, score_deg=score, settings={n: v[i] for n, v in settings.items()})
            for i, score in enumerate(scores)
        )
    )


def test_chance_is_not_importance():
    """Omega squared takes off what groups explain by chance; the mean over many is near nothing."""
    rng = np.random.default_rng(0)
    shares = [
        explained_ranks({"a": list(rng.uniform(size=40))}, rng.normal(size=40))["a"]
        for _ in range(300)
    ]
    assert np.mean(shares) < 0.04


def test_a_yes_or_no_that_decides_everything_explains_all_it_can():
    yes = [bool(i % 2) for i in range(12)]
    scores = np.array([3.0 + y for y in yes])
    assert explained_ranks({"on": yes}, scores)["on"] == pytest.approx(1)


def test_equal_scores_leave_nothing_to_explain(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert importance(trials([1.0] * 12, a=list(range(12)))) is None


def test_a_setting_that_some_trials_lack_is_left_out():
    rng = np.random.default_rng(1)
    made = trials(list(rng.normal(size=30)), a=list(rng.normal(size=30)))
    extra = Trial(number=30, score_deg=1.0, settings={"a": 0.5, "b": 2})
    assert list(importance(Study(trials=(extra, *made.trials))).shares) == ["a"]
