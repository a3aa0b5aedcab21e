"""A jointed puppet that walks in sines: trials whose every number follows from its angles."""

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles, SegmentPoses, Trial

UP = np.array([0.0, 9.80665, 0.0])
LENGTH_M = {"pelvis": 0.1, "thigh": 0.4, "shank": 0.4, "foot": 0.2}
# Mean and amplitude [deg] of flexion, adduction, rotation.
SWING_DEG = {
    "hip": ((10, 25), (0, 6), (2, 5)),
    "knee": ((30, 28), (1, 3), (-3, 6)),
    "ankle": ((0, 12), (-2, 5), (4, 5)),
}


def puppet_trial(
    person: str = "p1",
    name: str = "walk",
    seconds: float = 6.0,
    rate_hz: float = 100.0,
    activity: str = "walking",
    turning_deg_s: float = 0.0,
    seed: int = 0,
) -> Trial:
    """A trial of one person; ``seed`` gives them their own cadence, phases and offsets."""
    rng = np.random.default_rng([seed, *person.encode(), *name.encode()])
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * rng.uniform(0.8, 1.1) * t
    angles = {joint: _angles(joint, phase, rng) for joint in JOINTS}
    R = _attitudes(angles, phase, np.deg2rad(turning_deg_s) * t, rng)
    origin = _origins(R)
    sensors = {s: sensor(s, R[s], origin[s], rate_hz) for s in SEGMENTS}
    return Trial(
        person=person,
        name=name,
        activity=activity,
        imus=ImuSession(name=name, sensors=sensors),
        poses=SegmentPoses(rate_hz=rate_hz, R_world_segment=R, origin_m=origin),
        angles=JointAngles(rate_hz=rate_hz, angles_rad=angles),
        source="puppets, CC0",
    )


def sensor(segment: str, R: np.ndarray, origin_m: np.ndarray, rate_hz: float) -> ImuRecording:
    """What a sensor at the segment's middle feels."""
    middle = origin_m - R[:, :, 1] * LENGTH_M[segment.split("_")[0]] / 2
    acceleration = rate_hz**2 * np.gradient(np.gradient(middle, axis=0), axis=0)
    between = so3.log(so3.transpose(R[:-1]) @ R[1:]) * rate_hz
    gyr = np.concatenate([between[:1], (between[1:] + between[:-1]) / 2, between[-1:]])
    acc = np.einsum("tji,tj->ti", R, acceleration + UP)
    return ImuRecording(segment=segment, rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=gyr)


def _angles(joint: str, phase: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    later = np.pi if joint.endswith("_l") else 0.0
    columns = [
        mean + rng.normal(0, 2) + amplitude * np.sin(phase + later + 0.7 * i + rng.normal(0, 0.1))
        for i, (mean, amplitude) in enumerate(SWING_DEG[joint[:-2]])
    ]
    return np.deg2rad(np.stack(columns, axis=-1))


def _attitudes(angles, phase, heading_rad, rng) -> dict[str, np.ndarray]:
    sway = np.deg2rad([3.0, 5.0, 2.0]) * np.sin(phase[:, None] + rng.uniform(0, 6, 3))
    R = {"pelvis": so3.about_y(heading_rad) @ so3.exp(sway)}
    for side in SIDES:
        for kind in ("hip", "knee", "ankle"):
            joint = JOINTS[f"{kind}_{side}"]
            R[joint.distal] = R[joint.proximal] @ rotation_of_angles(angles[joint.name], joint)
    return R


def _origins(R) -> dict[str, np.ndarray]:
    origin = {"pelvis": np.tile([0.0, 1.0, 0.0], (len(R["pelvis"]), 1))}
    for joint in JOINTS.values():
        stem = joint.proximal.split("_")[0]
        length = 0.0 if stem == "pelvis" else LENGTH_M[stem]
        origin[joint.distal] = origin[joint.proximal] - length * R[joint.proximal][:, :, 1]
    return origin
