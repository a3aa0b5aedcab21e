"""Estimates as files: what was written is read, and nothing else passes for one."""

import h5py
import numpy as np
import pytest

from kinefuse.errors import UnreadableFile
from kinefuse.formats.estimated_trials import (
    EstimatedTrial,
    read_estimated_trial,
    write_estimated_trial,
)


@pytest.fixture
def found():
    rng = np.random.default_rng(8)
    return EstimatedTrial(
        rate_hz=148.148,
        orientations={"pelvis": rng.normal(size=(30, 3, 3)), "knee_l/shank_l": np.ones((30, 3, 3))},
        angles_rad={"knee_l": rng.normal(size=(30, 3))},
        angles_sd_rad={"knee_l": rng.uniform(size=(30, 3))},
        words={"person": "Ö. 7", "seed": 3, "correction": None},
    )


def test_everything_comes_back_to_single_precision(found, tmp_path):
    write_estimated_trial(tmp_path / "a.h5", found)
    back = read_estimated_trial(tmp_path / "a.h5")
    assert (back.rate_hz, back.words) == (found.rate_hz, found.words)
    for kind in ("orientations", "angles_rad", "angles_sd_rad"):
        written, read = getattr(found, kind), getattr(back, kind)
        assert set(read) == set(written)
        for name, values in written.items():
            assert read[name].dtype == np.float64
            np.testing.assert_allclose(read[name], values, rtol=1e-6, atol=1e-7)


def test_unknown_deviations_stay_unknown(found, tmp_path):
    write_estimated_trial(
        tmp_path / "a.h5", EstimatedTrial(**(vars(found) | {"angles_sd_rad": {}}))
    )
    assert read_estimated_trial(tmp_path / "a.h5").angles_sd_rad == {}


def test_only_the_whole_file_is_ever_there(found, tmp_path):
    write_estimated_trial(tmp_path / "a.h5", found)
    assert [file.name for file in tmp_path.iterdir()] == ["a.h5"]


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "version"])
def test_what_is_no_estimate_is_named(found, tmp_path, damage):
    file = tmp_path / "a.h5"
    write_estimated_trial(file, found)
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:300])
    elif damage == "other":
        file.write_text("time_s,angle")
    else:
        with h5py.File(file, "r+") as h5:
            h5.attrs["layout"] = 99
    with pytest.raises(UnreadableFile, match=r"a\.h5"):
        read_estimated_trial(file)
