"""Recordings of sensors and kept predictions: the published layouts and ours."""

from collections.abc import Iterator
from pathlib import Path

from kinefuse.cli.convert_types import Conversion, Told
from kinefuse.progress import Progress


def _is_demo(path: Path) -> bool:
    from kinefuse.formats.published_npy import recognises

    return path.exists() and recognises(path)


def _is_recording(path: Path) -> bool:
    from kinefuse.formats import FORMATS

    rows = (row for name, row in FORMATS.items() if name != "published_npy")
    return any(row.recognises(path) for row in rows)


def _predictions_of(path: Path) -> Path | None:
    from kinefuse.formats.published_predictions import FOLDER, has_predictions

    places = (path, path / FOLDER)
    return next((place for place in places if place.is_dir() and has_predictions(place)), None)


def _demo_to_csv(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.formats import published_npy
    from kinefuse.formats.angle_files import write_angles_csv
    from kinefuse.formats.csv_session import write_session_csv

    session = published_npy.read(source)
    write_session_csv(out / "recording.csv", session)
    for note in session.notes:
        yield Progress(0, 1, note)
    truth = published_npy.read_truth(source)
    if truth is not None:
        write_angles_csv(out / "true_angles.csv", truth)
    yield Progress(1, 1)


def _recording_to_demo(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.dataset.resampling import resampled_session
    from kinefuse.formats import published_npy
    from kinefuse.sessions import read

    session = read(source)
    published_npy.write(out, resampled_session(session, published_npy.PUBLISHED_RATE_HZ))
    if session.rate_hz != published_npy.PUBLISHED_RATE_HZ:
        yield Progress(0, 1, f"Resampled from {session.rate_hz:g} to 200 Hz.")
    yield Progress(
        1,
        1,
        "The demo expects sensors in segment axes (x forward, y up, z right); these are as worn.",
    )


def _predictions_to_ours(source: Path, out: Path, told: Told) -> Iterator[Progress]:
    from kinefuse.anatomy.joints import JOINT_KINDS
    from kinefuse.formats.leg_predictions import FILE, write_leg_predictions
    from kinefuse.formats.published_predictions import read_predictions

    named = [kind for kind in JOINT_KINDS if kind in str(source.absolute()).lower()]
    kind = (told.joint or (named[0] if len(named) == 1 else "unsaid (say --joint)")).lower()
    write_leg_predictions(out / FILE, kind, read_predictions(_predictions_of(source) or source))
    yield Progress(1, 1, "Unknown in the source: whose legs these are.")


def _predictions_to_published(source: Path, out: Path, _told: Told) -> Iterator[Progress]:
    from kinefuse.formats.leg_predictions import FILE, read_leg_predictions
    from kinefuse.formats.published_predictions import FOLDER, write_predictions

    kind, predictions = read_leg_predictions(source / FILE if source.is_dir() else source)
    (out / FOLDER).mkdir()
    write_predictions(out / FOLDER, predictions)
    yield Progress(1, 1, f"Lost: the name of the joint, {kind}; rows are right and left in turn.")


def _is_leg_predictions(path: Path) -> bool:
    from kinefuse.formats.leg_predictions import FILE

    return path.name == FILE or (path / FILE).is_file()


RECORDINGS = (
    Conversion(
        what="the demo's .npy files become csv",
        to="kinefuse",
        recognises=_is_demo,
        run=_demo_to_csv,
    ),
    Conversion(
        what="a recording of sensors becomes the demo's .npy files",
        to="published",
        recognises=_is_recording,
        run=_recording_to_demo,
    ),
)
PREDICTIONS = (
    Conversion(
        what="a published model's predictions become one file with named sides",
        to="kinefuse",
        recognises=lambda path: path.is_dir() and _predictions_of(path) is not None,
        run=_predictions_to_ours,
    ),
    Conversion(
        what="predictions.h5 becomes the published predictions",
        to="published",
        recognises=_is_leg_predictions,
        run=_predictions_to_published,
    ),
)
