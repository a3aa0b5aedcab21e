"""Orientations and angles of a store's trials, a file a trial, and how far they are from the truth.

A trial whose file is there is finished and is not estimated again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from kinefuse.progress import Progress
from kinefuse.published_baseline import published_attitudes, published_beta
from kinefuse.recordings import Trial
from kinefuse.whole_body import estimated_body
from kinefuse.whole_body.wearing import ALIGNED, WEARINGS, Seen, seen_in

NINETY = 1.6449  # standard deviations to either side that hold 90 % of a normal error


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


def optimised(seen: Seen, request: Request) -> EstimatedTrial:
    """The whole body at once, corrected where there is a network for it."""
    found = estimated_body(
        seen.trial.imus, seen.trial.activity, seen.alignment, request.correction, seen.told
    )
    return EstimatedTrial(
        rate_hz=found.body.rate_hz,
        orientations=found.body.R_world_segment,
        angles_rad=found.angles.angles_rad,
        angles_sd_rad=found.angles_sd_rad,
    )


def published(seen: Seen, request: Request) -> EstimatedTrial:
    """Each joint's two sensors dead-reckoned from the orientation network's first answer.

    Raises:
        NoOrientations: There is no orientation network for any joint of the trial.
    """
    model = request.model
    if model is None:
        raise NoOrientations("this model")
    session = seen.at(model.rate_hz).trial.imus
    orientations, angles = {}, {}
    for name in session.joints():
        joint = JOINTS[name]
        if not model.has(joint.kind, "orientation"):
            continue
        attitudes = published_attitudes(model, pair_signals(session, name), joint.kind)
        angles[name] = published_beta(attitudes, joint.kind)
        for segment, R in zip((joint.proximal, joint.distal), attitudes, strict=True):
            orientations[f"{name}/{segment}"] = as_right_leg(R, joint.side)
    if not angles:
        raise NoOrientations(model.folder)
    return EstimatedTrial(rate_hz=model.rate_hz, orientations=orientations, angles_rad=angles)


METHODS: Mapping[str, Callable[[Seen, Request], EstimatedTrial]] = {
    "map": optimised,
    "published": published,
}
"""The optimiser on the whole body; the published optimisation, joint by joint."""


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
        if not file.exists():
            estimated = _estimated(trial, request)
            folder.mkdir(parents=True, exist_ok=True)
            write_estimated_trial(file, estimated)
        found = read_estimated_trial(file)
        wanted = request.words()
        if differing := [key for key in wanted if wanted[key] != found.words.get(key)]:
            raise OtherEstimate(file, differing)
        said = {"person": trial.person, "trial": trial.name, "activity": trial.activity}
        rows = [said | row for row in errors(found, trial)]
        yield Progress(done, len(entries), f"{trial.person} {trial.name}"), rows


def file_of(folder: Path, entry: StoreEntry) -> Path:
    """Where the estimate of one trial is, or would be."""
    return folder / trial_file(folder, entry.person, entry.name).name


def _estimated(trial: Trial, request: Request) -> EstimatedTrial:
    seen = seen_in(trial, request.condition, request.seed)
    whose = {"person": trial.person, "trial": trial.name, "activity": trial.activity}
    return replace(METHODS[request.method](seen, request), words=whose | request.words())


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
