"""What a search learns from and is scored on, as arrays on disk that every worker maps.

``<part>/{signals,angles_rad}.npy`` hold all legs of a part's people end to end in float32, and
``<part>/limbs.json`` whose they are; written once, read by any number of processes without a copy
each.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from kinefuse.dataset.conditions import on_flesh
from kinefuse.dataset.splits import PARTS
from kinefuse.dataset.store import StoreEntry, read_trial
from kinefuse.dataset.windows import Limb, WindowCache
from kinefuse.errors import UnreadableFile
from kinefuse.networks.estimator import Scales
from kinefuse.networks.features import Standardisation
from kinefuse.progress import Progress
from kinefuse.recordings import Trial
from kinefuse.search.growing_array import GrowingArray
from kinefuse.training.data import NothingToLearnFrom, limbs_of
from kinefuse.training.loop import scales_of

_COLUMNS = {"signals": 12, "angles_rad": 3}
_LIMBS, _SCALES = "limbs.json", "scales.json"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which legs, and how."""

    entries: Mapping[str, tuple[StoreEntry, ...]]
    """By part of the split."""
    kind: str
    """Of joint."""
    rate_hz: float
    flesh: tuple[float, ...]
    """Softnesses under which a training trial is seen, each once."""
    activity: str


@dataclass(frozen=True)
class LearningSet:
    """The legs of a study's people."""

    train: WindowCache
    validation: tuple[Limb, ...]
    test: tuple[Limb, ...]
    scales: Scales


def write_learning_set(folder: Path, wanted: Wanted) -> Iterator[Progress]:
    """Write the arrays into ``folder`` unless it is there; a kill leaves no half of them.

    Raises:
        NothingToLearnFrom: Nobody of the training or validation people has such a joint.
    """
    if folder.exists():
        return
    beside = folder.with_name(f"{folder.name}.partial{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    total = sum(len(entries) for entries in wanted.entries.values())
    done = 0
    try:
        for part in PARTS:
            for _ in _write_part(beside / part, wanted, part):
                done += 1
                yield Progress(done, total, "reading trials")
        scales = scales_of(MappedWindows(beside / "train"))
        words = {"features": _in_words(scales.features), "answers": _in_words(scales.answers)}
        (beside / _SCALES).write_text(json.dumps(words) + "\n", encoding="utf-8")
        with suppress(OSError):  # another driver was faster, with the same content
            beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@lru_cache(maxsize=1)
def read_learning_set(folder: Path) -> LearningSet:
    """Map what ``write_learning_set`` wrote; kept for this process's next trial.

    Raises:
        UnreadableFile: It is missing or damaged.
    """
    try:
        words = json.loads((folder / _SCALES).read_text(encoding="utf-8"))
        return LearningSet(
            train=MappedWindows(folder / "train"),
            validation=tuple(_limbs(folder / "validation")),
            test=tuple(_limbs(folder / "test")),
            scales=Scales(_of_words(words["features"]), _of_words(words["answers"])),
        )
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFile(
            folder, f"these windows cannot be read ({error})", "delete that folder and search on"
        ) from error


class MappedWindows(WindowCache):
    """Windows gathered from a part's arrays, which stay on disk."""

    def __init__(self, folder: Path) -> None:
        of = json.loads((folder / _LIMBS).read_text(encoding="utf-8"))
        self.signals, self.angles_rad = (_mapped(folder, name) for name in _COLUMNS)
        self.R_travel_segment = _no_attitudes(len(self.signals))
        self.offsets = np.cumsum([0, *(limb["samples"] for limb in of)])
        self.people = tuple(limb["person"] for limb in of)


def _write_part(folder: Path, wanted: Wanted, part: str) -> Iterator[None]:
    folder.mkdir(parents=True)
    of: list[dict] = []
    with ExitStack() as files:
        arrays = {
            name: files.enter_context(closing(GrowingArray(folder / f"{name}.npy", columns)))
            for name, columns in _COLUMNS.items()
        }
        for entry in wanted.entries[part]:
            for limb in _limbs_of(entry, wanted, part):
                words = {"person": limb.person, "trial": limb.trial, "side": limb.side}
                of.append(words | {"samples": limb.samples})
                for name, array in arrays.items():
                    array.append(getattr(limb, name))
            yield
    if not of and part != "test":
        raise NothingToLearnFrom(f"{wanted.kind} of the {part} people", wanted.activity)
    (folder / _LIMBS).write_text(json.dumps(of) + "\n", encoding="utf-8")


def _limbs_of(entry: StoreEntry, wanted: Wanted, part: str) -> Iterator[Limb]:
    for trial in _seen(read_trial(entry.file), wanted, part):
        yield from limbs_of([trial], [wanted.kind], wanted.rate_hz, np.float32)[wanted.kind]


def _seen(trial: Trial, wanted: Wanted, part: str) -> Iterator[Trial]:
    """A training trial once for each softness of the flesh; others as they are."""
    if part != "train":
        yield trial
        return
    for softness in wanted.flesh:
        yield on_flesh(trial, softness)


def _limbs(folder: Path) -> Iterator[Limb]:
    signals, angles_rad = (_mapped(folder, name) for name in _COLUMNS)
    start = 0
    for words in json.loads((folder / _LIMBS).read_text(encoding="utf-8")):
        samples = words.pop("samples")
        rows = slice(start, start + samples)
        yield Limb(
            **words,
            signals=signals[rows],
            angles_rad=angles_rad[rows],
            R_travel_segment=_no_attitudes(samples),
        )
        start += samples


def _mapped(folder: Path, name: str) -> np.ndarray:
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))


def _no_attitudes(samples: int) -> np.ndarray:
    """Angle networks need none; one unit matrix stands for all, without memory."""
    return np.broadcast_to(np.eye(3, dtype=np.float32), (samples, 2, 3, 3))


def _in_words(standard: Standardisation) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in asdict(standard).items()}


def _of_words(words: Mapping[str, list[float]]) -> Standardisation:
    return Standardisation(np.array(words["mean"]), np.array(words["spread"]))
