"""An estimate whose every number is known: strides of one second, angles that are sines."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.alignment import SegmentAlignment
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.estimation import Estimate
from kinefuse.recordings import JointAngles
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
def without_strides(estimate: Estimate) -> Estimate:
    """The same with nobody walking."""
    return replace(estimate, contacts_s={"r": np.zeros(0), "l": np.zeros(0)})
