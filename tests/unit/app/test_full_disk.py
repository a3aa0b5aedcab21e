"""A disk that takes no more is told in a sentence, and work goes on once there is room again."""

import errno
import os
from pathlib import Path

import pytest

from kinefuse.whole_files import write_text


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
    page, disk, monkeypatch, caplog
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
