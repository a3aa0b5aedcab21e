"""Estimates of puppets by no optimiser, and a training short enough for every test."""

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.optimiser import BodyEstimate
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import JointAngles, SegmentPoses
from kinefuse.training.correction_config import CorrectionConfig, WearingConfig

TINY = CorrectionConfig(
    settings={"width": 8, "trunk": [1, 2], "head": [1]},
    wearings=WearingConfig(times={"aligned": 1, "as worn": 2}, partly=1),
    shares={"aligned": 0.5, "as worn": 0.5},
    window_s=1.0,
    batch=3,
    iterations=6,
    checkpoint_every=2,
    validate_every=4,
)


def reckoned(session, _activity="walking", _alignment=None):
    """A body estimate from the gyroscopes alone, upright at the first sample."""
    R = {s: dead_reckoning(imu.gyr_rad_s, imu.rate_hz) for s, imu in session.sensors.items()}
    return as_estimate(R, session.rate_hz)


def as_estimate(R_world_segment, rate_hz):
    """What the optimiser would return if it found these attitudes."""
    some = {s: np.zeros((2, 3)) for s in R_world_segment}
    places = {s: np.zeros((len(R), 3)) for s, R in R_world_segment.items()}
    poses = SegmentPoses(rate_hz=rate_hz, R_world_segment=R_world_segment, origin_m=places)
    known = [j for j, k in JOINTS.items() if {k.proximal, k.distal} <= set(R_world_segment)]
    angles = (
        poses.joint_angles()
        if known
        else JointAngles(rate_hz=rate_hz, angles_rad={"hip_r": np.zeros((poses.samples, 3))})
    )
    return BodyEstimate(
        rate_hz=rate_hz,
        R_world_segment=R_world_segment,
        angles=angles,
        angles_sd_rad={j: np.full_like(a, 0.1) for j, a in angles.angles_rad.items()},
        gyr_bias_rad_s=some,
        gyr_bias_sd_rad_s=some,
        alignment_rad=some,
        alignment_sd_rad=some,
        joint_centres_m={},
        terms={},
        steps=0,
        converged=True,
    )
