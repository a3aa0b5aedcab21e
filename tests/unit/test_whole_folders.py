"""A folder of results appears whole or not at all."""

import errno
from pathlib import Path

import pytest

from kinefuse.errors import NoPlace, WouldOverwrite
from kinefuse.whole_files import write_text, written_whole
from kinefuse.whole_folders import files_of, filled_folder, refuse_to_overwrite, replaced_folder


def fill(out, text="new", *, force=False, fail=False):
    with filled_folder(out, force=force) as folder:
        (folder / "angles.csv").write_text(text)
        if fail:
            raise ZeroDivisionError
        (folder / "report.html").write_text(text)


def contents(folder):
    return {p.name: p.read_text() for p in folder.iterdir()}


@pytest.mark.parametrize("where", ["out", "deep/er/out"])
def test_a_new_folder_is_made_with_everything(where, tmp_path):
    fill(tmp_path / where)
    assert contents(tmp_path / where) == {"angles.csv": "new", "report.html": "new"}
    assert [p.name for p in (tmp_path / where).parent.iterdir()] == ["out"]


def test_an_empty_folder_is_free(tmp_path):
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")
    assert len(contents(tmp_path / "out")) == 2


def test_a_failure_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError):
        fill(tmp_path / "out", fail=True)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_older_results_alone_even_by_force(tmp_path):
    fill(tmp_path / "out", "old")
    with pytest.raises(ZeroDivisionError):
        fill(tmp_path / "out", force=True, fail=True)
    assert contents(tmp_path / "out") == {"angles.csv": "old", "report.html": "old"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_taken_folder_is_refused_before_any_work(tmp_path):
    fill(tmp_path / "out", "old")
    with pytest.raises(WouldOverwrite, match="--force"):
        fill(tmp_path / "out", fail=True)
    assert contents(tmp_path / "out")["angles.csv"] == "old"


def test_force_replaces_results_and_touches_nothing_else(tmp_path):
    fill(tmp_path / "out", "old")
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    fill(tmp_path / "out", force=True)
    assert contents(tmp_path / "out") == {
        "angles.csv": "new",
        "report.html": "new",
        "thesis.txt": "mine",
    }


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_never_replaced_by_a_folder(force, tmp_path):
    (tmp_path / "out").write_text("precious")
    with pytest.raises(WouldOverwrite):
        refuse_to_overwrite(tmp_path / "out", force=force)


def test_a_replaced_folder_keeps_nothing_of_the_earlier_one(tmp_path):
    fill(tmp_path / "out", "old")
    with replaced_folder(tmp_path / "out") as folder:
        (folder / "log.md").write_text("new")
        assert contents(tmp_path / "out")["angles.csv"] == "old"
    assert contents(tmp_path / "out") == {"log.md": "new"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_could_not_be_replaced_is_what_it_was(tmp_path, monkeypatch):
    fill(tmp_path / "out", "old")
    rename = Path.rename

    def full(path, target):
        if ".partial" in path.name:
            raise OSError
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError), replaced_folder(tmp_path / "out") as folder:  # noqa: PT011
        (folder / "log.md").write_text("new")
    assert contents(tmp_path / "out") == {"angles.csv": "old", "report.html": "old"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_present_folder_will_do(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    fill(Path())
    assert len(contents(tmp_path / "here")) == 2


def test_files_that_belong_together_appear_together_beside_others(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "a.csv").write_text("old")
    with files_of(tmp_path) as folder:
        (folder / "a.csv").write_text("new")
        (folder / "b.html").write_text("new")
        assert (tmp_path / "a.csv").read_text() == "old"
    assert contents(tmp_path) == {"mine.txt": "mine", "a.csv": "new", "b.html": "new"}


def test_of_files_that_failed_none_appears(tmp_path):
    def half():
        with files_of(tmp_path / "out") as folder:
            (folder / "a.csv").write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert contents(tmp_path / "out") == {}


def test_a_new_folder_appears_by_one_rename(tmp_path):
    with filled_folder(tmp_path / "out", force=False) as beside:
        (beside / "angles.csv").write_text("new")
        written = beside.stat().st_ino
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out").stat().st_ino == written


@pytest.mark.parametrize("place", ["file/results", "file/deep/results"])
@pytest.mark.parametrize("write", [fill, lambda place: write_text(place, "result")])
def test_where_nothing_can_be_written_the_place_is_named_as_the_user_did(tmp_path, place, write):
    (tmp_path / "file").write_text("no folder")
    wanted = tmp_path / place
    with pytest.raises(NoPlace) as caught:
        write(wanted)
    assert str(caught.value).startswith(f"{wanted}: nothing can be written there")
    assert "partial" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_place_below_a_file_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("no folder")
    refuse_to_overwrite(tmp_path / "new" / "deep", force=False)
    with pytest.raises(NoPlace, match="file is no folder that you may write to"):
        refuse_to_overwrite(tmp_path / "file" / "deep" / "results", force=False)


def test_a_full_disk_is_not_taken_for_a_wrong_place(tmp_path):
    with pytest.raises(OSError, match="full") as caught, written_whole(tmp_path / "result"):
        raise OSError(errno.ENOSPC, "full", str(tmp_path / "result"))
    assert not isinstance(caught.value, NoPlace)
