"""Computations start in order, can be stopped, may die, and begin again."""

import os
import time
from contextlib import suppress

import pytest

from kinefuse.app.runner import Runner

from .conftest import opened


def began(page, job, task="estimate"):
    """When and as which process a task began, each time it did."""
    lines = (page.store.folder(job) / "began.txt").read_text().splitlines()
    return [(int(pid), float(at)) for word, pid, at in map(str.split, lines) if word == task]


def lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def gone(pid: int) -> bool:
    end = time.monotonic() + 10
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not lives(pid)


def test_progress_is_seen_on_the_way(page):
    job = page.recognised("wait at estimate")
    page.start(job)
    running = page.until(job, lambda record: record["step"])
    assert running["state"] == "running"
    assert running["step"] == {"done": 1, "total": 4, "message": "Half of it"}
    (page.store.folder(job) / "go on").touch()
    assert page.until(job, lambda record: record["state"] == "done")["step"] is None


def test_estimates_run_one_after_the_other_in_the_order_asked_for(page):
    first, second, third = (page.recognised(f"wait at estimate {i}") for i in range(3))
    for job in (second, first, third):
        page.start(job)
    page.until(second, lambda record: record["step"])
    assert [page.job(job)["state"] for job in (second, first, third)] == [
        "running",
        "queued",
        "queued",
    ]
    for job in (second, first, third):
        (page.store.folder(job) / "go on").touch()
    page.until(third, lambda record: record["state"] == "done")
    starts = [began(page, job)[0][1] for job in (second, first, third)]
    assert starts == sorted(starts)


def test_files_are_looked_at_while_an_estimate_runs(page):
    busy = page.recognised("wait at estimate")
    page.start(busy)
    page.until(busy, lambda record: record["step"])
    assert page.job(page.recognised("walk.csv"))["checked"]
    assert page.job(busy)["state"] == "running"


def test_a_running_estimate_can_be_cancelled_and_its_process_is_gone(page):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    assert page.client.post(f"/api/jobs/{job}/cancel").status_code == 200
    assert page.job(job)["state"] == "cancelled"
    assert gone(began(page, job)[0][0])
    assert page.client.post(f"/api/jobs/{job}/reopen").status_code == 200
    (page.store.folder(job) / "go on").touch()
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")


def test_a_queued_estimate_can_be_cancelled_and_never_starts(page):
    first, second = page.recognised("wait at estimate"), page.recognised("walk.csv")
    page.start(first), page.start(second)
    page.until(first, lambda record: record["step"])
    page.client.post(f"/api/jobs/{second}/cancel")
    (page.store.folder(first) / "go on").touch()
    page.until(first, lambda record: record["state"] == "done")
    assert page.job(second)["state"] == "cancelled"
    assert not began(page, second)


@pytest.mark.parametrize("state", ["draft", "queued", "running", "done"])
def test_deleting_ends_and_deletes_everything(page, state):
    job = page.recognised("wait at estimate")
    if state != "draft":
        if state == "queued":
            busy = page.recognised("wait at estimate too")
            page.start(busy)
            page.until(busy, lambda record: record["step"])
        page.start(job)
    if state == "done":
        (page.store.folder(job) / "go on").touch()
    page.until(job, lambda record: record["state"] == state)
    folder = page.store.folder(job)
    assert page.client.delete(f"/api/jobs/{job}").status_code == 204
    assert not folder.exists()
    assert job not in [record["id"] for record in page.client.get("/api/jobs").json()]


@pytest.mark.parametrize("task", ["recognise", "check", "estimate"])
def test_a_users_mistake_is_shown_as_its_sentence(page, task):
    job = page.recognised(f"refuse at {task}")
    if task == "estimate":
        page.start(job)
    found = page.until(job, lambda record: record["trouble"])
    assert found["trouble"] == {"sentence": "the file is empty; record again.", "reference": None}
    assert found["state"] == ("failed" if task == "estimate" else "draft")


@pytest.mark.parametrize("task", ["recognise", "check", "estimate"])
def test_a_process_that_dies_is_a_mistake_with_a_reference(page, task, caplog):
    job = page.recognised(f"die at {task}")
    if task == "estimate":
        page.start(job)
    trouble = page.until(job, lambda record: record["trouble"])["trouble"]
    assert trouble["reference"] in trouble["sentence"]
    assert trouble["reference"] in caplog.text


def test_a_description_changed_during_a_check_is_checked_anew(page):
    job = page.client.post("/api/jobs").json()["id"]
    page.put(job, "wait at check")
    page.client.post(f"/api/jobs/{job}/recognise")
    waiting = page.until(job, lambda record: record["look"] == "check" and record["step"])
    said = waiting["said"] | {"name": "other"}
    page.client.put(f"/api/jobs/{job}/said", json=said)
    (page.store.folder(job) / "go on").touch()
    assert page.until(job, lambda record: record["checked"])["checked"]["of"] == said


def test_files_that_come_late_disturb_no_estimate(page):
    job = page.recognised("wait at estimate")
    page.start(job)
    page.until(job, lambda record: record["step"])
    assert page.put(job, "late.csv").status_code == 409
    assert lives(began(page, job)[0][0])
    (page.store.folder(job) / "go on").touch()
    page.until(job, lambda record: record["state"] == "done")


def test_files_that_come_while_others_are_looked_at_are_looked_at_too(page):
    job = page.client.post("/api/jobs").json()["id"]
    page.put(job, "wait at recognise")
    page.client.post(f"/api/jobs/{job}/recognise")
    page.until(job, lambda record: record["step"])
    page.put(job, "more.csv")
    assert gone(began(page, job, "recognise")[0][0])
    (page.store.folder(job) / "go on").touch()
    page.client.post(f"/api/jobs/{job}/recognise")
    page.until(job, lambda record: record["checked"])
    names = sorted(path.name for path in (page.store.folder(job) / "recording").iterdir())
    assert names == ["more.csv", "wait at recognise"]


def test_a_process_that_cannot_be_started_is_told(page):
    job = page.recognised("walk.csv")
    page.runner.close()
    runner = Runner(page.store, ("/no/such/program",))
    try:
        page.start(job)
        trouble = page.until(job, lambda record: record["state"] == "failed")["trouble"]
    finally:
        runner.close()
    assert trouble["reference"] in trouble["sentence"]


def test_a_new_server_goes_on_where_the_old_one_was(page, tmp_path):
    running, queued = page.recognised("wait at estimate"), page.recognised("walk.csv")
    page.start(running), page.start(queued)
    page.until(running, lambda record: record["step"])
    page.runner.close()
    assert gone(began(page, running)[0][0])
    (page.store.folder(running) / "go on").touch()
    again = opened(tmp_path / "workspace")
    try:
        again.until(running, lambda record: record["state"] == "done")
        again.until(queued, lambda record: record["state"] == "done")
    finally:
        again.runner.close()
    assert len(began(page, running)) == 2
    assert len(began(page, queued)) == 1
    assert again.client.get(f"/results/{running}/report.html").status_code == 200


def test_the_key_of_an_earlier_start_is_worth_nothing(page, tmp_path):
    page.runner.close()
    again = opened(tmp_path / "workspace")
    again.runner.close()
    again.client.cookies.clear()
    again.client.cookies.update(page.client.cookies)
    assert again.client.get("/api/jobs").status_code == 403
