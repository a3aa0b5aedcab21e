"""What the page may ask for: recordings, their files, and what is to be done with them."""

import time
from typing import TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool

from kinefuse.app import events
from kinefuse.app.guard import RESULT_POLICY
from kinefuse.app.intake import receive
from kinefuse.app.names import file_stem
from kinefuse.app.records import DOWNLOAD, Job, Said
from kinefuse.app.refusals import NoSuchThing, NotUnderstood, TooBig
from kinefuse.app.runner import Runner
from kinefuse.app.store import JobStore

Body = TypeVar("Body", bound=BaseModel)

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".txt": "text/plain; charset=utf-8",
}


class Start(BaseModel):
    """Begin the estimate."""

    model_config = ConfigDict(extra="forbid")

    mend: bool = False


def routes(store: JobStore, runner: Runner, facts: dict[str, object]) -> APIRouter:
    """All of them; ``facts`` are what the page has to know of the program."""
    router = APIRouter()

    @router.get("/api/facts")
    def tell_facts() -> JSONResponse:
        return JSONResponse(facts)

    @router.get("/api/jobs")
    def list_jobs() -> Response:
        return _as_json(store.all())

    @router.get("/api/events")
    async def live() -> StreamingResponse:
        return StreamingResponse(events.changes(store), media_type="text/event-stream")

    @router.post("/api/jobs")
    def create() -> Response:
        return _as_json(store.create())

    @router.put("/api/jobs/{job_id}/files")
    async def take_in(job_id: str, request: Request, name: str = "") -> Response:
        await run_in_threadpool(_stop_looking, store, runner, job_id)
        announced = _length(request)
        job = await receive(store, job_id, name, announced, request.stream())
        return _as_json(job)

    @router.delete("/api/jobs/{job_id}/files/{number}")
    def take_out(job_id: str, number: int) -> Response:
        _stop_looking(store, runner, job_id)
        return _as_json(store.remove_file(job_id, number))

    @router.post("/api/jobs/{job_id}/recognise")
    async def recognise(job_id: str) -> Response:
        return _as_json(await run_in_threadpool(_recognise, store, runner, job_id))

    @router.put("/api/jobs/{job_id}/said")
    async def describe(job_id: str, request: Request) -> Response:
        said = await _body(request, Said, store.limits.body_bytes)
        return _as_json(await run_in_threadpool(_describe, store, runner, job_id, said))

    @router.post("/api/jobs/{job_id}/start")
    async def start(job_id: str, request: Request) -> Response:
        wanted = await _body(request, Start, store.limits.body_bytes)
        return _as_json(await run_in_threadpool(_start, store, runner, job_id, wanted))

    @router.post("/api/jobs/{job_id}/cancel")
    def cancel(job_id: str) -> Response:
        job = store.change(job_id, only=["queued", "running"], state="cancelled", step=None)
        runner.stop(job_id)
        return _as_json(job)

    @router.post("/api/jobs/{job_id}/reopen")
    def reopen(job_id: str) -> Response:
        job = store.change(
            job_id, only=["done", "failed", "cancelled"], state="draft", trouble=None, outcome=None
        )
        return _as_json(job)

    @router.delete("/api/jobs/{job_id}")
    def delete(job_id: str) -> Response:
        store.show(job_id, look=None, state="cancelled")  # so that no lane takes it up again
        runner.stop(job_id)
        store.delete(job_id)
        return Response(status_code=204)

    @router.get("/results/{job_id}/{name}")
    def result(job_id: str, name: str, download: bool = False) -> FileResponse:
        return _result(store, job_id, name, download=download)

    return router


def _stop_looking(store: JobStore, runner: Runner, job_id: str, **fields: Said) -> Job:
    """The draft, with these fields, once nobody looks any more at what is about to change."""
    job = store.change(job_id, only=["draft"], look=None, **fields)
    runner.stop(job_id)
    return job


def _recognise(store: JobStore, runner: Runner, job_id: str) -> Job:
    """All files are there: find out what they are."""
    if not _stop_looking(store, runner, job_id).files:
        raise NotUnderstood("there are no files to recognise")
    store.lay_out(job_id)
    return store.change(
        job_id,
        only=["draft"],
        look="recognise",
        recognised=None,
        said=None,
        checked=None,
        trouble=None,
    )


def _describe(store: JobStore, runner: Runner, job_id: str, said: Said) -> Job:
    """Something else is said of it: check anew."""
    job = store.get(job_id)
    if job.recognised is None:
        raise NotUnderstood("the files are not recognised yet")
    said.description()
    _stop_looking(store, runner, job_id, said=said)
    return store.change(job_id, only=["draft"], look="check", trouble=None, step=None)


def _start(store: JobStore, runner: Runner, job_id: str, wanted: Start) -> Job:
    """Into the queue."""
    job = store.get(job_id)
    if job.said is None:
        raise NotUnderstood("the files are not recognised yet")
    _stop_looking(store, runner, job_id)
    return store.change(
        job_id,
        only=["draft"],
        state="queued",
        queued_at=time.time(),
        mend=wanted.mend,
        step=None,
        trouble=None,
        outcome=None,
    )


def _result(store: JobStore, job_id: str, name: str, *, download: bool) -> FileResponse:
    """A file of results; only names that the estimate itself wrote down lead to one."""
    job = store.get(job_id)
    names = [file.name for file in job.outcome.files] if job.outcome else []
    if name not in (*names, DOWNLOAD) or job.outcome is None:
        raise NoSuchThing("file")
    known = next(n for n in (*names, DOWNLOAD) if n == name)
    path = store.folder(job_id) / "results" / known
    if not path.is_file():  # somebody took it from the workspace
        raise NoSuchThing("file")
    # Browsers refuse to open a sandboxed page that asks to be alone in its window.
    headers = {
        "content-security-policy": RESULT_POLICY,
        "cross-origin-opener-policy": "unsafe-none",
    }
    if download or path.suffix != ".html":
        stem = file_stem(job.name)
        shown = f"{stem}.zip" if name == DOWNLOAD else f"{stem}-{path.name}"
        headers["content-disposition"] = f"attachment; filename*=utf-8''{quote(shown)}"
    kind = _KINDS.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, headers=headers)


async def _body(request: Request, kind: type[Body], limit: int) -> Body:
    """What the page says, as a checked record.

    Raises:
        NotUnderstood: It is no JSON, or not what is asked for.
        TooBig: It is longer than any page would write.
    """
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise NotUnderstood("it is not JSON")
    text = bytearray()
    async for piece in request.stream():
        text += piece
        if len(text) > limit:
            raise TooBig("what the page says", limit, "load the page again")
    try:
        return kind.model_validate_json(bytes(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NotUnderstood(f"{where}: {first['msg']}" if where else first["msg"]) from error


def _length(request: Request) -> int | None:
    words = request.headers.get("content-length", "")
    return int(words) if words.isdecimal() else None


def _as_json(what: Job | tuple[Job, ...]) -> Response:
    text = (
        f"[{','.join(job.model_dump_json() for job in what)}]"
        if isinstance(what, tuple)
        else what.model_dump_json()
    )
    return Response(text, media_type="application/json")
