"""``--map``: format maps of the user's own, the same at every command that reads recordings."""

from pathlib import Path
from typing import Annotated

import typer

OwnMaps = Annotated[
    list[Path] | None,
    typer.Option(
        "--map",
        metavar="FILE",
        help="Format map (.toml) of your own to try first; may be repeated.",
    ),
]
