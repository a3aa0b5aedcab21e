"""What the page asks for, and how it is refused."""

import io
import zipfile

import pytest


def zipped(**files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


@pytest.fixture
def job(page) -> str:
    return page.client.post("/api/jobs").json()["id"]


def test_a_recording_goes_from_file_to_results(page):
    job = page.recognised("walk.csv")
    said = page.job(job)["said"] | {"name": "Anna", "activity": "running", "height_m": 1.71}
    assert page.client.put(f"/api/jobs/{job}/said", json=said).status_code == 200
    page.until(job, lambda record: record["checked"] and record["checked"]["of"] == said)
    assert page.start(job, mend=True).json()["state"] == "queued"
    done = page.until(job, lambda record: record["state"] == "done")
    assert done["mend"]
    assert [file["name"] for file in done["outcome"]["files"]] == ["report.html", "angles.csv"]
    report = page.client.get(f"/results/{job}/report.html")
    assert "running" in report.text
    assert "content-disposition" not in report.headers
    table = page.client.get(f"/results/{job}/angles.csv")
    assert "Anna-angles.csv" in table.headers["content-disposition"]
    assert (
        "Anna.zip"
        in page.client.get(f"/results/{job}/everything.zip").headers["content-disposition"]
    )


def test_a_zip_becomes_its_files(page, job):
    answer = page.put(job, "all.zip", zipped(raw__a="1", raw__b="22"))
    assert [(f["name"], f["size_bytes"]) for f in answer.json()["files"]] == [
        ("raw/a", 1),
        ("raw/b", 2),
    ]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\x.csv", "a/../../x", "", "x\0y"]
)
def test_names_that_climb_are_refused_and_nothing_is_kept(page, job, name, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    answer = page.put(job, name)
    assert answer.status_code == 422
    assert "rename the file" in answer.json()["sentence"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "content", [zipped(**{"..__x": "1"}), zipped(a=bytes(200_000)), b"PK no zip"]
)
def test_bad_archives_are_refused_and_nothing_is_kept(page, job, content, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert page.put(job, "a.zip", content).status_code in (413, 422)
    assert sorted(tmp_path.rglob("*")) == before
    assert page.job(job)["files"] == []


def pieces(count: int):
    """A body that does not say how long it is."""
    for _ in range(count):
        yield bytes(1000)


def test_a_file_may_be_so_large_and_no_larger(page, job, tmp_path):
    assert page.put(job, "a", bytes(40_000)).status_code == 200
    before = sorted(tmp_path.rglob("*"))
    for content in (bytes(40_001), pieces(41)):
        answer = page.put(job, "b", content)
        assert answer.status_code == 413
        assert "more than 39.1 KiB" in answer.json()["sentence"]
    assert sorted(tmp_path.rglob("*")) == before


def test_files_together_may_be_so_large(page, job):
    assert page.put(job, "a", bytes(40_000)).status_code == 200
    assert page.put(job, "b", bytes(40_000)).status_code == 200
    assert page.put(job, "c", bytes(20_001)).status_code == 413
    assert page.put(job, "c", bytes(20_000)).status_code == 200


def test_so_many_files_and_recordings_and_no_more(page, job):
    for number in range(6):
        assert page.put(job, f"{number}.csv").status_code == 200
    assert page.put(job, "7.csv").status_code == 413
    for _ in range(3):
        assert page.client.post("/api/jobs").status_code == 200
    assert page.client.post("/api/jobs").status_code == 413


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "x", "activity": "flying"},
        {"name": "x", "sensors": {"head": "a"}},
        {"name": "x", "sensors": {"pelvis": "a", "foot_r": "a"}},
        {"name": "x", "height_m": 18},
        {"name": "x", "height_m": "NaN"},
        {"name": "x", "mass_kg": -1},
        {"name": "x", "state": "done"},
        [],
        "x",
    ],
)
def test_descriptions_that_cannot_be_are_refused(page, said):
    job = page.recognised("walk.csv")
    before = page.job(job)
    answer = page.client.put(f"/api/jobs/{job}/said", json=said)
    assert answer.status_code == 422
    assert "\n" not in answer.json()["sentence"]
    assert page.job(job) == before


def test_only_json_of_a_pages_size_is_listened_to(page):
    job = page.recognised("walk.csv")
    where = f"/api/jobs/{job}/start"
    assert (
        page.client.post(where, content=b"{}", headers={"content-type": "text/plain"}).status_code
        == 422
    )
    long = b" " * 3000 + b"{}"
    assert (
        page.client.post(
            where, content=long, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )
    assert (
        page.client.post(
            where, content=b"{", headers={"content-type": "application/json"}
        ).status_code
        == 422
    )


@pytest.mark.parametrize(
    "name", ["job.json", "../job.json", "..%2Fjob.json", "%2Fetc%2Fpasswd", "summary.json", "."]
)
def test_only_files_of_results_are_given_out(page, name):
    job = page.recognised("walk.csv")
    assert page.client.get(f"/results/{job}/report.html").status_code == 404
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    assert page.client.get(f"/results/{job}/{name}").status_code in (404, 405)


@pytest.mark.parametrize("job", ["0123456789abcdef", "..", "%2e%2e", "x"])
def test_recordings_that_are_not_there_are_told(page, job):
    for verb in ("recognise", "start", "cancel", "reopen"):
        assert page.client.post(f"/api/jobs/{job}/{verb}", json={}).status_code == 404
    assert page.client.delete(f"/api/jobs/{job}").status_code in (404, 405)


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/nothing"],
)
def test_the_programs_own_files_are_not_given_out(page, path):
    assert page.client.get(path).status_code == 404


def test_files_of_an_estimated_recording_stay_as_they_are(page):
    job = page.recognised("walk.csv")
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    assert page.put(job, "more.csv").status_code == 409
    assert page.start(job).status_code == 409
    assert page.client.post(f"/api/jobs/{job}/reopen").json()["state"] == "draft"
    assert page.put(job, "more.csv").status_code == 200


def test_a_file_can_be_taken_back_out_while_a_recording_is_described(page, job):
    page.put(job, "walk.csv")
    page.put(job, "notes.txt")
    one, other = page.job(job)["files"]
    assert page.client.post(f"/api/jobs/{job}/recognise").status_code == 200
    page.until(job, lambda record: record["recognised"])
    left = page.client.delete(f"/api/jobs/{job}/files/{other['number']}").json()
    assert (left["files"], left["recognised"]) == ([one], None)
    assert page.start(job).status_code == 422  # what is left is not looked at yet
    assert page.client.delete(f"/api/jobs/{job}/files/{other['number']}").status_code == 404
    for number in ("x", "..%2f1", "-1"):
        answer = page.client.delete(f"/api/jobs/{job}/files/{number}")
        assert answer.status_code in (404, 422)
        assert "load the page again" in answer.json()["sentence"]
    assert page.client.post(f"/api/jobs/{job}/recognise").status_code == 200
    page.until(job, lambda record: record["checked"])
    page.start(job)
    page.until(job, lambda record: record["state"] == "done")
    assert page.client.delete(f"/api/jobs/{job}/files/{one['number']}").status_code == 409
    assert page.job(job)["files"] == [one]


def test_nothing_starts_before_it_is_recognised(page, job):
    assert page.start(job).status_code == 422
    assert page.client.post(f"/api/jobs/{job}/recognise").status_code == 422
    assert page.client.put(f"/api/jobs/{job}/said", json={"name": "x"}).status_code == 422


def test_names_are_words_and_never_markup(page, job):
    name = "<img src=x onerror=alert(1)>.csv"
    assert page.put(job, name).json()["files"][0]["name"] == name
    assert page.client.get("/api/jobs").headers["content-type"] == "application/json"
