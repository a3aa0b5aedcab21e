"""What a model's networks say of people they were not trained on, kept beside the model.

``predictions/<part>/<person>__<trial>.h5``, laid out as estimates of trials are
(``formats.estimated_trials``): angles, and attitudes of both sensors of a joint in the travel
frame, as the network gives them, before any smoothing.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.resampling import resampled_session
from kinefuse.dataset.store import trial_file
from kinefuse.formats.estimated_trials import EstimatedTrial, write_estimated_trial
from kinefuse.networks.limbs import as_right_leg, pair_signals
from kinefuse.networks.saved_model import Model
from kinefuse.recordings import Trial

FOLDER = "predictions"


def keep_predictions(model: Model, parts: Mapping[str, Iterable[Trial]]) -> None:
    """Write a file a trial, by part of the split; trials without any of its joints give none."""
    for part, trials in parts.items():
        for trial in trials:
            found = _predicted(model, trial, part)
            if found.angles_rad or found.orientations:
                file = prediction_file(model.folder, part, trial.person, trial.name)
                file.parent.mkdir(parents=True, exist_ok=True)
                write_estimated_trial(file, found)


def prediction_file(folder: Path, part: str, person: str, trial: str) -> Path:
    """Where the predictions of one trial are in a model folder, or would be."""
    return folder / FOLDER / part / trial_file(folder, person, trial).name


def _predicted(model: Model, trial: Trial, part: str) -> EstimatedTrial:
    session = resampled_session(trial.imus, model.rate_hz)
    angles, orientations = {}, {}
    for name in session.joints():
        joint = JOINTS[name]
        pair = pair_signals(session, name)
        if model.has(joint.kind, "angles"):
            angles[name] = model.predict_angles(pair, joint.kind, joint.side)
        if model.has(joint.kind, "orientation"):
            both = model.predict_orientations(pair, joint.kind, joint.side)
            for segment, R in zip((joint.proximal, joint.distal), both, strict=True):
                orientations[f"{name}/{segment}"] = as_right_leg(R, joint.side)
    whose = {"person": trial.person, "trial": trial.name, "activity": trial.activity}
    words = whose | {"part": part, "model": model.card.name, "frame": "travel"}
    return EstimatedTrial(
        rate_hz=model.rate_hz, orientations=orientations, angles_rad=angles, words=words
    )
