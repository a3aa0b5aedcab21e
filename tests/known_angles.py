"""Angles that are sines, and findings, for estimates whose every number is known."""

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.quality.finding import Finding
from kinefuse.recordings import JointAngles

RATE_HZ = 100.0
SECONDS = 20.0
AMPLITUDE_DEG = {"hip_r": 20.0, "hip_l": 10.0}
"""Of flexion; other joints have 15 deg, adduction a fifth and rotation a tenth of flexion."""


def sines(seconds: float = SECONDS, rate_hz: float = RATE_HZ) -> JointAngles:
    """Right joints rise from zero at every full second, left ones half a second later."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    angles = {}
    for name, joint in JOINTS.items():
        wave = np.sin(2 * np.pi * (t - (0.5 if joint.side == "l" else 0.0)))
        size = np.deg2rad(AMPLITUDE_DEG.get(name, 15.0))
        angles[name] = np.stack([size * wave, 0.2 * size * wave, 0.1 * size * wave], axis=-1)
    return JointAngles(rate_hz=rate_hz, angles_rad=angles)


def finding(passed: bool = True, **words) -> Finding:
    """A check of the right foot."""
    usual = {
        "check": "gravity at rest",
        "subject": "foot_r",
        "value": 0.1 if passed else 2.3,
        "limit": 0.5,
        "unit": "m/s2",
        "message": "the resting accelerometer reads 9.71 m/s2",
        "source": "the maker's data sheet",
    }
    return Finding(passed=passed, **(usual | words))
