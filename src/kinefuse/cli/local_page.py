"""``kinefuse app``: a page on this computer, from dropped files to a report."""

from pathlib import Path
from typing import Annotated

import typer

from kinefuse.errors import KinefuseError

EXTRA = ("fastapi", "uvicorn", "pydantic")


class NoAppExtra(KinefuseError):
    """The libraries of the page are not installed."""

    def __init__(self, lacking: str) -> None:
        super().__init__(
            f"the page needs {lacking}, which is not installed; say "
            "pip install 'kinefuse[app]' (with -c constraints.txt in a clone)."
        )


def local_page(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Where to listen; 0 is any free port.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(help="Folder that keeps recordings and results between starts.")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
) -> None:
    """Open a page where files are dropped, described, checked, estimated and looked at.

    Only this computer can open it, by the address that is printed. Ctrl+C stops it; what was
    queued goes on at the next start.
    """
    _need_the_extra()
    from kinefuse.app.facts import facts
    from kinefuse.app.serve import serve
    from kinefuse.app.workspace import default_workspace

    folder = workspace or default_workspace()

    def announce(address: str) -> None:
        print(f"Open {address}", flush=True)
        print(f"Recordings are kept in {folder}. Ctrl+C stops.", flush=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(folder, port, facts(folder), announce)


def _need_the_extra() -> None:
    from importlib.util import find_spec

    for name in EXTRA:
        if find_spec(name) is None:
            raise NoAppExtra(name)
