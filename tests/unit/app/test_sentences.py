"""Whatever is asked, and however wrongly, the page gets a sentence to show."""

import shutil

import pytest

UNKNOWN = "fedcba9876543210"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PATHS = [
    "/", "/api", "/api/facts", "/api/jobs", "/api/jobs/", f"/api/jobs/{UNKNOWN}",
    f"/api/jobs/{UNKNOWN}/files", f"/api/jobs/{UNKNOWN}/files?name=a",
    f"/api/jobs/{UNKNOWN}/files/1", f"/api/jobs/{UNKNOWN}/files/x",
    f"/api/jobs/{UNKNOWN}/files/{'9' * 5000}",
    f"/api/jobs/{UNKNOWN}/said", f"/api/jobs/{UNKNOWN}/start", f"/api/jobs/{UNKNOWN}/recognise",
    f"/api/jobs/{UNKNOWN}/cancel", f"/api/jobs/{UNKNOWN}/reopen", f"/results/{UNKNOWN}/report.html",
    f"/results/{UNKNOWN}/report.html?download=perhaps", "/static", "/static/", "/static/nothing.js",
    "/nothing", "/api/jobs/%00/files?name=%00", "/%ff",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_refusal_is_a_sentence(page, path):
    for method in METHODS:
        answer = page.client.request(method, path, follow_redirects=False)
        if answer.status_code >= 300:
            assert answer.json()["sentence"].endswith(".")
        assert answer.status_code < 500


@pytest.mark.parametrize("asked", ["bytes=x", "bytes=9999999-", "bytes=5-1", "lines=1-2"])
def test_a_part_of_a_file_that_is_none_is_refused_in_a_sentence(page, asked):
    job = page.recognised("walk.csv")
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    for path in ("/", "/static/main.js", f"/results/{job}/angles.csv"):
        answer = page.client.get(path, headers={"range": asked})
        assert answer.status_code < 300 or answer.json()["sentence"]


def test_results_that_somebody_took_from_the_workspace_are_told(page):
    job = page.recognised("walk.csv")
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    shutil.rmtree(page.store.folder(job) / "results")
    answer = page.client.get(f"/results/{job}/report.html")
    assert answer.status_code == 404
    assert "no such file" in answer.json()["sentence"]
