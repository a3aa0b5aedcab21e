"""Which folders are sessions, and what they are called."""

import pytest

from kinefuse.study.sessions import SameSession, is_study, sessions_of

HEADER = ",".join(
    [
        "time_s",
        *(f"shank_r_{k}_{a}_{u}" for k, u in (("acc", "g"), ("gyr", "deg_s")) for a in "xyz"),
    ]
)


def recording(folder):
    folder.mkdir(parents=True)
    (folder / "walk.csv").write_text(HEADER + "\n")
    return folder


def names(paths, out):
    return [session.name for session in sessions_of(paths, out)]


def test_one_recording_is_no_study_and_a_folder_of_them_is(tmp_path):
    one = recording(tmp_path / "lab" / "ada")
    assert not is_study([one])
    assert is_study([tmp_path / "lab"])
    assert is_study([one, recording(tmp_path / "bob")])


def test_a_folder_of_nothing_or_a_file_is_no_study(tmp_path):
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    file = recording(tmp_path / "ada") / "walk.csv"
    assert not is_study([tmp_path / "empty"])
    assert not is_study([file])
    assert not is_study([tmp_path / "absent"])
    assert not is_study([])


def test_sessions_are_called_after_their_folders(tmp_path):
    for name in ("cleo", "ada", "bob"):
        recording(tmp_path / "lab" / name)
    assert names([tmp_path / "lab"], tmp_path / "out") == ["ada", "bob", "cleo"]


def test_equal_names_are_told_apart_by_the_folders_above(tmp_path):
    for person in ("s1", "s2"):
        recording(tmp_path / "lab" / person / "walk")
    assert names([tmp_path / "lab"], tmp_path / "out") == ["s1__walk", "s2__walk"]


def test_a_folder_without_a_recording_is_not_passed_over(tmp_path):
    recording(tmp_path / "lab" / "ada")
    (tmp_path / "lab" / "bob").mkdir()
    assert names([tmp_path / "lab"], tmp_path / "out") == ["ada", "bob"]


def test_results_within_are_not_taken_for_recordings(tmp_path):
    recording(tmp_path / "lab" / "ada")
    recording(tmp_path / "lab" / "results" / "ada")
    (tmp_path / "lab" / ".cache").mkdir()
    assert names([tmp_path / "lab"], tmp_path / "lab" / "results") == ["ada"]


def test_nothing_within_a_recording_is_another(tmp_path):
    recording(tmp_path / "lab" / "ada")
    recording(tmp_path / "lab" / "ada" / "older")
    assert names([tmp_path / "lab"], tmp_path / "out") == ["ada"]


def test_what_is_named_twice_is_refused(tmp_path):
    ada = recording(tmp_path / "ada")
    with pytest.raises(SameSession, match="named twice"):
        sessions_of([ada, ada], tmp_path / "out")


def test_a_description_makes_a_session_even_of_what_cannot_be_read(tmp_path):
    recording(tmp_path / "lab" / "ada")
    (tmp_path / "lab" / "bob" / "raw").mkdir(parents=True)
    (tmp_path / "lab" / "bob" / "session.toml").write_text("[sensors]\n")
    assert names([tmp_path / "lab"], tmp_path / "out") == ["ada", "bob"]
