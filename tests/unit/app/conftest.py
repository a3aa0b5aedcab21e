"""A server with a process that answers at once, and a browser's manners to talk to it."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import page_worker
from kinefuse.app.guard import Gate
from kinefuse.app.limits import Limits
from kinefuse.app.runner import Runner
from kinefuse.app.server import make_server
from kinefuse.app.store import JobStore

PORT = 8371
HOME = f"http://127.0.0.1:{PORT}"
COMMAND = (sys.executable, page_worker.__file__)
SMALL = Limits(
    file_bytes=40_000, job_bytes=100_000, job_files=6, jobs=4, body_bytes=2_000, spare_bytes=0
)


@dataclass
class Page:
    """Everything that a test may look at."""

    store: JobStore
    runner: Runner
    gate: Gate
    client: TestClient
    """With the cookie."""
    stranger: TestClient
    """Without."""

    def job(self, job_id: str) -> dict:
        """As the browser gets it."""
        return next(job for job in self.client.get("/api/jobs").json() if job["id"] == job_id)

    def put(self, job_id: str, name: str, content: bytes = b"1,2\n"):
        """Send a file."""
        return self.client.put(f"/api/jobs/{job_id}/files", params={"name": name}, content=content)

    def recognised(self, name: str) -> str:
        """A recording with one file of that name, looked at."""
        job_id = self.client.post("/api/jobs").json()["id"]
        assert self.put(job_id, name).status_code == 200
        assert self.client.post(f"/api/jobs/{job_id}/recognise").status_code == 200
        self.until(job_id, lambda job: job["look"] is None)
        return job_id

    def start(self, job_id: str, **wishes):
        """Put into the queue."""
        return self.client.post(f"/api/jobs/{job_id}/start", json=wishes)

    def until(self, job_id: str, true, patience_s: float = 30.0) -> dict:
        """The record once it is so."""
        end = time.monotonic() + patience_s
        while not true(job := self.job(job_id)):
            assert time.monotonic() < end, job
            time.sleep(0.01)
        return job


def opened(workspace: Path, limits: Limits = SMALL) -> Page:
    """A server on a workspace; whoever opens it closes its runner."""
    store, gate = JobStore(workspace, limits), Gate(PORT)
    runner = Runner(store, COMMAND)
    server = make_server(store, runner, gate, {"version": "1"})
    client = TestClient(server, base_url=HOME, headers={"origin": HOME})
    assert client.get("/", params={"token": gate.token}).status_code == 200
    return Page(store, runner, gate, client, TestClient(server, base_url=HOME))


@pytest.fixture
def page(tmp_path) -> Iterator[Page]:
    made = opened(tmp_path / "workspace")
    yield made
    made.runner.close()
