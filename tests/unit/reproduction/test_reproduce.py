"""From a folder of extracted markers to the page: stopped, gone on with, and with what is there."""

import json
from dataclasses import replace

import polars as pl
import pytest

from kinefuse.dataset.splits import read_split
from kinefuse.errors import WouldOverwrite
from kinefuse.networks.saved_model import load_model
from kinefuse.recordings import ImuSession, JointAngles, SegmentPoses
from kinefuse.reproduction import learning
from kinefuse.reproduction.job import NoData, NothingLeft
from kinefuse.reproduction.records import OtherReproduction, record_of
from kinefuse.reproduction.reproduce import Busy, finish, opened
from kinefuse.reproduction.stages import STAGES, run_stage
from small_reproductions import TINY, job_for, people, run_all, write_data

WALKERS = people("walking", 4)


@pytest.fixture(scope="module")
def reproduced(tmp_path_factory):
    """Walkers only, stopped in the middle of the search."""
    folder = tmp_path_factory.mktemp("paper")
    write_data(folder, {"walking": WALKERS})
    search = next(stage for stage in STAGES if stage.name == "search")
    with opened(job_for(folder)) as job:
        run_all(job, STAGES[: STAGES.index(search)])
        for step in run_stage(search, job):
            if "lstm" in step.message:
                break
    stopped = record_of(job.places.records, "search")
    with opened(job_for(folder)) as job:
        run_all(job)
        finish(job)
    return job, stopped


def test_every_stage_is_done_and_what_was_done_before_the_stop_is_not_done_again(reproduced):
    job, stopped = reproduced
    assert not stopped.done
    assert stopped.runs == 1
    records = {stage.name: record_of(job.places.records, stage.name) for stage in STAGES}
    assert all(record.done for record in records.values())
    assert records["search"].runs == 2
    assert records["search"].seconds > stopped.seconds
    assert {name for name, record in records.items() if record.runs > 1} == {"search"}


def test_both_methods_are_scored_on_the_same_people_whom_nobody_has_seen(reproduced):
    job, _ = reproduced
    split = read_split(job.places.split("walking"), ["s1", "s2", "s3", "s4"])
    scores = pl.read_csv(job.places.results / "scores.csv")
    for method in ("published", "map"):
        of_method = scores.filter(pl.col("method") == method)
        assert set(of_method["person"]) == set(split.test)
        assert set(of_method["joint"]) == {"hip", "knee", "ankle"}
        assert set(of_method["condition"]) == {"aligned", "as worn"}
    model = load_model(job.places.model("walking", "published"))
    assert set(model.card.people["train"]) == set(split.train)
    targets = ("angles", "orientation")
    wanted = {f"{kind}_{target}" for kind in ("hip", "knee", "ankle") for target in targets}
    assert set(model.card.networks) == wanted
    assert set(model.card.joints["knee"]) == {"published"}


def test_tables_estimates_and_predictions_are_there(reproduced):
    job, _ = reproduced
    out = job.places.out
    for file in (
        "results/final_table.csv", "results/final_table.tex", "results/results.xlsx",
        "summary/summary.xlsx", "summary/summary.csv", "summary/summary.html",
        "people/walking/description.md", "people/walking/lengths.svg",
        "optimised/walking_published/errors.csv", "optimised/walking_ours/errors.csv",
    ):  # fmt: skip
        assert (out / file).stat().st_size > 0, file
    assert len(list((out / "orientation/walking/predictions/test").glob("*.h5"))) == 1
    assert len(list((out / "optimised/walking_ours").glob("*.h5"))) == 1


def test_the_page_shows_both_tables_the_stages_and_the_pictures(reproduced):
    job, _ = reproduced
    page = job.places.page.read_text()
    for words in (
        "walking_meta.h5",
        "lengths of trials",
        "ours, whole body",
        "published recipe",
        "in 2 runs",
    ):
        assert words in page, words
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_same_folder_is_not_used_for_anything_else(reproduced, tmp_path):
    job, _ = reproduced
    folder = job.places.out.parent
    with pytest.raises(OtherReproduction, match="another seed"), opened(job_for(folder, seed=3)):
        pass
    with opened(job_for(folder)), pytest.raises(Busy, match="at work"), opened(job_for(folder)):
        pass
    taken = job_for(folder)
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(WouldOverwrite), opened(replace(taken, places=type(taken.places)(tmp_path))):
        pass
    assert (tmp_path / "letters.txt").exists()


def test_a_folder_without_data_is_named(tmp_path):
    with (
        pytest.raises(NoData, match=r"walking_meta.h5 or running_meta.h5"),
        opened(job_for(tmp_path)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_too_few_people_are_said_and_the_other_activity_goes_on(tmp_path):
    write_data(tmp_path, {"walking": WALKERS[:3], "running": people("running", 2)})
    with opened(job_for(tmp_path)) as job:
        run_all(job, STAGES[:2])
        assert job.activities == ("walking",)
        notes = record_of(job.places.records, "check").notes
    assert any("running, ours: 2 people are sound. That is too few" in note for note in notes)


def test_nobody_to_go_on_with_ends_in_one_sentence(tmp_path):
    write_data(tmp_path, {"walking": WALKERS[:2]})
    with opened(job_for(tmp_path)) as job, pytest.raises(NothingLeft, match="At least three"):
        run_all(job, STAGES[:2])


def test_limits_that_would_drop_nearly_everybody_are_said_and_not_applied(tmp_path):
    """Landings as hard as no filmed marker's: beyond the published limit of acceleration."""
    from kinefuse.simulation.gait import simulate_one

    hard = [simulate_one(i, "walking", 0, seconds=8.0) for i in range(3)]
    write_data(tmp_path, {"walking": hard})
    with opened(job_for(tmp_path)) as job:
        run_all(job, STAGES[:2])
        notes = record_of(job.places.records, "check").notes
        assert job.activities == ("walking",)
    assert any("would drop 3 of 3 people" in note and "acceleration" in note for note in notes)


def only(trial, segments, joints):
    """What is known of some segments and joints."""
    kept = {s: imu for s, imu in trial.imus.sensors.items() if s in segments}
    return replace(
        trial,
        imus=ImuSession(name=trial.imus.name, sensors=kept),
        poses=SegmentPoses(
            rate_hz=trial.poses.rate_hz,
            R_world_segment={s: trial.poses.R_world_segment[s] for s in segments},
            origin_m={s: trial.poses.origin_m[s] for s in segments},
        ),
        angles=JointAngles(
            rate_hz=trial.angles.rate_hz,
            angles_rad={j: trial.angles.angles_rad[j] for j in joints},
        ),
    )


def test_one_joint_of_one_leg_is_enough(tmp_path):
    segments, joints = ("pelvis", "thigh_r", "shank_r", "foot_r"), ("knee_r",)
    write_data(tmp_path, {"walking": [only(t, segments, joints) for t in WALKERS[:3]]})
    with opened(job_for(tmp_path)) as job:
        run_all(job)
        finish(job)
        assert job.kinds("walking") == ("knee",)
    scores = pl.read_csv(job.places.results / "scores.csv")
    assert set(scores["joint"]) == {"knee"}
    assert set(scores["side"]) == {"r"}
    notes = " ".join(json.loads((job.places.records / "prepare.json").read_text())["notes"])
    assert "lacks" in notes


def test_without_any_foot_ours_goes_on_alone(tmp_path):
    """The published alignment needs touchdowns; ours does not."""
    segments, joints = ("thigh_r", "shank_r"), ("knee_r",)
    write_data(tmp_path, {"walking": [only(t, segments, joints) for t in WALKERS[:3]]})
    with opened(job_for(tmp_path)) as job:
        run_all(job)
        finish(job)
        assert job.recipes("walking") == ("ours",)
    notes = " ".join(record_of(job.places.records, "check").notes)
    assert "published: 0 people are sound" in notes
    scores = pl.read_csv(job.places.results / "scores.csv")
    assert set(scores["method"]) == {"map"}


def test_a_joint_nobody_could_search_is_left_out_of_the_model(reproduced, tmp_path, monkeypatch):
    """An interrupted study, say: the model has the other joints."""
    job, _ = reproduced
    asked = []
    monkeypatch.setattr(learning, "write_best", lambda ranking, *_: asked.append(set(ranking)))
    places = replace(job.places)
    blind = replace(job, places=places)
    monkeypatch.setattr(
        type(places), "model", lambda _, activity, recipe: tmp_path / f"{activity}_{recipe}"
    )
    inner = type(places).study
    monkeypatch.setattr(
        type(places),
        "study",
        lambda self, a, joint, n: tmp_path / n if joint == "hip" else inner(self, a, joint, n),
    )
    list(learning.choose_best(blind, []))
    assert asked == [{"knee", "ankle"}]


def test_the_budget_of_the_paper_is_the_paper_s():
    from kinefuse.reproduction.budget import budget

    paper = budget("paper")
    assert paper.trials == {"cnn": 300, "lstm": 200}
    assert (paper.iterations, paper.orientation_iterations) == (1.0, 10_000)
    assert TINY.in_words.startswith("'tiny': 1 CNNs and 1 LSTMs")
