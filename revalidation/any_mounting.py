"""Whether every axis is found, with sensors mounted at random on people who wore markers.

    kinefuse prepare ../shared/data/running_markers_rbds ../shared/data/running_markers_ric \
        ../shared/data/walking_markers_biomechzoo --out store
    python revalidation/any_mounting.py store

turns every simulated sensor of every sound trial by a rotation uniform on SO(3), aligns, and counts
alignments that are more than a quarter turn off (a wrong sign is a half turn).
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.alignment import align
from kinefuse.dataset.store import open_store, read_trial


def main(store: Path) -> None:
    """Print every wrong alignment, their number, and the median error a segment."""
    rng = np.random.default_rng(0)
    errors: dict[str, list[float]] = {}
    for entry in open_store(store).sound:
        trial = read_trial(entry.file)
        mounting = {s: Rotation.random(rng=rng).as_matrix() for s in trial.imus.sensors}
        sensors = {s: imu.turned(mounting[s]) for s, imu in trial.imus.sensors.items()}
        for segment, found in align(replace(trial.imus, sensors=sensors), trial.activity).items():
            off = so3.log(found.R_segment_sensor @ mounting[segment])
            off_deg = float(np.rad2deg(np.linalg.norm(off)))
            errors.setdefault(segment.split("_")[0], []).append(off_deg)
            if off_deg > 90:
                print(f"{trial.person} {trial.name}: {segment} is {off_deg:.0f} deg off")
    wrong = sum(e > 90 for each in errors.values() for e in each)
    print(f"{wrong} of {sum(map(len, errors.values()))} sensors wrong")
    for stem, each in errors.items():
        print(f"{stem:6s} median {np.median(each):4.1f} deg, largest {max(each):5.1f} deg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
