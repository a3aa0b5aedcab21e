"""``kinefuse formats``: what recordings can be read, and why a file is or is not recognised."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kinefuse.cli.own_maps import OwnMaps

if TYPE_CHECKING:
    from kinefuse.formats.session_format import SessionFormat
    from kinefuse.sensor_streams import SensorStreams

_GAP_STEPS = 1.5  # between two samples, from which a sample is missing


def formats(
    explain: Annotated[
        Path | None,
        typer.Option(help="File or folder: say which format it is, why no other, what is in it."),
    ] = None,
    map_file: OwnMaps = None,
) -> None:
    """List the recordings of sensors that can be read and what to give, or explain one.

    Maps of your own are also taken from the folder in KINEFUSE_FORMATS, or
    ~/.config/kinefuse/formats. Reads files and changes none.
    """
    from kinefuse.cli.progress import PATIENCE_S, watch
    from kinefuse.errors import NotARecording, UnreadableFile
    from kinefuse.formats import known_formats, name_among
    from kinefuse.formats.map_rows import user_folder

    maps = map_file or []
    rows = known_formats(maps)
    if explain is None:
        _print_rows(rows)
        print(f"Maps of your own (.toml) are looked for in {user_folder()}.")
        return
    if not explain.exists():
        raise UnreadableFile(explain, "there is no such file or directory", "check the path")
    reasons = {name: row.refusal(explain) for name, row in rows.items()}
    for name, reason in reasons.items():
        print(f"{'yes' if reason is None else 'no ':4}{name:20} {reason or rows[name].title}")
    try:
        name = name_among(rows, explain)
    except NotARecording as error:
        raise UnreadableFile(explain, error.what, "why is said above for every format") from error
    row = rows[name]
    others = [key for key, reason in reasons.items() if reason is None and key != name]
    print(f"\nRead as {name}: {row.title or row.description}")
    if others:
        print(f"    before {', '.join(others)}, which would do as well")
    _print_streams(row, watch(row.reading(explain), "reading", after_s=PATIENCE_S))


def _print_rows(rows: "dict[str, SessionFormat]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Recordings of sensors, in the order in which they are tried")
    for heading in ("name", "what it is", "what to give"):
        table.add_column(heading, overflow="fold")
    for name, row in rows.items():
        table.add_row(name, row.title or row.description, row.description)
    console = Console()
    console.width = max(console.width, 100)
    console.print(table)


def _print_streams(row: "SessionFormat", streams: "SensorStreams") -> None:
    import numpy as np
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{streams.name}: {len(streams.streams)} sensors")
    for heading in ("sensor", "rate", "samples", "from to", "gaps", "missing", "clock"):
        table.add_column(heading, overflow="fold")
    table.add_column("median |acc|")
    table.add_column("fastest turn")
    for label, stream in streams.streams.items():
        steps = np.diff(stream.time_s) * stream.rate_hz
        empty = ~np.isfinite(stream.acc_m_s2).all(-1) | ~np.isfinite(stream.gyr_rad_s).all(-1)
        known = ~empty
        table.add_row(
            label,
            f"{stream.rate_hz:.5g} Hz",
            f"{stream.samples}",
            f"{stream.time_s[0]:.2f} to {stream.time_s[-1]:.2f} s",
            f"{int((steps > _GAP_STEPS).sum())}, longest {steps.max() / stream.rate_hz:.3g} s",
            f"{int(empty.sum())}",
            stream.clock,
            _told(np.linalg.norm(stream.acc_m_s2[known], axis=-1), np.median, "m/s2"),
            _told(np.rad2deg(np.linalg.norm(stream.gyr_rad_s[known], axis=-1)), np.max, "deg/s"),
        )
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)
    _print_sentences("Taken on trust:", row.beliefs)
    _print_sentences("On reading:", streams.notes)


def _told(values, what, unit: str) -> str:
    return f"{what(values):.4g} {unit}" if len(values) else "none"


def _print_sentences(heading: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        print(heading)
    for sentence in sentences:
        print(f"    {sentence}")
