"""What is known of a trial when it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.recordings import JointAngles, SegmentPoses

MARKER_MEANS = "mean of each segment's three markers; no joint centre is known"
"""What the provenance of such a trial says of its origins."""


@dataclass(frozen=True, kw_only=True)
class ClusterEvidence:
    """The markers of one segment, as recorded, and the shape they had while standing."""

    markers: tuple[str, ...]
    points_m: Float[np.ndarray, "frames marker 3"]
    local_m: Float[np.ndarray, "marker 3"]
    misfit_m: Float[np.ndarray, " frames"]
    refused: Bool[np.ndarray, "frames marker"]
    """Markers that were seen where they cannot have been."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A reconstructed trial before smoothing, at the rate of its file."""

    poses: SegmentPoses
    clusters: Mapping[str, ClusterEvidence]
    bridged: Mapping[str, Bool[np.ndarray, " _time"]]
    """By segment: frames whose pose was interpolated in time."""
    angles: JointAngles | None = None
    """Where they are not those of the poses, as in published files."""

    joint_centres: bool = True
    """Whether the origins are joint centres; else they are where clusters happen to sit."""

    def joint_angles(self) -> JointAngles:
        """The angles that are judged."""
        return self.poses.joint_angles() if self.angles is None else self.angles
