"""The whole server as one ASGI application."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from kinefuse.app.guard import Gate, Guard, refused
from kinefuse.app.refusals import NoRoom, NoSuchThing, NotUnderstood, Refused, is_full
from kinefuse.app.routes import routes
from kinefuse.app.runner import Runner
from kinefuse.app.store import JobStore
from kinefuse.errors import KinefuseError

STATIC = Path(str(files("kinefuse.app"))) / "static"


def make_server(
    store: JobStore, runner: Runner, gate: Gate, facts: dict[str, object] | None = None
) -> FastAPI:
    """Routes behind a guard; nothing of FastAPI's own pages.

    Args:
        store: The records.
        runner: Whoever computes for them.
        gate: Who may ask.
        facts: What the page has to know of the program (version, formats, limits).
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(routes(store, runner, facts or {}))

    @app.get("/")
    async def page(request: Request) -> FileResponse:
        opened = getattr(request.state, "opened", False)
        headers = {"set-cookie": gate.set_cookie()} if opened else {}
        return FileResponse(STATIC / "index.html", headers=headers)

    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(KinefuseError, _sentence)
    app.add_exception_handler(OSError, _full)
    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(RequestValidationError, _misspelt)
    # Not wrapped around: so that mistakes reach the guard before Starlette answers them its way.
    app.add_middleware(Guard, gate=gate)
    return app


async def _sentence(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Refused):
        return refused(error)
    return JSONResponse({"sentence": str(error)}, status_code=422)


async def _full(_: Request, error: Exception) -> JSONResponse:
    """The disk took no more, though there was room when it was asked for."""
    if isinstance(error, OSError) and is_full(error):
        return refused(NoRoom())
    raise error


async def _misspelt(_: Request, error: Exception) -> JSONResponse:
    """A number in an address that is none."""
    return refused(NotUnderstood(type(error).__name__))


async def _unknown(_: Request, error: Exception) -> JSONResponse:
    """FastAPI's own refusals, in our words."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    if status == 404:
        return refused(NoSuchThing("page"))
    return JSONResponse({"sentence": str(NotUnderstood(f"HTTP {status}"))}, status_code=status)
