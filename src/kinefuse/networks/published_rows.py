"""What our networks say of a store's people, as rows of the published ``predictions`` files.

A row is a leg over time: sixteen channels as the published system knows them (not standardised,
-9.81 on the axis that points up, left legs as they are), and true and predicted angles in its signs
and degrees. Its files hold one trial a person and rows of one length.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kinefuse.anatomy.conventions import from_ours
from kinefuse.anatomy.segments import SIDES
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.formats.published_predictions import Legs, Predictions
from kinefuse.networks.features import features
from kinefuse.networks.limbs import mirrored_pair, pair_signals
from kinefuse.networks.published_folder import UP_CHANNELS
from kinefuse.networks.saved_model import Model
from kinefuse.recordings import Trial

_CONVENTION = "published"


def published_rows(
    model: Model, parts: Mapping[str, Sequence[Trial]], kind: str
) -> tuple[Predictions, tuple[str, ...]]:
    """Both legs of everybody, in the order given; a part without anybody is left out.

    Args:
        model: Holds an angle network for that kind of joint.
        parts: Trials by their part of the split, 'val' or 'test'.
        kind: hip, knee or ankle.

    Returns:
        The rows, and what was left out or cut, a sentence each.

    Raises:
        UnknownChoice: The model holds no such network.
    """
    found: Predictions = {}
    sentences: list[str] = []
    for part, trials in parts.items():
        rows = [_both_legs(model, trial, kind) for trial in _with_both_legs(trials, kind)]
        if len(rows) < len(trials):
            count = len(trials) - len(rows)
            sentences.append(f"{kind}, {part}: {count} without both legs' {kind}s were left out.")
        if not rows:
            continue
        lengths = [len(legs["r"][0]) for legs in rows]
        if min(lengths) < max(lengths):
            sentences.append(f"{kind}, {part}: rows were cut to the shortest, {min(lengths)}.")
        found[part] = {side: _stacked([legs[side] for legs in rows]) for side in SIDES}
    return found, tuple(sentences)


def _with_both_legs(trials: Sequence[Trial], kind: str) -> Iterator[Trial]:
    for trial in trials:
        known = set(trial.imus.joints()) & set(trial.angles.angles_rad)
        if {f"{kind}_{side}" for side in SIDES} <= known:
            yield trial


def _both_legs(model: Model, trial: Trial, kind: str) -> dict[str, tuple[np.ndarray, ...]]:
    """Channels, truth and prediction of each leg."""
    at_rate = resampled_trial(trial, model.rate_hz)
    legs = {}
    for side in SIDES:
        name = f"{kind}_{side}"
        pair = pair_signals(at_rate.imus, name)
        channels = features(mirrored_pair(pair) if side == "l" else pair)
        channels[:, UP_CHANNELS] *= -1
        truth = at_rate.angles.angles_rad[name]
        said = model.predict_angles(pair, kind, side)
        angles = (from_ours(answer, name, _CONVENTION) for answer in (truth, said))
        legs[side] = (channels, *angles)
    return legs


def _stacked(legs: Sequence[tuple[np.ndarray, ...]]) -> Legs:
    samples = min(len(leg[0]) for leg in legs)
    x, y, y_pred = (np.stack([leg[i][:samples] for leg in legs]) for i in range(3))
    return Legs(x=x, y=y, y_pred=y_pred)
