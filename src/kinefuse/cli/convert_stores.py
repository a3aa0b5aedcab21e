"""Stores of trials <-> the published ``Data`` tree."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinefuse.cli.convert_types import Conversion, Told
from kinefuse.errors import KinefuseError
from kinefuse.progress import Progress

if TYPE_CHECKING:
    from kinefuse.dataset.store import StoreEntry
    from kinefuse.recordings import Trial


_PEOPLE = "1_Extracted/{}_people.csv"


def _is_store(path: Path) -> bool:
    return path.is_dir() and any((path / "trials").glob("*.h5"))


def _files(path: Path, ending: str) -> list[Path]:
    below = sorted(path.rglob(f"*{ending}")) if path.is_dir() else [path]
    return [file for file in below if file.name.endswith(ending)]


def _to_data_tree(source: Path, out: Path, told: Told) -> Iterator[Progress]:
    from kinefuse.dataset.store import open_store
    from kinefuse.dataset.to_published import activities_in, one_trial_a_person

    store = open_store(source)
    activities = [told.activity] if told.activity else activities_in(store.entries)
    for activity in activities:
        chosen = one_trial_a_person(store, activity)
        for sentence in chosen.left_out:
            yield Progress(0, 1, f"Left out: {sentence}")
        yield from _renamed(chosen.entries)
        _list_people(chosen.entries, out / _PEOPLE.format(activity))
        yield from _written(chosen.entries, out, activity)
    yield Progress(1, 1, "Lost: joint centres, faults and provenance; one trial a person is kept.")


def _data_files(source: Path, told: Told) -> list[str]:
    from kinefuse.dataset.store import open_store
    from kinefuse.dataset.to_published import activities_in

    held = [told.activity] if told.activity else activities_in(open_store(source).entries)
    places = "1_Extracted/{}_meta.h5", "2_Processed/{}_data.h5", _PEOPLE
    return [place.format(activity) for activity in held for place in places]


def _list_people(entries: "dict[str, StoreEntry]", file: Path) -> None:
    """Whom the published names stand for."""
    import csv

    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["published", "person", "trial"])
        table.writerows([name, entry.person, entry.name] for name, entry in entries.items())


def _renamed(entries: dict) -> Iterator[Progress]:
    others = [
        f"{entry.person} is {name}" for name, entry in entries.items() if entry.person != name
    ]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        yield Progress(
            0, 1, f"Published files name people by number: {', '.join(others[:3])}{more}."
        )


def _written(entries: dict, out: Path, activity: str) -> Iterator[Progress]:
    """Both files of an activity, one person after the other."""
    from kinefuse.dataset.store import read_trial
    from kinefuse.dataset.to_published import data_recording, meta_recording
    from kinefuse.formats.data_h5 import write_data_h5
    from kinefuse.formats.meta_h5 import write_meta_h5

    if not entries:
        return
    writers = (
        (write_meta_h5, meta_recording, out / "1_Extracted" / f"{activity}_meta.h5"),
        (write_data_h5, data_recording, out / "2_Processed" / f"{activity}_data.h5"),
    )
    left_out: list[str] = []

    def recordings(recording_of: "Callable[[Trial, str], Any]") -> Iterator[Any]:
        for name, entry in entries.items():
            try:
                yield recording_of(read_trial(entry.file), name)
            except KinefuseError as error:
                left_out.append(f"Left out: {error}")

    done, total = 0, len(writers) * len(entries)
    for write, recording_of, file in writers:
        written = False
        for _ in write(file, recordings(recording_of)):
            written, done = True, done + 1
            yield Progress(done, total)
        if not written:
            file.unlink(missing_ok=True)
    for sentence in left_out:
        yield Progress(total, total, sentence)


def _from_data(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.dataset.from_data_h5 import store_data_h5

    for file in _files(source, "_data.h5"):
        yield from store_data_h5(file, out)
    yield Progress(1, 1, "Unknown in the source: where sensors and joint centres were.")


def _from_meta(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.dataset.marker_sources import find_sources
    from kinefuse.dataset.prepare import prepare

    for step in prepare(find_sources(_files(source, "_meta.h5")), out):
        left_out = step.outcome.left_out if step.outcome else ""
        yield Progress(step.done, step.total, f"Left out: {left_out}" if left_out else "")


STORES = (
    Conversion(
        what="a store becomes a Data tree (*_meta.h5 and *_data.h5)",
        to="published",
        recognises=_is_store,
        run=_to_data_tree,
        files=_data_files,
    ),
    Conversion(
        what="*_data.h5 becomes a store",
        to="kinefuse",
        recognises=lambda path: bool(_files(path, "_data.h5")),
        run=_from_data,
    ),
    Conversion(
        what="*_meta.h5 becomes a store, as by 'kinefuse prepare'",
        to="kinefuse",
        recognises=lambda path: bool(_files(path, "_meta.h5")),
        run=_from_meta,
    ),
)
