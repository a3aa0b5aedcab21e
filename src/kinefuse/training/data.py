"""From a store's trials to what a network sees: each leg's pair of sensors and its truth."""

from collections.abc import Iterable, Iterator

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SIDES
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.dataset.store import Store, read_trial
from kinefuse.dataset.windows import Limb
from kinefuse.errors import KinefuseError
from kinefuse.networks.limbs import as_right_leg, pair_signals
from kinefuse.networks.travel_frame import to_travel, travel_heading
from kinefuse.recordings import Trial

ANY_ACTIVITY = "any"


class NothingToLearnFrom(KinefuseError):
    """No sound trial of the wanted people and activity holds the wanted joint."""

    def __init__(self, what: str, activity: str) -> None:
        super().__init__(
            f"no sound trial (activity: {activity}) holds the {what}; "
            "prepare such recordings, or choose another joint, activity or split."
        )


def trials_of(
    stores: Iterable[Store], people: tuple[str, ...], activity: str = ANY_ACTIVITY
) -> Iterator[Trial]:
    """Every sound trial of these people and this activity, one at a time."""
    for store in stores:
        for entry in store.sound:
            if entry.person in people and activity in (ANY_ACTIVITY, entry.activity):
                yield read_trial(entry.file)


def limbs_of(
    trials: Iterable[Trial],
    kinds: Iterable[str],
    rate_hz: float,
    precision: type[np.floating] = np.float64,
) -> dict[str, list[Limb]]:
    """Both legs of every trial at the model's rate, by kind of joint.

    A trial without a joint's sensors or truth gives nothing for that joint. Single precision is
    enough to train on and halves the memory.
    """
    limbs: dict[str, list[Limb]] = {kind: [] for kind in kinds}
    for trial in trials:
        at_rate = resampled_trial(trial, rate_hz)
        present = set(at_rate.imus.joints()) & set(at_rate.angles.angles_rad)
        for kind in limbs:
            for side in SIDES:
                if f"{kind}_{side}" in present:
                    limb = limb_of(at_rate, f"{kind}_{side}")
                    limbs[kind].append(limb.with_precision(precision))
    return limbs


def limb_of(trial: Trial, joint_name: str) -> Limb:
    """One joint's pair and truth, as a right leg.

    The travel frame's heading is the pelvis's; where that is not known, the proximal segment's.
    """
    named, attitudes = JOINTS[joint_name], trial.poses.R_world_segment
    leader = "pelvis" if "pelvis" in attitudes else named.proximal
    heading_rad = travel_heading(attitudes[leader], trial.poses.rate_hz)
    R_travel = [
        as_right_leg(to_travel(attitudes[segment], heading_rad), named.side)
        for segment in (named.proximal, named.distal)
    ]
    return Limb(
        person=trial.person,
        trial=trial.name,
        side=named.side,
        signals=pair_signals(trial.imus, joint_name),
        angles_rad=trial.angles.angles_rad[joint_name],
        R_travel_segment=np.stack(R_travel, axis=1),
    )
