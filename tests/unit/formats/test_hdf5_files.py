"""A file that was given is read, and no other that it points to."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from kinefuse.dataset.store import read_trial, write_trial
from kinefuse.errors import UnreadableFile
from kinefuse.formats import read_streams
from kinefuse.formats.data_h5 import DataRecording, read_data_h5, write_data_h5
from kinefuse.formats.estimated_trials import (
    EstimatedTrial,
    read_estimated_trial,
    write_estimated_trial,
)
from kinefuse.formats.leg_predictions import read_leg_predictions, write_leg_predictions
from kinefuse.formats.meta_h5 import read_meta_h5
from kinefuse.formats.published_predictions import Legs
from kinefuse.recordings import JointAngles
from kinefuse.saved_estimate import read_estimate, write_estimate
from made_up_estimates import made_up_estimate
from meta_files import write_meta_h5
from toy import puppet_trial
from vendor_files import EXAMPLES, session, write_apdm_older
from walker import Walker

TRIAL = puppet_trial(seconds=0.5, rate_hz=200.0)


def vendor(name):
    def write(folder):
        return EXAMPLES[name].write(folder, session(EXAMPLES[name], seconds=0.2))[0]

    return write


def older_apdm(folder):
    return write_apdm_older(folder, session(EXAMPLES["apdm"], seconds=0.2))[0]


def data(folder):
    file = folder / "walking_data.h5"
    recording = DataRecording(
        person="s1",
        imus=TRIAL.imus,
        R_world_sensor=TRIAL.poses.R_world_segment,
        angles=JointAngles(rate_hz=200.0, angles_rad=TRIAL.angles.angles_rad),
    )
    list(write_data_h5(file, [recording]))
    return file


def meta(folder):
    return write_meta_h5(folder / "walking_meta.h5", {"s1": TRIAL.poses})


def predictions(folder):
    ones = np.ones((2, 5, 3))
    legs = {"test": {"r": Legs(x=np.ones((2, 5, 16)), y=ones, y_pred=ones)}}
    write_leg_predictions(folder / "predictions.h5", "hip", legs)
    return folder / "predictions.h5"


def estimated_trial(folder):
    found = EstimatedTrial(
        rate_hz=200.0,
        orientations=TRIAL.poses.R_world_segment,
        angles_rad=TRIAL.angles.angles_rad,
        angles_sd_rad={},
        words={},
    )
    write_estimated_trial(folder / "trial.h5", found)
    return folder / "trial.h5"


def estimate(folder):
    write_estimate(folder / "estimate.h5", made_up_estimate(Walker()))
    return folder / "estimate.h5"


READERS = {
    "broad": (vendor("broad"), read_streams),
    "apdm": (vendor("apdm"), read_streams),
    "apdm, older": (older_apdm, read_streams),
    "step_h5": (vendor("step_h5"), read_streams),
    "data_h5": (data, lambda file: read_data_h5(file, "s1")),
    "meta_h5": (meta, lambda file: read_meta_h5(file, "s1")),
    "predictions": (predictions, read_leg_predictions),
    "estimated trial": (estimated_trial, read_estimated_trial),
    "estimate": (estimate, read_estimate),
    "store": (lambda folder: write_trial(folder, TRIAL), read_trial),
}


def external_storage(h5, name, numbers, other):
    numbers.tofile(other)
    storage = [(str(other), 0, numbers.nbytes)]
    h5.create_dataset(name, numbers.shape, numbers.dtype, external=storage)


def external_link(h5, name, numbers, other):
    with h5py.File(other, "w") as elsewhere:
        elsewhere["held"] = numbers
    h5[name] = h5py.ExternalLink(str(other), "held")


def link_to_a_link(h5, name, numbers, other):
    external_link(h5, f"{name} there", numbers, other)
    h5[name] = h5py.SoftLink(f"/{name} there")


def virtual_dataset(h5, name, numbers, other):
    with h5py.File(other, "w") as elsewhere:
        elsewhere["held"] = numbers
    layout = h5py.VirtualLayout(numbers.shape, numbers.dtype)
    layout[...] = h5py.VirtualSource(str(other), "held", numbers.shape)
    h5.create_virtual_dataset(name, layout)


WAYS = (external_storage, external_link, link_to_a_link, virtual_dataset)


def put_elsewhere(file: Path, way, folder: Path) -> None:
    """The same numbers, but those of the largest dataset lie in another file."""
    with h5py.File(file, "a") as h5:
        sizes = {}
        h5.visititems(lambda name, item: sizes.update({name: getattr(item, "size", 0)}))
        name = max(sizes, key=lambda name: sizes[name])
        numbers = h5[name][()]
        del h5[name]
        way(h5, name, numbers, folder / "other.bin")


@pytest.mark.parametrize("name", READERS)
def test_no_reader_follows_a_file_to_another_one(name, tmp_path):
    write, read = READERS[name]
    for way in WAYS:
        inner = tmp_path / way.__name__
        inner.mkdir()
        file = write(inner)
        read(file)
        put_elsewhere(file, way, inner)
        with pytest.raises(UnreadableFile, match=r"in another file, which is not read; .*\.$"):
            read(file)
