"""What is known survives everything but deletion."""

import os
from pathlib import Path

import pytest

from kinefuse.app.limits import Limits
from kinefuse.app.records import Said
from kinefuse.app.refusals import (
    FileGone,
    NoRoom,
    NoSuchThing,
    NotNow,
    TooBig,
    TooMany,
    WorkspaceInUse,
)
from kinefuse.app.store import JobStore
from kinefuse.app.workspace import default_workspace, held

LIMITS = Limits(file_bytes=100, job_bytes=150, job_files=3, jobs=2, spare_bytes=0)


@pytest.fixture
def store(tmp_path) -> JobStore:
    return JobStore(tmp_path, LIMITS)


def arrived(tmp_path: Path, size: int = 4) -> Path:
    path = tmp_path / f"arrived-{os.urandom(4).hex()}"
    path.write_bytes(b"x" * size)
    return path


def test_another_store_on_the_same_folder_knows_the_same(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("raw/a.csv", arrived(tmp_path))])
    said = Said(name="Läufer", sensors={"pelvis": "1"}, height_m=1.8)
    store.change(job.id, said=said, state="queued", queued_at=2.0)
    assert JobStore(tmp_path, LIMITS).all() == store.all()


def test_files_lie_under_numbers_and_are_laid_out_under_composed_names(store, tmp_path):
    job = store.create()
    store.add_files(
        job.id, [("raw/Läufer_Accel.trc", arrived(tmp_path, 5)), ("raw/b.csv", arrived(tmp_path))]
    )
    folder = store.folder(job.id)
    assert sorted(path.name for path in (folder / "files").iterdir()) == ["0001", "0002"]
    assert store.lay_out(job.id).came_in == "raw"
    assert sorted(path.name for path in (folder / "recording").iterdir()) == [
        "Läufer_Accel.trc",
        "b.csv",
    ]
    assert (folder / "recording" / "Läufer_Accel.trc").stat().st_size == 5


def test_a_file_and_a_folder_of_the_same_name_are_both_laid_out(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("walk", arrived(tmp_path, 5)), ("walk/x.csv", arrived(tmp_path, 7))])
    store.lay_out(job.id)
    laid_out = (store.folder(job.id) / "recording").rglob("*")
    assert sorted(path.stat().st_size for path in laid_out if path.is_file()) == [5, 7]


def test_a_file_of_the_same_name_replaces_the_earlier_one(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("a.csv", arrived(tmp_path, 5))])
    job = store.add_files(job.id, [("a.csv", arrived(tmp_path, 7))])
    assert [file.size_bytes for file in job.files] == [7]
    assert len(list((store.folder(job.id) / "files").iterdir())) == 1


def test_a_record_that_cannot_be_written_loses_no_file(store, tmp_path, monkeypatch):
    job = store.create()
    job = store.add_files(job.id, [("a.csv", arrived(tmp_path, 5))])

    def broken(*_) -> None:
        raise PermissionError

    monkeypatch.setattr("kinefuse.app.store.write_text", broken)
    with pytest.raises(PermissionError):
        store.add_files(job.id, [("a.csv", arrived(tmp_path, 7))])
    assert JobStore(tmp_path, LIMITS).get(job.id) == job
    (left,) = (store.folder(job.id) / "files").iterdir()
    assert left.stat().st_size == 5


def test_what_a_killed_server_left_of_files_goes_with_the_next_ones(store, tmp_path):
    job = store.create()
    folder = store.folder(job.id) / "files"
    (folder / "0007").touch()
    store.add_files(job.id, [("a.csv", arrived(tmp_path, 5))])
    assert [path.name for path in folder.iterdir()] == ["0001"]


def test_of_two_files_of_one_name_that_arrive_together_the_later_is_kept(store, tmp_path):
    job = store.create()
    job = store.add_files(
        job.id, [("a.csv", arrived(tmp_path, 5)), ("a.csv", arrived(tmp_path, 7))]
    )
    assert [file.size_bytes for file in job.files] == [7]
    (left,) = (store.folder(job.id) / "files").iterdir()
    assert left.stat().st_size == 7


def test_a_file_that_somebody_took_from_the_workspace_is_told(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("raw/a.csv", arrived(tmp_path)), ("raw/b.csv", arrived(tmp_path))])
    (store.folder(job.id) / "files" / "0002").unlink()
    with pytest.raises(FileGone, match=r"raw/b\.csv.*drop it again"):
        store.lay_out(job.id)
    store.add_files(job.id, [("raw/b.csv", arrived(tmp_path))])
    store.lay_out(job.id)


def test_new_files_make_what_was_recognised_void(store, tmp_path):
    job = store.create()
    store.change(job.id, said=Said(name="x"))
    assert store.add_files(job.id, [("a.csv", arrived(tmp_path))]).said is None


def test_a_file_taken_out_is_deleted_under_all_its_names_and_the_others_stay(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("a.csv", arrived(tmp_path, 5)), ("b.csv", arrived(tmp_path, 7))])
    store.lay_out(job.id)
    store.change(job.id, said=Said(name="x"), look="check")
    left = store.remove_file(job.id, 1)
    assert [(file.number, file.name) for file in left.files] == [(2, "b.csv")]
    assert (left.said, left.look) == (None, None)
    files = [path for path in store.folder(job.id).rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["0002", "job.json"]
    assert JobStore(tmp_path, LIMITS).get(job.id) == left
    with pytest.raises(NoSuchThing):
        store.remove_file(job.id, 1)


def test_a_file_that_comes_after_one_was_taken_out_overwrites_none(store, tmp_path):
    job = store.create()
    for name, size in (("a", 5), ("b", 6)):
        store.add_files(job.id, [(name, arrived(tmp_path, size))])
    store.remove_file(job.id, 1)
    store.add_files(job.id, [("c", arrived(tmp_path, 7))])
    sizes = [path.stat().st_size for path in (store.folder(job.id) / "files").iterdir()]
    assert sorted(sizes) == [6, 7]


def test_too_much_is_refused_and_nothing_of_it_kept(store, tmp_path):
    job = store.create()
    with pytest.raises(TooBig):
        store.add_files(job.id, [("a", arrived(tmp_path, 90)), ("b", arrived(tmp_path, 90))])
    with pytest.raises(TooMany):
        store.add_files(job.id, [(str(i), arrived(tmp_path, 1)) for i in range(4)])
    assert store.get(job.id).files == ()
    assert not list((store.folder(job.id) / "files").iterdir())


def test_a_workspace_holds_so_many_recordings(store):
    store.create(), store.create()
    with pytest.raises(TooMany):
        store.create()


def test_the_disk_is_never_filled(tmp_path):
    with pytest.raises(NoRoom):
        JobStore(tmp_path, Limits(spare_bytes=2**60)).create()


def test_a_change_that_does_not_fit_the_state_is_refused(store):
    job = store.create()
    with pytest.raises(NotNow):
        store.change(job.id, only=["running"], state="done")
    assert store.get(job.id).state == "draft"


def test_deleting_deletes_every_file(store, tmp_path):
    job = store.create()
    store.add_files(job.id, [("a.csv", arrived(tmp_path))])
    store.lay_out(job.id)
    store.delete(job.id)
    assert not list((tmp_path / "jobs").iterdir())
    assert JobStore(tmp_path, LIMITS).all() == ()
    with pytest.raises(NoSuchThing):
        store.get(job.id)


def test_half_a_deletion_is_finished_at_the_next_start(store, tmp_path):
    job = store.create()
    (store.folder(job.id) / "job.json").unlink()
    assert JobStore(tmp_path, LIMITS).all() == ()
    assert not list((tmp_path / "jobs").iterdir())


@pytest.mark.parametrize("text", ["", "{", '{"id": 1}', "\x00"])
def test_a_damaged_record_is_shown_as_such_and_can_be_deleted(store, tmp_path, text):
    job, whole = store.create(), store.create()
    (store.folder(job.id) / "job.json").write_text(text)
    again = JobStore(tmp_path, LIMITS)
    assert again.get(job.id).state == "failed"
    assert "damaged" in again.get(job.id).trouble.sentence
    assert again.get(whole.id) == store.get(whole.id)
    again.delete(job.id)


def test_other_folders_are_left_alone(tmp_path):
    (tmp_path / "jobs" / "holiday").mkdir(parents=True)
    assert JobStore(tmp_path).all() == ()
    assert (tmp_path / "jobs" / "holiday").exists()


def test_changes_are_told_once_and_deletions_too(store):
    start, _ = store.changed_since(0)
    job = store.create()
    seen, changed = store.changed_since(start)
    assert changed == {job.id: job}
    assert store.changed_since(seen)[1] == {}
    store.delete(job.id)
    assert store.changed_since(seen)[1] == {job.id: None}


def test_nobody_else_may_look_into_the_workspace(store, tmp_path):
    store.create()
    assert tmp_path.stat().st_mode & 0o077 == 0


def test_a_workspace_has_one_server_at_a_time(tmp_path):
    with held(tmp_path), pytest.raises(WorkspaceInUse, match="--workspace"), held(tmp_path):
        pass
    (tmp_path / "arriving-x").mkdir()
    with held(tmp_path):
        assert not (tmp_path / "arriving-x").exists()


def test_the_usual_workspace_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert default_workspace() == tmp_path / "kinefuse"
