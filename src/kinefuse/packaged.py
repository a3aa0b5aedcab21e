"""The models that come with the program, one an activity; see their ``model.json``.

A model's folder may hold a correction network too, in a folder of its own.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent / "models"
_CORRECTION, _CORRECTION_CARD = "correction", "correction.json"


def packaged_model(activity: str) -> Path | None:
    """Folder of the packaged model for that activity; None if the package holds none."""
    folder = _FOLDER / activity
    return folder if (folder / "model.json").is_file() else None


def packaged_correction(activity: str) -> Path | None:
    """Folder of the packaged correction for that activity; None if the package holds none."""
    return correction_in(_FOLDER / activity)


def correction_in(model: Path) -> Path | None:
    """Folder of the correction network that belongs to a model, or that the folder itself is."""
    places = (model / _CORRECTION, model)
    return next((folder for folder in places if (folder / _CORRECTION_CARD).is_file()), None)
