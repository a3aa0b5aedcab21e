"""The models that come with the program, one an activity; see their ``model.json``."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "models"


def packaged_model(activity: str) -> Path | None:
    """Folder of the packaged model for that activity; None if the package holds none."""
    folder = _FOLDER / activity
    return folder if (folder / "model.json").is_file() else None
