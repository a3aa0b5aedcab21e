"""Model folders in the published format, wherever a model may be named on the command line."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kinefuse.errors import KinefuseError, UnknownChoice, UnreadableFile
from kinefuse.formats.published_model import (
    PublishedModel,
    is_published_model,
    published_models,
    read_published_model,
)


class NeedsTorch(KinefuseError):
    """Published models are converted by PyTorch, which is not installed."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"{path}: a model in the published format needs PyTorch; install kinefuse[train], or "
            "convert it once where that is installed: kinefuse convert MODEL --to kinefuse."
        )


@contextmanager
def readable_model(
    path: Path | None, joint: str | None = None, activity: str | None = None
) -> Iterator[Path | None]:
    """A model folder of ours; one in the published format is converted for as long as needed."""
    if path is None or not is_published_model(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(beside) / path.name
        converted(path, folder, joint, activity)
        yield folder


def converted(path: Path, folder: Path, joint: str | None, activity: str | None) -> tuple[str, ...]:
    """Convert every published model of a file or folder into one of ours.

    Returns:
        What became of it, a sentence each.

    Raises:
        NeedsTorch: PyTorch is not installed.
        KinefuseError: A file is refused or damaged, or it is not clear what it is for.
    """
    models = wanted_models(path, joint, activity)
    try:
        from kinefuse.networks.published_folder import write_as_ours
    except ImportError as error:
        raise NeedsTorch(path) from error
    card = write_as_ours(models, folder, path.name, activity)
    return (*(f"{model.path}: {model.kind}." for model in models), card.convention)


def wanted_models(path: Path, joint: str | None, activity: str | None) -> list[PublishedModel]:
    """The models below a path that are for this joint and activity, or do not say.

    Raises:
        UnknownChoice: There is no such joint.
        UnreadableFile: None of them is.
    """
    from kinefuse.anatomy.joints import JOINT_KINDS

    kind = joint.lower() if joint else None
    if kind is not None and kind not in JOINT_KINDS:
        raise UnknownChoice("joint", kind, known=JOINT_KINDS)
    read = [read_published_model(file) for file in published_models(path)]
    wanted = [
        replace(model, kind=model.kind or kind, activity=model.activity or activity)
        for model in read
        if _fits(model.kind, kind) and _fits(model.activity, activity)
    ]
    if not wanted:
        raise UnreadableFile(
            path, "no published model here is for that joint and activity", "name another folder"
        )
    return wanted


def _fits(said: str | None, asked: str | None) -> bool:
    return said is None or asked is None or said == asked
