"""Recompute ``kinefuse.alignment.reference_posture`` from people whose markers were measured.

    kinefuse prepare ../shared/data/running_markers_rbds ../shared/data/running_markers_ric \
        ../shared/data/walking_markers_biomechzoo --out store
    python revalidation/reference_posture.py store

prints, for each activity and segment, mean and spread over people of what the table holds.
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from kinefuse import so3
from kinefuse.alignment.flexion_axis import flexion_axis
from kinefuse.dataset.store import open_store, read_trial
from kinefuse.networks.limbs import mirror_rotations
from kinefuse.orientation.heading import slow_heading
from kinefuse.recordings import ImuRecording, Trial

TEST_PEOPLE = ("RBDS004", "RBDS011", "RBDS018", "RBDS023")
QUANTITIES = ("lean", "lateral", "heading", "swing_axis")
_AS_RIGHT = np.array([-1.0, -1.0, 1.0])  # a left leg's angular velocity in the sagittal mirror


def main(store: Path) -> None:
    """Print the table."""
    found = defaultdict(lambda: defaultdict(list))
    for entry in open_store(store).sound:
        if entry.person not in TEST_PEOPLE:
            trial = read_trial(entry.file)
            for segment in trial.poses.R_world_segment:
                key = trial.activity, segment.split("_")[0]
                found[key][trial.person].append(posture(trial, segment))
    for (activity, stem), people in sorted(found.items()):
        each = np.array([np.mean(values, axis=0) for values in people.values()])
        cells = (
            f"{name} {mean:6.1f} +- {sd:4.1f}"
            for name, mean, sd in zip(QUANTITIES, each.mean(0), each.std(0, ddof=1), strict=True)
        )
        print(f"{activity:8s} {stem:6s} {len(each):3d} people  " + "  ".join(cells))


def posture(trial: Trial, segment: str) -> tuple[float, ...]:
    """The four quantities of one segment in one trial [deg], as of a right leg."""
    R, imu = trial.poses.R_world_segment[segment], trial.imus[segment]
    R_pelvis = trial.poses.R_world_segment["pelvis"]
    if segment.endswith("_l"):
        R, R_pelvis = mirror_rotations(R), mirror_rotations(R_pelvis)
        imu = ImuRecording(
            segment=segment,
            rate_hz=imu.rate_hz,
            acc_m_s2=imu.acc_m_s2,
            gyr_rad_s=imu.gyr_rad_s * _AS_RIGHT,
        )
    R_travel = so3.about_y(-slow_heading(so3.heading(R_pelvis), imu.rate_hz)) @ R
    up = R_travel[:, 1, :].mean(axis=0)
    moves = np.ones(imu.samples, dtype=bool)
    axis = flexion_axis(imu, R, np.array([0.0, 1.0, 0.0]), moves).axis
    axis = axis * np.sign(axis[2])
    heading = np.angle(np.mean(np.exp(1j * so3.heading(R_travel))))
    angles = np.arctan2(-up[0], up[1]), np.arctan2(up[2], up[1]), heading
    return tuple(np.rad2deg([*angles, np.arctan2(axis[0], axis[2])]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
