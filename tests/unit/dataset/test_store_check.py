"""Limits drop whom they find; comparisons look at, and drop, training people alone."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from kinefuse.dataset.store import open_store, write_trial
from kinefuse.dataset.store_check import check_store
from kinefuse.quality.limits import limits
from toy import puppet_trial


def checked(folder, name="published", training=(), extreme_share=None):
    chosen = limits(name)
    if extreme_share is not None:
        chosen = replace(chosen, extreme_share=extreme_share)
    steps = check_store(open_store(folder), chosen, training)
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def moving_less(trial, factor):
    """The same walk, the knees' angles shrunk: the range of motion is unlike others'."""
    angles = {
        j: (factor * a if j.startswith("knee") else a) for j, a in trial.angles.angles_rad.items()
    }
    return replace(trial, angles=replace(trial.angles, angles_rad=angles))


def impossible(trial):
    """Fails every published limit at once."""
    wild = np.random.default_rng(0)
    samples = trial.imus.samples
    hit = np.where(np.arange(samples)[:, None] % 5 == 0, 60.0, 0.0)
    sensors = {
        s: replace(
            imu,
            acc_m_s2=np.array([0, 9.8, 0]) + hit,
            gyr_rad_s=wild.uniform(-60, 60, (samples, 3)),
        )
        for s, imu in trial.imus.sensors.items()
    }
    angles = {j: wild.uniform(-1, 1, (samples, 3)) for j in trial.angles.angles_rad}
    return replace(
        trial,
        imus=replace(trial.imus, sensors=sensors),
        angles=replace(trial.angles, angles_rad=angles),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six walk alike, p7 and p8 hardly bend their knees."""
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for i in range(1, 7):
        write_trial(folder, puppet_trial(f"p{i}", seconds=5))
    for i in (7, 8):
        write_trial(folder, moving_less(puppet_trial(f"p{i}", seconds=5), 0.1))
    return folder


def test_three_people_and_sound_ones_lose_nobody(folder):
    everybody = tuple(f"p{i}" for i in range(1, 9))
    verdict, steps = checked(folder, training=everybody)
    assert verdict.exclusions() == ()
    assert verdict.compared == 8
    assert [(s.done, s.total) for s in steps] == [(i, 8) for i in range(1, 9)]
    few, _ = checked(folder, training=("p1", "p2", "p7"))
    assert few.exclusions() == ()


def test_only_training_people_are_compared_and_dropped(folder):
    share = 1 / 7  # one at either end of the seven
    trained = tuple(f"p{i}" for i in range(1, 8))
    verdict, _ = checked(folder, training=trained, extreme_share=share)
    dropped = {e.person: e.reasons for e in verdict.exclusions()}
    assert "p7" in dropped
    assert "p8" not in dropped  # as stiff, but scored on
    assert any(
        r.startswith("range of motion: knee_r flexion") and "smallest 14.3%" in r
        for r in dropped["p7"]
    )
    assert verdict.compared == 7


def test_people_who_are_not_trained_on_change_nothing(folder, tmp_path):
    trained = tuple(f"p{i}" for i in range(1, 8))
    before, _ = checked(folder, training=trained, extreme_share=1 / 7)
    for entry in open_store(folder).entries:
        if entry.person in trained:
            target = tmp_path / "trials" / entry.file.name
            target.parent.mkdir(exist_ok=True)
            target.symlink_to(entry.file)
    after, _ = checked(tmp_path, training=trained, extreme_share=1 / 7)
    assert after.exclusions() == before.exclusions()


def test_a_person_who_fails_every_check_is_named_and_not_compared(tmp_path):
    for i in range(1, 4):
        write_trial(tmp_path, puppet_trial(f"p{i}", seconds=5))
    write_trial(tmp_path, impossible(puppet_trial("wild", seconds=5)))
    verdict, _ = checked(tmp_path, training=("p1", "p2", "wild"), extreme_share=0.4)
    (wild,) = (v for v in verdict.trials if v.entry.person == "wild")
    assert len(wild.failed) == len(wild.findings) == 9
    assert wild.outliers == ()
    assert verdict.compared == 2
    assert [e.person for e in verdict.exclusions()] == ["wild"]
    left = open_store(tmp_path).without({(e.person, e.trial) for e in verdict.exclusions()})
    assert left.people == ("p1", "p2", "p3")


def test_walking_is_not_compared_with_running(tmp_path):
    for i in range(4):
        write_trial(tmp_path, puppet_trial(f"w{i}", seconds=5))
        write_trial(tmp_path, puppet_trial(f"r{i}", seconds=5, activity="running"))
    people = open_store(tmp_path).people
    verdict, _ = checked(tmp_path, training=people, extreme_share=1 / 4)
    knees = [r for e in verdict.exclusions() for r in e.reasons if "knee_r flexion" in r]
    assert len(knees) == 4  # one at either end of each activity
    assert all("of 4 training trials" in reason for reason in knees)


def test_our_limits_compare_nobody(folder):
    verdict, _ = checked(folder, "ours", training=("p1", "p7"))
    assert verdict.compared == 0


def test_what_was_kept_out_before_is_told_and_not_looked_at(tmp_path):
    write_trial(tmp_path, puppet_trial("p1", seconds=5))
    write_trial(tmp_path, replace(puppet_trial("p2", seconds=5), faults=("swapped feet",)))
    verdict, steps = checked(tmp_path)
    assert [e.person for e in verdict.unsound] == ["p2"]
    assert len(steps) == 1
    assert verdict.exclusions() == ()


def test_a_damaged_trial_is_dropped_with_its_reason_and_the_rest_goes_on(tmp_path):
    write_trial(tmp_path, puppet_trial("p1", seconds=5))
    file = write_trial(tmp_path, puppet_trial("p2", seconds=5))
    with h5py.File(file, "a") as h5:
        del h5["imus/foot_r/gyr_rad_s"]
    verdict, _ = checked(tmp_path)
    (exclusion,) = verdict.exclusions()
    assert exclusion.person == "p2"
    assert "incomplete" in exclusion.reasons[0]
