"""Estimates put together from a walker's truth, for whatever is made of estimates."""

import numpy as np

from kinefuse.estimation import Estimate
from kinefuse.quality.finding import Finding
from kinefuse.recordings import JointAngles
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.session_description import Person
from walker import RATE_HZ


def made_up_estimate(walker, part=slice(400, 700), segments=None, height_m=None) -> Estimate:
    """The truth about a few seconds, as if it had been estimated."""
    R = {
        s: turned[part]
        for s, turned in walker.poses.R_world_segment.items()
        if segments is None or s in segments
    }
    orientations = SegmentOrientations(rate_hz=RATE_HZ, R_world_segment=R)
    angles = orientations.joint_angles()
    return Estimate(
        session_name="walk",
        activity="walking",
        method="map",
        model_name="small",
        angles=angles,
        alternatives={},
        alignment={},
        contacts_s={"r": np.array([0.25, 1.36]), "l": np.array([])},
        findings=(
            Finding(
                check="convergence",
                subject="optimiser",
                passed=True,
                value=4.0,
                limit=np.nan,
                unit="steps",
                message="it stood still",
                source="a test",
            ),
        ),
        angles_sd_rad={"knee_r": 0.01 + 0.001 * np.abs(angles.angles_rad["knee_r"])}
        if "knee_r" in angles.angles_rad
        else None,
        orientations=orientations,
        person=Person(height_m=height_m),
    )


def without_orientations(estimate: Estimate, joints) -> Estimate:
    """Angles of some joints, and nothing else."""
    from dataclasses import replace

    kept = {name: estimate.angles.angles_rad[name] for name in joints}
    return replace(
        estimate,
        angles=JointAngles(rate_hz=estimate.angles.rate_hz, angles_rad=kept),
        orientations=None,
        angles_sd_rad=None,
    )
