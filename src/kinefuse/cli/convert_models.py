"""Model folders of both formats, into each other."""

from collections.abc import Iterator
from pathlib import Path

from kinefuse.cli.convert_types import Conversion, Told
from kinefuse.progress import Progress


def _is_ours(path: Path) -> bool:
    return (path / "model.json").is_file()


def _is_published(path: Path) -> bool:
    from kinefuse.formats.published_model import is_published_model

    return is_published_model(path)


def _to_published(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.networks.saved_model import load_model
    from kinefuse.results.published_models import NeedsTorch

    try:
        from kinefuse.networks.published_export import write_as_published
    except ImportError as error:
        raise NeedsTorch(source) from error
    model = load_model(source)
    total = len(model.card.networks)
    for done, (_, sentences) in enumerate(write_as_published(model, out), start=1):
        for sentence in sentences:
            yield Progress(done, total, sentence)


def _to_ours(source: Path, out: Path, told: Told) -> Iterator[Progress]:
    from kinefuse.results.published_models import converted

    for sentence in converted(source, out, told.joint, told.activity):
        yield Progress(1, 1, sentence)


MODELS = (
    Conversion(
        what="a model folder becomes one that the published demo can load",
        to="published",
        recognises=_is_ours,
        run=_to_published,
    ),
    Conversion(
        what="published model folders become one of ours",
        to="kinefuse",
        recognises=_is_published,
        run=_to_ours,
    ),
)
