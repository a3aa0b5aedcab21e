"""The server at work on this computer's loopback, until it is interrupted."""

import logging
import logging.handlers
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from kinefuse.app.guard import Gate
from kinefuse.app.runner import Runner
from kinefuse.app.server import make_server
from kinefuse.app.store import JobStore
from kinefuse.app.workspace import held
from kinefuse.errors import KinefuseError

LOOPBACK = "127.0.0.1"
"""The only address that is ever listened at; there is no option for another."""
USUAL_PORT = 8371
COMMAND = (sys.executable, "-m", "kinefuse.app.work")
"""What starts a computation."""
_LOG_BYTES, _OLD_LOGS = 2_000_000, 2
_GOODBYE_S = 1  # for pages that listen to be told that it is over


class PortTaken(KinefuseError):
    """Another program listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is taken by another program; name a free one with --port, or 0 for any."
        )


def serve(
    workspace: Path,
    port: int | None,
    facts: dict[str, object],
    announce: Callable[[str], None],
) -> None:
    """Serve the page until interrupted.

    Args:
        workspace: Where recordings are kept.
        port: Where to listen; 0 for any free one, None for the usual one or else any.
        facts: What the page has to know of the program.
        announce: Told the address once it can be opened.

    Raises:
        PortTaken: Somebody else listens there.
        WorkspaceInUse: Another server has the workspace.
    """
    with held(workspace), _listening(port) as listener, _logged(workspace / "server.log"):
        gate = Gate(listener.getsockname()[1])
        runner = Runner(JobStore(workspace), COMMAND)
        try:
            config = uvicorn.Config(
                make_server(runner.store, runner, gate, facts),
                log_config=None,
                access_log=False,  # addresses hold the token
                server_header=False,
                timeout_graceful_shutdown=_GOODBYE_S,
                ws="none",
                lifespan="off",
            )
            announce(gate.address)
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            runner.close()


@contextmanager
def _listening(port: int | None) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        if sys.platform != "win32":  # there it would let two programs listen at one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, USUAL_PORT if port is None else port))
        except OSError:
            if port is not None:
                raise PortTaken(port) from None
            listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener


@contextmanager
def _logged(file: Path) -> Iterator[None]:
    """What goes wrong goes into a file that does not grow without end."""
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=_LOG_BYTES, backupCount=_OLD_LOGS, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
