"""A walker simple enough to write down: stands still for two seconds, then walks on the spot."""

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import ImuSession, SegmentPoses
from kinefuse.simulation.imu import simulate_imus

RATE_HZ = 100.0
SECONDS = 14.0
_THIGH_M, _SHANK_M, _HIP_WIDTH_M = 0.42, 0.42, 0.17
_STRIDE_HZ = 0.9


class Walker:
    """Poses, ideal sensors in segment axes, and true joint angles."""

    def __init__(self, turning_rad: float = 0.0, standing: bool = True) -> None:
        t = np.arange(0, SECONDS, 1 / RATE_HZ)
        self.starts = np.clip((t - 2.0) / 0.8, 0, 1) if standing else np.ones_like(t)
        self.starts = self.starts**3 * (10 - 15 * self.starts + 6 * self.starts**2)
        self.phase = 2 * np.pi * _STRIDE_HZ * t
        self.angles = {name: self._angles(joint) for name, joint in JOINTS.items()}
        R = {"pelvis": self._pelvis(turning_rad * t / SECONDS)}
        for joint in JOINTS.values():
            R[joint.distal] = R[joint.proximal] @ rotation_of_angles(self.angles[joint.name], joint)
        self.poses = SegmentPoses(rate_hz=RATE_HZ, R_world_segment=R, origin_m=self._origins(R))
        self.session = simulate_imus(self.poses)

    def worn(self, rng: np.random.Generator) -> tuple[ImuSession, dict[str, np.ndarray]]:
        """The session as recorded by sensors mounted anyhow, and ``R_sensor_segment`` of each."""
        mounting = {s: so3.exp(rng.uniform(-np.pi, np.pi, 3)) for s in self.session.sensors}
        sensors = {s: imu.turned(mounting[s]) for s, imu in self.session.sensors.items()}
        return ImuSession(name="worn", sensors=sensors), mounting

    def _angles(self, joint) -> np.ndarray:
        phase = self.phase + (np.pi if joint.side == "l" else 0.0)
        swing = np.exp(-2.5 * (1 - np.cos(phase - 4.5)))  # peaks at 72 % of the stride
        push = np.exp(-4.0 * (1 - np.cos(phase - 3.9)))  # off the ground at 62 %
        gait = {
            "hip": (15 + 22 * np.cos(phase), 4 * np.sin(phase), 3 * np.cos(phase + 0.5)),
            "knee": (8 + 6 * np.sin(2 * phase - 0.3) + 52 * swing, 1 + 0 * phase, -17 + 3 * swing),
            "ankle": (3 + 8 * np.sin(phase - 1.3) - 12 * push, 5 + 0 * phase, 9 + 0 * phase),
        }[joint.kind]
        standing = {"hip": (5.5, -4, 0), "knee": (-3.6, 0, -17), "ankle": (1.9, 4.3, 9)}[joint.kind]
        still, moving = np.array(standing), np.stack(gait, axis=-1)
        return np.deg2rad(still + self.starts[:, None] * (moving - still))

    def _pelvis(self, heading_rad) -> np.ndarray:
        forward_tilt = np.deg2rad(-11.0 + self.starts * -2.0)
        sway = np.deg2rad(4) * self.starts * np.cos(self.phase)
        tilt = so3.exp(forward_tilt[:, None] * np.array([0, 0, 1.0]))
        list_ = so3.exp(np.deg2rad(3) * (self.starts * np.sin(self.phase))[:, None] * [1.0, 0, 0])
        return so3.about_y(heading_rad + sway) @ list_ @ tilt

    def _origins(self, R) -> dict[str, np.ndarray]:
        forward = 0.015 * self.starts * np.sin(2 * self.phase)
        up = 0.95 + 0.02 * self.starts * np.cos(2 * self.phase)
        right = 0.025 * self.starts * np.sin(self.phase)
        origins = {"pelvis": np.stack([forward, up, right], axis=-1)}
        for side, sign in (("r", +1), ("l", -1)):
            hip = origins["pelvis"] + R["pelvis"] @ np.array([0, 0, sign * _HIP_WIDTH_M / 2])
            knee = hip + R[f"thigh_{side}"] @ np.array([0, -_THIGH_M, 0])
            ankle = knee + R[f"shank_{side}"] @ np.array([0, -_SHANK_M, 0])
            origins |= {f"thigh_{side}": hip, f"shank_{side}": knee, f"foot_{side}": ankle}
        return origins
