"""Orientations and angles of a store's trials, a file a trial, and how far they are from the truth.

A trial whose file is there is finished and is not estimated again.
"""

import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.correction import CorrectionNetwork
from kinefuse.dataset.resampling import resampled_signal
from kinefuse.dataset.store import StoreEntry, read_trial, trial_file
from kinefuse.errors import KinefuseError, UnknownChoice
from kinefuse.formats.estimated_trials import (
    EstimatedTrial,
    read_estimated_trial,
    write_estimated_trial,
)
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.limbs import as_right_leg, pair_signals
from kinefuse.networks.saved_model import Model
from kinefuse.orientation.published_optimisation import literal_turns, published_turns
from kinefuse.orientation.strapdown import added_up
from kinefuse.progress import Progress
from kinefuse.published_baseline import published_beta
from kinefuse.recordings import Trial
from kinefuse.statistics import NINETY
from kinefuse.whole_body import estimated_body
from kinefuse.whole_body.wearing import ALIGNED, WEARINGS, Seen, seen_in
from kinefuse.whole_files import written_whole


class NoOrientations(KinefuseError):
    """The published method starts from a network's orientations, and there are none."""

    def __init__(self, model: object) -> None:
        super().__init__(
            f"{model}: it holds no orientation network for the trials' joints; "
            "train one with --target all, or use --method map, which needs none."
        )


class OtherEstimate(KinefuseError):
    """A file in the folder was estimated in another way."""

    def __init__(self, file: Path, differing: Sequence[str]) -> None:
        super().__init__(
            f"{file} was estimated with another {', '.join(differing)}; "
            "choose another --out, or say --force to estimate everything again."
        )


@dataclass(frozen=True, kw_only=True)
class Request:
    """How trials are to be estimated."""

    model: Model | None = None
    correction: CorrectionNetwork | None = None
    method: str = "map"
    """One of ``METHODS``."""
    condition: str = ALIGNED
    """How the sensors sit, one of ``whole_body.wearing.WEARINGS``."""
    seed: int = 0
    """Of the faults of worn sensors."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownChoice("method", self.method, known=METHODS)
        if self.condition not in WEARINGS:
            raise UnknownChoice("condition", self.condition, known=WEARINGS)

    def words(self) -> dict[str, object]:
        """What tells one way of estimating from another."""
        return {
            "method": self.method,
            "condition": self.condition,
            "seed": self.seed,
            "model": self.model.card.name if self.model else None,
            "correction": self.correction.card.name if self.correction else None,
        }


Estimating = Generator[str, None, EstimatedTrial]
"""Says how far it is, if it takes long, and ends with what it found."""
Turning = Generator[str, None, np.ndarray]


def optimised(seen: Seen, request: Request, _scratch: Path) -> Estimating:
    """The whole body at once, corrected where there is a network for it."""
    yield from ()
    found = estimated_body(
        seen.trial.imus, seen.trial.activity, seen.alignment, request.correction, seen.told
    )
    return EstimatedTrial(
        rate_hz=found.body.rate_hz,
        orientations=found.body.R_world_segment,
        angles_rad=found.angles.angles_rad,
        angles_sd_rad=found.angles_sd_rad,
    )


def published(seen: Seen, request: Request, _scratch: Path) -> Estimating:
    """Each joint's two sensors dead-reckoned from the orientation network's first answer.

    Raises:
        NoOrientations: There is no orientation network for any joint of the trial.
    """

    def turns(_segment: str, gyr_rad_s: np.ndarray, rate_hz: float) -> Turning:
        yield from ()
        return published_turns(gyr_rad_s, rate_hz)

    return (yield from _joint_by_joint(seen, request, turns))


def published_literally(seen: Seen, request: Request, scratch: Path) -> Estimating:
    """The same by the published search, frame by frame: hours for a trial of 30 s.

    What is found is kept in ``scratch`` every few seconds, and a stopped search goes on from it.

    Raises:
        NoOrientations: There is no orientation network for any joint of the trial.
    """

    def turns(segment: str, gyr_rad_s: np.ndarray, rate_hz: float) -> Turning:
        file = scratch / f"{segment}.npy"
        known = np.load(file, allow_pickle=False) if file.exists() else np.empty((0, 3))
        found = known
        for found in literal_turns(gyr_rad_s, rate_hz, known):
            with written_whole(file) as beside, beside.open("wb") as numbers:
                np.save(numbers, found)
            yield f"{segment}, frame {len(found) + 1} of {len(gyr_rad_s)}"
        return found

    return (yield from _joint_by_joint(seen, request, turns))


def _joint_by_joint(
    seen: Seen, request: Request, turns: Callable[[str, np.ndarray, float], Turning]
) -> Estimating:
    model = request.model
    if model is None:
        raise NoOrientations("this model")
    session = seen.at(model.rate_hz).trial.imus
    paths, orientations, angles = {}, {}, {}
    for name in session.joints():
        joint = JOINTS[name]
        if not model.has(joint.kind, "orientation"):
            continue
        pair = pair_signals(session, name)
        firsts = model.predict_orientations(pair, joint.kind, joint.side)
        attitudes = []
        for segment, R_network in zip((joint.proximal, joint.distal), firsts, strict=True):
            if segment not in paths:
                gyr = session[segment].gyr_rad_s
                paths[segment] = added_up((yield from turns(segment, gyr, model.rate_hz)))
            R = as_right_leg(R_network[0], joint.side) @ paths[segment]
            orientations[f"{name}/{segment}"] = R
            attitudes.append(as_right_leg(R, joint.side))
        angles[name] = published_beta((attitudes[0], attitudes[1]), joint.kind)
    if not angles:
        raise NoOrientations(model.folder)
    return EstimatedTrial(rate_hz=model.rate_hz, orientations=orientations, angles_rad=angles)


METHODS: Mapping[str, Callable[[Seen, Request, Path], Estimating]] = {
    "map": optimised,
    "published": published,
    "published-bfgs": published_literally,
}
"""The optimiser on the whole body; the published optimisation joint by joint, in closed form; and
as the published code searches for it."""


def estimate_trials(
    entries: Sequence[StoreEntry], folder: Path, request: Request
) -> Iterator[tuple[Progress, list[dict[str, object]]]]:
    """Estimate every trial that has no file in ``folder`` yet, and score all.

    Yields:
        Progress, and the rows of errors of one trial.

    Raises:
        OtherEstimate: A file is there, but of another method, wearing or model.
    """
    for done, entry in enumerate(entries, start=1):
        file = file_of(folder, entry)
        trial = read_trial(entry.file)
        said = f"{trial.person} {trial.name}"
        if not file.exists():
            scratch = file.with_suffix(f".{request.method}.partial")
            for note in _estimated(trial, request, file, scratch):
                yield Progress(done - 1, len(entries), f"{said}: {note}"), []
        found = read_estimated_trial(file)
        wanted = request.words()
        if differing := [key for key in wanted if wanted[key] != found.words.get(key)]:
            raise OtherEstimate(file, differing)
        whose = {"person": trial.person, "trial": trial.name, "activity": trial.activity}
        rows = [whose | row for row in errors(found, trial)]
        yield Progress(done, len(entries), said), rows


def file_of(folder: Path, entry: StoreEntry) -> Path:
    """Where the estimate of one trial is, or would be."""
    return folder / trial_file(folder, entry.person, entry.name).name


def _estimated(trial: Trial, request: Request, file: Path, scratch: Path) -> Iterator[str]:
    """Estimate one trial into its file; what lay in ``scratch`` meanwhile goes."""
    seen = seen_in(trial, request.condition, request.seed)
    whose = {"person": trial.person, "trial": trial.name, "activity": trial.activity}
    found = yield from METHODS[request.method](seen, request, scratch)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_estimated_trial(file, replace(found, words=whose | request.words()))
    shutil.rmtree(scratch, ignore_errors=True)


def errors(found: EstimatedTrial, trial: Trial) -> Iterator[dict[str, object]]:
    """A row a joint and plane: RMSE, raw and with both means removed, and the intervals' share."""
    truth = trial.angles.angles_rad
    for name in (name for name in JOINTS if name in found.angles_rad and name in truth):
        curve, sd = found.angles_rad[name], found.angles_sd_rad.get(name)
        true = resampled_signal(truth[name], trial.angles.rate_hz, found.rate_hz)
        raw, shape = (np.rad2deg(score(curve, true)) for score in (rmse, rmse_mean_removed))
        for i, plane in enumerate(PLANES):
            row: dict[str, object] = {
                "side": JOINTS[name].side,
                "joint": JOINTS[name].kind,
                "plane": plane,
                "rmse_deg": float(raw[i]),
                "rmse_mean_removed_deg": float(shape[i]),
            }
            if sd is not None:
                inside = np.abs(curve[:, i] - true[:, i]) <= NINETY * sd[:, i]
                row["sd_deg"] = float(np.rad2deg(np.median(sd[:, i])))
                row["within_90_percent_interval"] = 100 * float(np.mean(inside))
            yield row
