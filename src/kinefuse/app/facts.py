"""What the page has to know of the program before it knows of any recording."""

from importlib.metadata import version
from pathlib import Path

from kinefuse.app.limits import Limits
from kinefuse.formats import known_formats


def facts(workspace: Path, limits: Limits | None = None) -> dict[str, object]:
    """Version, formats, limits and places, as plain values."""
    limits = limits or Limits()
    return {
        "version": version("kinefuse"),
        "formats": [row.title or row.description for row in known_formats().values()],
        "file_bytes": limits.file_bytes,
        "job_bytes": limits.job_bytes,
        "job_files": limits.job_files,
        "workspace": str(workspace),
        "log": str(workspace / "server.log"),
    }
