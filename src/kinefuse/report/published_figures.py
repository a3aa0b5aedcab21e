"""What was published for this method, so that every number of ours can stand beside it."""

from dataclasses import dataclass

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES

PAPER = (
    "Rapp et al. (2021), J. Biomech. 116:110229: people left out, network and optimisation, means "
    "removed; upper bounds over joints, walking and running"
)
RERUN = (
    "an independent rerun of the published search on the same clinic's data (883 walkers, 1,015 "
    "runners), convolutional network, means not removed, mean of the three planes"
)
MEAN = "mean"
"""Beside ``PLANES``: the mean of the three of them."""

ACTIVITIES = ("walking", "running")
CALIBRATED_DEG = {"flexion": (1.27, 0.38), "adduction": (2.52, 0.98), "rotation": (3.34, 1.02)}
"""By plane, mean and SD over people; every joint stays below."""
RERUN_RAW_DEG = {
    "walking": {"hip": 4.70, "knee": 4.63, "ankle": 3.05},
    "running": {"hip": 4.73, "knee": 4.94, "ankle": 3.54},
}


@dataclass(frozen=True)
class PublishedFigure:
    """One number of somebody else's."""

    deg: float
    sd_deg: float | None
    bound: bool
    """Whether it is only known that the number was smaller."""
    source: str

    @property
    def words(self) -> str:
        """For a table's cell."""
        spread = "" if self.sd_deg is None else f" ± {self.sd_deg:.2f}"
        return f"{'< ' if self.bound else ''}{self.deg:.2f}{spread}"


PUBLISHED: dict[tuple[str, str, str, str], PublishedFigure] = {
    (activity, joint, plane, "calibrated"): PublishedFigure(*CALIBRATED_DEG[plane], True, PAPER)
    for activity in ACTIVITIES
    for joint in JOINT_KINDS
    for plane in PLANES
} | {
    (activity, joint, MEAN, "raw"): PublishedFigure(deg, None, False, RERUN)
    for activity, joints in RERUN_RAW_DEG.items()
    for joint, deg in joints.items()
}
"""By activity, kind of joint, plane (or ``MEAN``) and score ('raw' or 'calibrated')."""
