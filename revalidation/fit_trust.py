"""How far the optimiser trusts each witness: fitted at the true attitudes of training people.

    OMP_NUM_THREADS=1 python revalidation/fit_trust.py STORE...

prints, for every activity in the stores, what ``src/kinefuse/optimiser/trust.json`` holds, and
writes it there with ``--write``. Sensors are worn as in the condition 'as worn', but not askew;
their gyroscopes are exact, so that each sensor's own attitude on the flesh is known.

- gravity: residual of the window mean of the specific force at the true attitude; SD by maximum
  likelihood (root mean square), duration from its correlation at one knot's distance.
- shared joint: two thirds of people's heading scores ``sum u x d`` over a whole trial lie within
  one SD if the SD of a sample is chosen as ``sum of scores^2 / sum of information``; scores add up
  over a trial because a person's disagreement repeats with every stride.
- usual posture: mean and SD between people of the trial's mean angles.
"""

import json
import sys
import zlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path as File

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.dataset.store import open_store, read_trial
from kinefuse.optimiser.joint_centres import fitted_centres_m, lever_arms
from kinefuse.optimiser.paths import Knots
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import ImuRecording
from kinefuse.simulation.sensor_models import degrade, sensor_model

RATE_HZ, WINDOW_S, KNOT_S, BAND_HZ = 100.0, 4.0, 1.0, 5.0
LEFT_OUT = {"RBDS004", "RBDS011", "RBDS018", "RBDS023"}
OUT = File(__file__).parent.parent / "src" / "kinefuse" / "optimiser" / "trust.json"
STRAIGHT = replace(
    sensor_model("consumer"), misalignment_deg=0.0, gyr_bias_deg_s=0.0, gyr_noise_deg_s_rthz=0.0
)


def main(stores: list[File], write: bool) -> None:
    """Fit and tell."""
    seen = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for folder in stores:
        store = open_store(folder)
        tenth = len(store.people) // 10
        tested = set(store.people[-tenth:]) if store.people[0].startswith("sim-") else set()
        for entry in store.sound:
            if entry.person in LEFT_OUT | tested:
                continue
            trial = resampled_trial(read_trial(entry.file), RATE_HZ)
            look(trial, seen[trial.activity])
            print(entry.person, entry.name, flush=True)
    words = {activity: told(of) for activity, of in sorted(seen.items())}
    kept = json.loads(OUT.read_text()) if OUT.exists() else {}
    words = {activity: kept.get(activity, {}) | of for activity, of in words.items()}
    print(json.dumps(words, indent=1))
    if write:
        OUT.write_text(json.dumps(words, indent=1) + "\n")


def look(trial, of) -> None:
    """Residuals of one trial at the truth."""
    rng = np.random.default_rng([3, zlib.crc32(f"{trial.person}/{trial.name}".encode())])
    session = degrade(trial.imus, STRAIGHT, rng)
    R = {s: followed(trial.poses.R_world_segment[s], imu) for s, imu in session.sensors.items()}
    knots = Knots.every(KNOT_S, session.samples, RATE_HZ)
    half = round(WINDOW_S / 2 / KNOT_S)
    for segment, imu in session.sensors.items():
        felt = np.einsum("tij,tj->ti", R[segment], imu.acc_m_s2)
        left = knots.windowed(felt, WINDOW_S)[half:-half, [0, 2]]
        if len(left):
            of["gravity"][segment.split("_")[0]].append(left)
    arms = lever_arms(session.sensors, BAND_HZ)
    for name in session.joints():
        joint = JOINTS[name]
        pair = joint.proximal, joint.distal
        centres = fitted_centres_m(
            name, tuple(arms[s] for s in pair), tuple(R[s] for s in pair), 6.0
        )
        here, there = (arms[s].at(c, R[s]) for s, c in zip(pair, centres, strict=True))
        score = np.cross(here, here - there).sum(axis=0)
        information = np.sum(so3.skew(here) ** 2, axis=(0, 1))
        of["shared"][joint.kind].append((score, information))
        of["apart"][joint.kind].append(here - there)
        of["usual"][joint.kind].append((trial.person, trial.angles.angles_rad[name].mean(axis=0)))


def followed(R_world_segment: np.ndarray, imu: ImuRecording) -> np.ndarray:
    """Attitude of a sensor on flesh: its exact gyroscope, hung on the bone's mean attitude."""
    S = dead_reckoning(imu.gyr_rad_s, imu.rate_hz)
    return so3.mean(R_world_segment @ so3.transpose(S)) @ S


def told(of) -> dict:
    """Plain values."""
    gravity = {}
    for stem, left in of["gravity"].items():
        sd = np.sqrt(np.mean(np.concatenate(left) ** 2))
        like = np.mean([np.mean(x[1:] * x[:-1]) for x in left]) / sd**2
        lasts = -KNOT_S / np.log(like) if like > 0 else 0.0
        gravity[stem] = {"sd": round(float(sd), 4), "lasts_s": round(float(lasts), 2)}
    shared = {}
    for kind, scores in of["shared"].items():
        score, information = (np.array(x) for x in zip(*scores, strict=True))
        by_axis = np.sqrt(np.sum(score**2, axis=0) / np.sum(information, axis=0))
        rms = np.sqrt(np.mean(np.concatenate(of["apart"][kind]) ** 2))
        bias = np.rad2deg(np.sqrt(np.mean((score / information) ** 2, axis=0)))
        print(
            kind, "SD by axis", by_axis.round(1), "of a sample", rms.round(2), "turn", bias.round(2)
        )
        shared[kind] = round(float(by_axis[1]), 2)
    usual = {}
    for kind, angles in of["usual"].items():
        people = defaultdict(list)
        for person, mean in angles:
            people[person].append(mean)
        means = np.rad2deg([np.mean(m, axis=0) for m in people.values()])
        usual[kind] = {
            "mean_deg": means.mean(axis=0).round(1).tolist(),
            "sd_deg": means.std(axis=0).round(1).tolist(),
        }
    return {"gravity_m_s2": gravity, "shared_m_s2": shared, "usual": usual}


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    main([File(a) for a in arguments], "--write" in sys.argv)
