"""A disk that takes no more is told in a sentence, and work goes on once there is room again."""

import errno
import os
import time
from pathlib import Path

import pytest

from kinefuse.app.refusals import NotNow
from kinefuse.whole_files import write_text

from .conftest import opened


class Disk:
    """Where records are written, until it is full."""

    full = False
    refused = 0

    def write(self, path: Path, text: str) -> None:
        if self.full:
            self.refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_text(path, text)


@pytest.fixture
def disk(monkeypatch) -> Disk:
    made = Disk()
    monkeypatch.setattr("kinefuse.app.store.write_text", made.write)
    return made


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


def test_a_queue_that_cannot_be_written_down_is_told_once_and_does_not_spin(page, disk, caplog):
    busy, *queued = [page.recognised(f"wait at estimate {i}") for i in range(3)]
    for job in (busy, *queued):
        page.start(job)
    page.until(busy, lambda record: record["step"])
    disk.full = True
    go_on(page, busy)
    for job in queued:
        told = page.until(job, lambda record: record["state"] == "failed", patience_s=10)
        assert "disk" in told["trouble"]["sentence"]
    time.sleep(0.3)  # a queue that spins fails two thousand times meanwhile
    assert disk.refused <= 6
    assert caplog.text.count("Traceback") == 3
    disk.full = False
    assert page.client.post(f"/api/jobs/{queued[0]}/reopen").status_code == 200
    go_on(page, queued[0])
    page.start(queued[0])
    page.until(queued[0], lambda record: record["state"] == "done")


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


def test_a_workspace_on_a_full_disk_opens(page, disk, tmp_path):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    page.runner.close()
    disk.full = True
    again = opened(tmp_path / "workspace")
    try:
        told = again.until(job, lambda record: record["state"] == "failed")
        assert "disk" in told["trouble"]["sentence"]
    finally:
        again.runner.close()
