"""A disk that takes no more is told in a sentence, and work goes on once there is room again."""

import errno
import io
import math
import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kinefuse.app.refusals import NotNow
from kinefuse.whole_files import write_text

from .conftest import SMALL, Page, opened


class Disk:
    """Where records are written, until it is full; and how large it is."""

    full = False
    refused = 0
    size: float = math.inf
    least_free: float = math.inf

    def usage(self, workspace: Path) -> SimpleNamespace:
        taken = sum(path.stat().st_size for path in workspace.rglob("*") if path.is_file())
        self.least_free = min(self.least_free, self.size - taken)
        return SimpleNamespace(free=self.size - taken)

    def write(self, path: Path, text: str) -> None:
        if self.full:
            self.refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_text(path, text)


@pytest.fixture
def disk(monkeypatch) -> Disk:
    made = Disk()
    monkeypatch.setattr("kinefuse.app.store.write_text", made.write)
    monkeypatch.setattr("shutil.disk_usage", made.usage)
    return made


@pytest.fixture
def spared(tmp_path) -> Iterator[Page]:
    """A server that leaves 10,000 bytes of the disk free."""
    page = opened(tmp_path / "spared", replace(SMALL, spare_bytes=10_000))
    yield page
    page.runner.close()


def go_on(page, job: str) -> None:
    (page.store.folder(job) / "go on").touch()


def test_an_end_that_cannot_be_written_down_is_told_and_the_next_estimate_runs(page, disk):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    disk.full = True
    go_on(page, job)
    told = page.until(job, lambda record: record["state"] == "failed", patience_s=10)
    assert "disk" in told["trouble"]["sentence"]
    disk.full = False
    assert page.client.post(f"/api/jobs/{job}/reopen").status_code == 200
    for one in (job, page.recognised("walk.csv")):
        page.start(one)
        page.until(one, lambda record: record["state"] == "done")


def test_a_look_that_cannot_be_written_down_is_told_and_the_next_one_happens(page, disk):
    job = page.client.post("/api/jobs").json()["id"]
    page.put(job, "wait at recognise")
    page.client.post(f"/api/jobs/{job}/recognise")
    page.until(job, lambda record: record["step"])
    disk.full = True
    go_on(page, job)
    told = page.until(job, lambda record: record["trouble"], patience_s=10)
    assert "disk" in told["trouble"]["sentence"]
    assert (told["state"], told["look"]) == ("draft", None)
    disk.full = False
    assert page.client.post(f"/api/jobs/{job}/recognise").status_code == 200
    page.until(job, lambda record: record["checked"])


def test_an_end_that_cannot_be_written_down_for_another_reason_is_a_mistake(
    page, monkeypatch, caplog
):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])

    def broken(path: Path, _: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr("kinefuse.app.store.write_text", broken)
    go_on(page, job)
    told = page.until(job, lambda record: record["state"] == "failed", patience_s=10)
    assert told["trouble"]["reference"] in told["trouble"]["sentence"]
    assert told["trouble"]["reference"] in caplog.text


def waits(record) -> bool:
    """In the queue, and says that it is for room."""
    return record["state"] == "queued" and "room on the disk" in str(record["step"])


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Whether there is room again is looked at often."""
    monkeypatch.setattr("kinefuse.app.runner._LOOK_AGAIN_S", 0.1)


@pytest.mark.usefixtures("impatient")
def test_a_queue_that_cannot_be_written_down_waits_without_spinning(page, disk, caplog):
    busy, *queued = [page.recognised(f"wait at estimate {i}") for i in range(3)]
    for job in (busy, *queued):
        page.start(job)
    page.until(busy, lambda record: record["step"])
    disk.full = True
    for job in (busy, *queued):
        go_on(page, job)
    told = page.until(busy, lambda record: record["state"] == "failed", patience_s=10)
    assert "disk" in told["trouble"]["sentence"]
    page.until(queued[0], lambda record: record["step"], patience_s=10)
    time.sleep(0.3)  # a queue that spins fails two thousand times meanwhile
    assert disk.refused <= 10
    assert caplog.text.count("Traceback") == 1
    assert waits(page.job(queued[0]))
    assert (page.job(queued[1])["state"], page.job(queued[1])["step"]) == ("queued", None)
    disk.full = False
    for job in queued:
        page.until(job, lambda record: record["state"] == "done", patience_s=10)
        assert "estimate" in (page.store.folder(job) / "began.txt").read_text()


def test_a_lane_that_can_start_nothing_waits(page, monkeypatch):
    """Whatever the reason: here everything is always just being cancelled."""
    job, asked = page.recognised("walk.csv"), []

    def never(*_, **__):
        asked.append(1)
        raise NotNow("walk.csv", "cancelled", "this can be done while it is not")

    page.start(busy := page.recognised("wait at estimate"))
    page.until(busy, lambda record: record["step"])
    page.start(job)
    monkeypatch.setattr(page.store, "change", never)
    page.runner.stop(busy)
    time.sleep(0.3)
    assert 1 <= len(asked) <= 6


def test_a_request_that_a_full_disk_refuses_is_told_the_way_out(page, disk):
    job = page.recognised("walk.csv")
    disk.full = True
    answer = page.start(job)
    assert answer.status_code == 507
    assert "delete recordings" in answer.json()["sentence"]
    assert page.job(job)["state"] == "draft"


def test_a_recording_can_be_deleted_from_a_full_disk(page, disk):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    folder = page.store.folder(job)
    disk.full = True
    assert page.client.delete(f"/api/jobs/{job}").status_code == 204
    assert not folder.exists()


@pytest.mark.usefixtures("impatient")
def test_a_workspace_on_a_full_disk_opens_and_goes_on_once_there_is_room(page, disk, tmp_path):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    page.runner.close()
    disk.full = True
    go_on(page, job)
    again = opened(tmp_path / "workspace")
    try:
        again.until(job, lambda record: record["step"], patience_s=10)
        assert waits(again.job(job))
        disk.full = False
        again.until(job, lambda record: record["state"] == "done", patience_s=10)
    finally:
        again.runner.close()


def unannounced(size_bytes: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(size_bytes // 10_000):
        yield bytes(10_000)


def zipped(size_bytes: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("walk.csv", bytes(size_bytes))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("walk.csv", bytes(30_000)),
        ("walk.csv", unannounced(30_000)),
        ("walk.zip", zipped(30_000)),
        ("walk.zip", zipped(9_000) + bytes(15_000)),
    ],
)
def test_what_arrives_leaves_the_spare_room_free_and_nothing_of_it_is_kept(
    spared, disk, tmp_path, name, content
):
    job = spared.client.post("/api/jobs").json()["id"]
    before = sorted(tmp_path.rglob("*"))
    disk.size = 32_000
    answer = spared.put(job, name, content)
    assert answer.status_code == 507
    assert "delete recordings" in answer.json()["sentence"]
    assert sorted(tmp_path.rglob("*")) == before
    assert disk.least_free >= 10_000
    disk.size = 60_000
    assert spared.put(job, "walk.csv", bytes(30_000)).status_code == 200


@pytest.mark.usefixtures("impatient")
def test_an_estimate_begins_only_where_its_results_find_room(spared, disk):
    first, second = (spared.recognised(name) for name in ("walk.csv", "run.csv"))
    disk.size = 10_000
    for job in (first, second):
        spared.start(job)
    told = spared.until(first, waits, patience_s=10)
    assert told["step"]["message"] == "Waiting for room on the disk: 9.77 KiB are needed"
    assert "estimate" not in (spared.store.folder(first) / "began.txt").read_text()
    disk.size = math.inf
    for job in (first, second):
        assert spared.until(job, lambda record: record["state"] == "done", patience_s=10)
    began = [spared.job(job)["started_at"] for job in (first, second)]
    assert began == sorted(began)


@pytest.mark.usefixtures("impatient")
def test_deleting_another_recording_makes_room(spared, disk):
    old, new = (spared.recognised(name) for name in ("old.csv", "new.csv"))
    assert spared.put(old, "more.csv", bytes(30_000)).status_code == 200
    disk.size = 38_000
    spared.start(new)
    spared.until(new, waits, patience_s=10)
    assert spared.client.delete(f"/api/jobs/{old}").status_code == 204
    spared.until(new, lambda record: record["state"] == "done", patience_s=10)


def test_what_waits_for_room_can_be_cancelled(spared, disk):
    job = spared.recognised("walk.csv")
    disk.size = 10_000
    spared.start(job)
    spared.until(job, waits, patience_s=10)
    assert spared.client.post(f"/api/jobs/{job}/cancel").status_code == 200
    assert (spared.job(job)["state"], spared.job(job)["step"]) == ("cancelled", None)


def test_copies_for_readers_leave_the_spare_room_free(spared, disk, monkeypatch):
    """Where a file system knows no second name of a file."""

    def unknown(*_) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("os.link", unknown)
    job = spared.client.post("/api/jobs").json()["id"]
    assert spared.put(job, "walk.csv", bytes(9_000)).status_code == 200
    disk.size = 25_000
    assert spared.client.post(f"/api/jobs/{job}/recognise").status_code == 507
    disk.size = 35_000
    assert spared.client.post(f"/api/jobs/{job}/recognise").status_code == 200
