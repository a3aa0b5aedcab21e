"""``kinefuse simulate``: the same people again, whatever was interrupted."""

import numpy as np
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.cli.simulate import Crowd, simulated_store
from kinefuse.dataset.store import open_store, read_trial


def simulate(*words):
    return CliRunner().invoke(app, ["simulate", *(str(word) for word in words)])


def test_a_store_of_people_comes_whole_and_is_not_overwritten(tmp_path):
    out = tmp_path / "people"
    words = ("--out", out, "--people", 3, "--seconds", 5, "--activity", "running")
    ran = simulate(*words)
    assert ran.exit_code == 0, ran.output
    store = open_store(out)
    assert store.people == ("sim-r-000", "sim-r-001", "sim-r-002")
    assert all(entry.samples == 1000 and entry.rate_hz == 200 for entry in store.sound)
    assert [folder.name for folder in tmp_path.iterdir()] == ["people"]
    again = simulate(*words)
    assert again.exit_code == 2
    assert "already exists" in again.output


def test_stopped_it_goes_on_with_the_same_people(tmp_path):
    def store(name, stop_after):
        steps = simulated_store(tmp_path / name, Crowd("walking", 2, 5.0, 100.0, seed=4))
        for step in steps:
            if step.done == stop_after:
                return

    store("stopped", 1)
    assert not (tmp_path / "stopped").exists()
    store("stopped", 9)
    store("at_once", 9)
    for one, other in zip(
        open_store(tmp_path / "stopped").sound, open_store(tmp_path / "at_once").sound, strict=True
    ):
        first, second = read_trial(one.file), read_trial(other.file)
        assert first.person == second.person
        np.testing.assert_array_equal(
            first.imus["shank_l"].acc_m_s2, second.imus["shank_l"].acc_m_s2
        )


def test_people_of_a_larger_store_that_was_stopped_are_not_among_fewer(tmp_path):
    out = tmp_path / "people"
    for step in simulated_store(out, Crowd("walking", 3, 5.0, 100.0)):
        if step.done == 2:
            break
    for _ in simulated_store(out, Crowd("walking", 1, 5.0, 100.0)):
        pass
    assert open_store(out).people == ("sim-w-000",)


def test_an_unknown_activity_is_refused_and_leaves_nothing(tmp_path):
    ran = simulate("--out", tmp_path / "swimmers", "--activity", "swimming")
    assert ran.exit_code == 2
    assert "choose one of" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_smoothed_as_filmed_markers_are_nobody_lands_hard(tmp_path):
    """The sensors stay those of the poses: what is gone from one is gone from the other."""
    words = ("--people", 1, "--seconds", 5)
    assert simulate("--out", tmp_path / "felt", *words).exit_code == 0
    assert simulate("--out", tmp_path / "filmed", *words, "--low-pass", 12).exit_code == 0
    felt, filmed = (
        read_trial(open_store(tmp_path / name).sound[0].file) for name in ("felt", "filmed")
    )
    apart_deg = np.rad2deg(felt.angles.angles_rad["knee_r"] - filmed.angles.angles_rad["knee_r"])
    assert np.sqrt(np.mean(apart_deg**2)) < 0.5
    hard, soft = (
        np.abs(np.diff(t.imus["foot_r"].acc_m_s2[200:-200], axis=0)).max() for t in (felt, filmed)
    )
    assert soft < 15 < 20 < hard  # the published limit on a change of acceleration lies between
    assert filmed.provenance["low-pass, Hz"] == 12
