"""An estimate whose every number is known: strides of one second, angles that are sines."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.alignment import SegmentAlignment
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.estimation import Estimate
from kinefuse.optimiser import BodyEstimate, TermStatistics
from kinefuse.recordings import JointAngles
from kinefuse.whole_body import BodyAnswer
from known_angles import RATE_HZ, finding, sines


@pytest.fixture
def truth() -> JointAngles:
    """The angles themselves."""
    return sines()


@pytest.fixture
def estimate(truth: JointAngles) -> Estimate:
    """Sound in every way, and two degrees above the truth."""
    off = {name: angles + np.deg2rad(2.0) for name, angles in truth.angles_rad.items()}
    return Estimate(
        session_name="walk 7",
        activity="walking",
        method="classical",
        model_name=None,
        angles=JointAngles(rate_hz=RATE_HZ, angles_rad=off),
        alternatives={"network": truth},
        alignment={
            segment: SegmentAlignment(
                segment=segment,
                R_segment_sensor=np.eye(3),
                method="gravity while standing still",
                tilt_sd_deg=2.0,
                heading_sd_deg=5.0,
            )
            for segment in SEGMENTS
        },
        contacts_s={"r": np.arange(1.0, 19.5), "l": np.arange(1.5, 19.5)},
        findings=(finding(), finding(check="range", subject="pelvis gyroscope")),
    )


@pytest.fixture
def sure(estimate: Estimate) -> Estimate:
    """The same by the optimiser, with deviations of 1, 2 and 4 deg and a bias of 0.5 deg/s."""
    planes = np.deg2rad([1.0, 2.0, 4.0])
    knots = {segment: np.zeros((20, 3)) for segment in SEGMENTS}
    sd_rad = {
        name: np.tile(planes, (len(angles), 1))
        for name, angles in estimate.angles.angles_rad.items()
    }
    body = BodyEstimate(
        rate_hz=RATE_HZ,
        R_world_segment={},
        angles=estimate.angles,
        angles_sd_rad=sd_rad,
        gyr_bias_rad_s={s: values + np.deg2rad([0.5, 0.0, 0.0]) for s, values in knots.items()},
        gyr_bias_sd_rad_s={s: values + np.deg2rad(0.07) for s, values in knots.items()},
        alignment_rad={s: values - np.deg2rad([0.0, 6.3, 0.0]) for s, values in knots.items()},
        alignment_sd_rad={s: values + np.deg2rad(2.2) for s, values in knots.items()},
        joint_centres_m={},
        terms={
            "gyroscope": TermStatistics(rows=133, rms_sigmas=0.42, down_weighted=0.0),
            "shared joint": TermStatistics(rows=120, rms_sigmas=0.87, down_weighted=0.03),
            "bias walk": TermStatistics(rows=19, rms_sigmas=0.01, down_weighted=0.0),
        },
        steps=8,
        converged=True,
    )
    return replace(estimate, method="map", angles_sd_rad=sd_rad, body=BodyAnswer(body=body))


@pytest.fixture
def without_strides(estimate: Estimate) -> Estimate:
    """The same with nobody walking."""
    return replace(estimate, contacts_s={"r": np.zeros(0), "l": np.zeros(0)})
