"""People of a published ``*_data.h5`` -> trials of a store."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.store import write_trial
from kinefuse.dataset.to_published import CUT
from kinefuse.errors import KinefuseError
from kinefuse.formats.data_h5 import DataRecording, people_in, read_data_h5
from kinefuse.formats.published_lab import activity_of
from kinefuse.progress import Progress
from kinefuse.recordings import SegmentPoses, Trial

FAILED = "the file's own quality check was not passed"
PUBLISHED_CUT_S = 1.0  # 200 frames at 200 Hz


def store_data_h5(file: Path, store: Path) -> Iterator[Progress]:
    """Write everybody of a file into a store; the message says why somebody was left out.

    Raises:
        UnreadableFile: It is no such file, or its name does not say the activity.
    """
    activity = activity_of(file)
    people = people_in(file)
    for done, person in enumerate(people, start=1):
        try:
            write_trial(store, trial_of_data(read_data_h5(file, person), activity, file.name))
            said = ""
        except KinefuseError as error:
            said = f"{person} is left out: {error}"
        yield Progress(done, len(people), said)


def trial_of_data(recording: DataRecording, activity: str, file: str) -> Trial:
    """A trial whose attitudes are the sensors' and whose angles are the file's.

    Where the sensors were is not in the file: origins are NaN.
    """
    samples = recording.imus.samples
    held = [n for n in JOINTS if n in recording.angles.angles_rad]
    return Trial(
        person=recording.person,
        name=activity,
        activity=activity,
        source=recording.about.source,
        imus=recording.imus,
        poses=SegmentPoses(
            rate_hz=recording.imus.rate_hz,
            R_world_segment=recording.R_world_sensor,
            origin_m={s: np.full((samples, 3), np.nan) for s in recording.R_world_sensor},
        ),
        angles=recording.angles,
        faults=(FAILED,) if recording.checks_passed is False else (),
        provenance={
            "file": file,
            **recording.about.words(),
            "attitudes": "of the aligned sensors; the angles are the file's and do not follow",
            "acceleration": "-R (a + g) in the file, turned into R^T (a + g) by its own attitudes",
            "origins": "not in the file",
            "joints": held,
            CUT: PUBLISHED_CUT_S,
        },
    )
