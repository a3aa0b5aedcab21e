"""A search finishes what is asked for, goes on where it was stopped, counts nothing twice."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kinefuse.dataset.resampling import resampled_trial
from kinefuse.dataset.store import read_trial
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.metrics import rmse
from kinefuse.networks.limbs import pair_signals
from kinefuse.networks.saved_model import load_model
from kinefuse.search.driver import in_words, search, time_left
from kinefuse.search.engine_errors import NotAStudy, OtherStudy, SearchFailed
from kinefuse.search.outcomes import read_study
from kinefuse.search.task import Ended, run_trial
from small_searches import HereExecutor, puppet_store, small_plan


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return puppet_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def study(store, tmp_path_factory):
    """Three trials to their end."""
    folder = tmp_path_factory.mktemp("studies") / "knee"
    steps = list(search(small_plan(store, pruner="none"), folder, HereExecutor()))
    return read_study(folder), steps


def test_every_trial_is_a_model_with_its_outcome(study):
    found, _ = study
    assert [t.number for t in found.complete] == [0, 1, 2]
    assert (found.activity, found.joint, found.network) == ("walking", "knee", "cnn")
    for trial in found.trials:
        model = load_model(trial.folder)
        assert model.card.recipe == "published-search"
        assert (model.rate_hz, model.card.activity) == (200.0, "walking")
        assert set(model.card.networks) == {"knee_angles"}
        assert trial.iterations == 2 * trial.settings["iterations"]
        assert model.card.networks["knee_angles"].settings["layers"] == trial.settings["layers"]
        assert trial.history[-1][0] == trial.iterations
        assert trial.seconds > 0


def test_scores_are_those_of_the_model_on_its_people(study, store):
    """By another way: onnxruntime, and the store's own trials."""
    found, _ = study
    trial = found.best
    model = load_model(trial.folder)
    for errors, person in ((trial.validation, "p3"), (trial.test, "p4")):
        (entry,) = (e for e in store.entries if e.person == person)
        seen = resampled_trial(read_trial(entry.file), 200.0)
        legs = []
        for joint in ("knee_r", "knee_l"):
            answer = model.predict_angles(pair_signals(seen.imus, joint), "knee")
            legs.append(np.rad2deg(rmse(answer, seen.angles.angles_rad[joint])))
        assert set(errors) == {person}
        np.testing.assert_allclose(errors[person], np.mean(legs, axis=0), rtol=1e-3)
    assert trial.score_deg == pytest.approx(np.mean(list(trial.validation.values())))
    assert trial.score_deg == pytest.approx(trial.history[-1][1], rel=1e-4)
    assert trial.score_deg == min(t.score_deg for t in found.trials)


def test_progress_counts_trials_and_tells_the_best(study):
    found, steps = study
    assert (steps[-1].done, steps[-1].total) == (3, 3)
    assert steps[-1].best_deg == pytest.approx(found.best.score_deg)
    assert f"best {found.best.score_deg:.2f} deg" in steps[-1].message
    assert any("left" in step.message for step in steps)


def test_the_time_left_is_that_of_what_is_not_done_at_the_pace_of_this_driver():
    assert time_left(30.0, before=10, done=13, total=20) == ["about 70 s left"]
    assert time_left(30.0, before=10, done=10, total=20) == []  # no pace yet
    assert time_left(30.0, before=10, done=20, total=20) == []


def test_nothing_unfinished_is_left_behind(study):
    found, _ = study
    left = {f.name for f in found.folder.iterdir()}
    assert left <= {"study.json", "journal.log", "data", "drivers", "running", "trials"}
    assert [*found.folder.glob("drivers/*"), *found.folder.glob("running/*")] == []
    assert not [f for f in found.folder.rglob("*") if "partial" in f.name]


def test_stopped_it_goes_on_with_the_same_settings(store, tmp_path, study):
    whole, _ = study
    plan, folder = small_plan(store, pruner="none"), tmp_path / "stopped"
    steps = search(plan, folder, HereExecutor(slots=1))
    while "1 running" not in next(steps).message:
        pass
    steps.close()  # as Ctrl-C does
    list(search(plan, folder, HereExecutor()))
    found = read_study(folder)
    assert len(found.trials) == len(found.complete) == 3
    first = {json.dumps(t.settings, sort_keys=True) for t in found.trials}
    assert json.dumps(whole.trials[0].settings, sort_keys=True) in first


def test_a_finished_search_does_nothing_more_and_a_longer_one_goes_on(store, tmp_path):
    plan, folder = small_plan(store, trials=1), tmp_path / "s"
    list(search(plan, folder, HereExecutor()))
    idle = HereExecutor()
    list(search(plan, folder, idle))
    assert idle.submitted == []
    list(search(replace(plan, trials=2), folder, HereExecutor()))
    assert [t.number for t in read_study(folder).trials] == [0, 1]


def test_two_runs_of_one_seed_are_equal(store, tmp_path, study):
    whole, _ = study
    list(search(small_plan(store, pruner="none"), tmp_path / "s", HereExecutor()))
    again = read_study(tmp_path / "s")
    assert [t.settings for t in again.trials] == [t.settings for t in whole.trials]
    assert [t.score_deg for t in again.trials] == [t.score_deg for t in whole.trials]


def test_hopeless_trials_are_given_up(store, tmp_path):
    plan = small_plan(store, trials=6, pruner="halving")
    list(search(plan, tmp_path / "s", HereExecutor()))
    found = read_study(tmp_path / "s")
    pruned = [t for t in found.trials if t.state == "pruned"]
    assert len(found.trials) == 6
    assert pruned
    for trial in pruned:
        assert trial.folder is None
        assert trial.iterations < 2 * trial.settings["iterations"]
        assert trial.history[-1] == (trial.iterations, trial.score_deg)


def test_a_network_that_becomes_nan_is_given_up_even_without_pruning(store, tmp_path):
    calls = iter([Ended("pruned"), Ended("pruned")])
    executor = HereExecutor(work=lambda _: next(calls))
    list(search(small_plan(store, trials=2, pruner="none"), tmp_path / "s", executor))
    found = read_study(tmp_path / "s")
    assert [(t.state, t.score_deg, t.iterations) for t in found.trials] == [("pruned", None, 0)] * 2


def test_trial_after_trial_failing_ends_with_the_reason(store, tmp_path):
    executor = HereExecutor(work=lambda _: 1 // 0)
    with pytest.raises(SearchFailed, match=r"3 trials in a row.*division"):
        list(search(small_plan(store), tmp_path / "s", executor))
    found = read_study(tmp_path / "s")
    assert [t.state for t in found.trials] == ["failed"] * 3
    assert "division" in found.trials[0].fault
    list(search(small_plan(store, trials=1), tmp_path / "s", HereExecutor()))  # mended
    assert len(read_study(tmp_path / "s").trials) == 4


def test_what_the_user_must_mend_stops_at_once(store, tmp_path):
    executor = HereExecutor(work=lambda _: Ended("failed", fault="the data is gone."))
    with pytest.raises(KinefuseError, match="the data is gone"):
        list(search(small_plan(store), tmp_path / "s", executor))
    assert len(executor.submitted) == 1


def test_a_result_that_nobody_noted_is_not_computed_again(store, tmp_path):
    """The driver dies between a worker's end and its own note: the next one finds the result."""
    plan, folder = small_plan(store, trials=1, pruner="none"), tmp_path / "s"
    executor = HereExecutor()
    steps = search(plan, folder, executor)
    while not executor.queue:
        next(steps)
    (_, work, task), times = executor.queue[0], []
    work(task)
    assert (task.work / "result" / "outcome.json").exists()
    when = (task.work / "result" / "networks").stat().st_mtime_ns
    steps.close()
    list(search(plan, folder, HereExecutor(work=lambda t: times.append(t) or work(t))))
    (trial,) = read_study(folder).trials
    assert len(times) == 1
    assert (trial.folder / "networks").stat().st_mtime_ns == when
    assert trial.number == times[0].number != task.number


def test_another_study_in_the_folder_is_named(study, store, tmp_path):
    found, _ = study
    plan = small_plan(store, pruner="none")
    for other, word in (
        (replace(plan, seed=1), "seed"),
        (replace(plan, network="lstm"), "network, space, recipe"),
        (replace(plan, pruner="halving"), "pruning"),
        (replace(plan, scale=0.01), "iterations"),
    ):
        with pytest.raises(OtherStudy, match=word):
            list(search(other, found.folder, HereExecutor()))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").touch()
    with pytest.raises(NotAStudy, match="holds no study"):
        list(search(plan, tmp_path / "photos", HereExecutor()))


def test_a_worker_without_the_data_says_so(store, tmp_path):
    def lost(task):
        return run_trial(replace(task, data=tmp_path / "nowhere"))

    with pytest.raises(KinefuseError, match=r"nowhere.*cannot be read"):
        list(search(small_plan(store), tmp_path / "s", HereExecutor(work=lost)))
    with pytest.raises(UnreadableFile):
        read_study(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "5 s"), (89, "89 s"), (120, "2 min"), (9000, "2.5 h")]
)
def test_durations_are_said_as_people_say_them(seconds, said):
    assert in_words(seconds) == said
