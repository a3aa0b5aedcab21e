"""Simulated signals spread as those of 1,900 people of the clinic that the method came from.

What is compared is what the published preprocessing would have made of the simulated motion. It
has three oddities, and the measured means and spreads only agree with all of them: axes are
those of the laboratory at touchdown, gravity has the wrong sign, and the acceleration is turned
the wrong way round, in a laboratory whose x axis points right and z backwards.
"""

import numpy as np
import pytest
from scipy.signal import butter, find_peaks, sosfiltfilt

from kinefuse import so3
from kinefuse.recordings import Trial
from kinefuse.simulation.gait import simulate_people

torch = pytest.importorskip("torch")

CHANNELS = ("acc_x", "acc_y", "acc_z", "acc", "gyr_x", "gyr_y", "gyr_z", "gyr")
PAIRS = {
    "Hip": ("pelvis", "thigh_r"),
    "Knee": ("thigh_r", "shank_r"),
    "Ankle": ("shank_r", "foot_r"),
}
WITHIN = 0.35
PEOPLE = 20

# The clinic's thigh turns about its long axis and sideways at 1.9 to 2.8 rad/s in walking as in
# running, more than its shank: no thigh bone does (0.5 to 0.8 rad/s sideways in Fukuchi et al.
# 2017), its marker plate on soft flesh does. Ideal sensors must not follow it.
FLESH = {("thigh_r", channel) for channel in ("gyr_x", "gyr_y", "gyr")}
# Sideways motion of the shank: 0.4 to 0.9 rad/s in the clinic, 1.1 to 1.9 in Fukuchi et al. 2017,
# depending on where a laboratory puts the knee's axis; the normative curves lie between.
KNEE_AXIS = {
    "walking": {("shank_r", "gyr_x")},
    "running": {("shank_r", "gyr_x"), ("shank_r", "acc_z")},
}


_G = np.array([0.0, 9.80665, 0.0])
_R_LAB_TARGET = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
_GYROSCOPE_HZ = 8.0


def published_reading(trial: Trial, segment: str) -> np.ndarray:
    """Sixteen-channel order of one sensor: acc xyz, its norm, gyr xyz, its norm."""
    imu, R = trial.imus[segment], trial.poses.R_world_segment[segment]
    R_world_aligned = R @ so3.mean(R[_touchdowns(trial)]).T
    upside_down = np.einsum("tij,tj->ti", R, imu.acc_m_s2) - 2 * _G
    turned = _R_LAB_TARGET @ R_world_aligned @ _R_LAB_TARGET
    acc = np.einsum("tij,tj->ti", turned, upside_down)
    gyr = imu.gyr_rad_s @ so3.mean(R[_touchdowns(trial)]).T
    gyr = sosfiltfilt(butter(2, _GYROSCOPE_HZ, fs=imu.rate_hz, output="sos"), gyr, axis=0)
    norms = (np.linalg.norm(x, axis=-1, keepdims=True) for x in (acc, gyr))
    return np.hstack([acc, next(norms), gyr, next(norms)])


def _touchdowns(trial: Trial) -> np.ndarray:
    ahead = trial.poses.origin_m["foot_r"][:, 0] - trial.poses.origin_m["pelvis"][:, 0]
    return find_peaks(ahead, distance=100)[0]


@pytest.fixture(scope="module")
def spread():
    found = {}
    for activity in ("walking", "running"):
        people = list(simulate_people(PEOPLE, activity, 1, seconds=10.0))
        for segment in ("pelvis", "thigh_r", "shank_r", "foot_r"):
            readings = [published_reading(trial, segment) for trial in people]
            found[activity, segment] = np.concatenate(readings).std(axis=0)
    return found


@pytest.mark.parametrize("joint", PAIRS)
@pytest.mark.parametrize("activity", ["walking", "running"])
def test_every_channel_spreads_within_35_percent(activity, joint, spread, shared_data):
    file = shared_data / "checkpoints_conv1d" / f"{activity.capitalize()}_{joint}_norm_dict.pt"
    kept = torch.load(file, weights_only=True, map_location="cpu")["params"]["x_std"]
    clinic = kept.numpy().reshape(2, len(CHANNELS))
    beyond = FLESH | KNEE_AXIS[activity]
    for segment, theirs in zip(PAIRS[joint], clinic, strict=True):
        ratio = spread[activity, segment] / theirs
        far = {
            (segment, channel): round(float(r), 2)
            for channel, r in zip(CHANNELS, ratio, strict=True)
            if abs(r - 1) > WITHIN and (segment, channel) not in beyond
        }
        assert not far


def test_what_cannot_follow_the_clinic_stays_plausible(spread):
    for activity in ("walking", "running"):
        thigh = dict(zip(CHANNELS, spread[activity, "thigh_r"], strict=True))
        assert thigh["gyr_x"] < 1.2 < thigh["gyr_z"]  # a thigh swings, it does not wag
        assert spread[activity, "shank_r"][CHANNELS.index("gyr_x")] < 1.9
