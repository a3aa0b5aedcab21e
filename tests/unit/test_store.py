"""What is written comes back; what is damaged is refused; nothing half-written stays."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset import store
from kinefuse.dataset.store import open_store, read_trial, write_trial
from kinefuse.errors import UnreadableFile
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles, SegmentPoses, Trial

FLOAT32 = {"rtol": 1e-6, "atol": 1e-6}
names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
)


def trial(person="s1", name="walk", samples=20, rate_hz=200.0, segments=SEGMENTS, **changes):
    rng = np.random.default_rng(samples)
    joints = [n for n, j in JOINTS.items() if {j.proximal, j.distal} <= set(segments)]
    return Trial(
        person=person,
        name=name,
        imus=ImuSession(
            name=name,
            sensors={
                segment: ImuRecording(
                    segment=segment,
                    rate_hz=rate_hz,
                    acc_m_s2=rng.normal([0, 9.8, 0], 1, (samples, 3)),
                    gyr_rad_s=rng.normal(size=(samples, 3)),
                )
                for segment in segments
            },
        ),
        poses=SegmentPoses(
            rate_hz=rate_hz,
            R_world_segment={s: so3.exp(rng.normal(size=(samples, 3))) for s in segments},
            origin_m={s: rng.normal(size=(samples, 3)) for s in segments},
        ),
        angles=JointAngles(
            rate_hz=rate_hz, angles_rad={j: rng.normal(size=(samples, 3)) for j in joints}
        ),
        **({"activity": "walking", "source": "made up"} | changes),
    )


def assert_same(read, written):
    for word in ("person", "name", "activity", "source", "faults", "provenance"):
        assert getattr(read, word) == getattr(written, word)
    assert read.imus.rate_hz == written.imus.rate_hz
    assert read.angles.rate_hz == read.poses.rate_hz == written.angles.rate_hz
    assert set(read.imus.sensors) == set(written.imus.sensors)
    for segment, imu in written.imus.sensors.items():
        np.testing.assert_allclose(read.imus[segment].acc_m_s2, imu.acc_m_s2, **FLOAT32)
        np.testing.assert_allclose(read.imus[segment].gyr_rad_s, imu.gyr_rad_s, **FLOAT32)
    for field in ("R_world_segment", "origin_m"):
        for segment, values in getattr(written.poses, field).items():
            np.testing.assert_allclose(getattr(read.poses, field)[segment], values, **FLOAT32)
    assert set(read.angles.angles_rad) == set(written.angles.angles_rad)
    for joint, angles in written.angles.angles_rad.items():
        np.testing.assert_allclose(read.angles.angles_rad[joint], angles, **FLOAT32)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    person=names,
    name=names,
    samples=st.integers(3, 40),
    rate_hz=st.floats(1, 10_000),
    segments=st.sampled_from([SEGMENTS, SEGMENTS[:2], SEGMENTS[5:], SEGMENTS[:4]]),
    activity=st.sampled_from(["walking", "running"]),
    faults=st.lists(names, max_size=3).map(tuple),
    provenance=st.dictionaries(names, st.none() | st.integers(-9, 9) | names | st.lists(names)),
)
def test_a_trial_survives_the_disk(tmp_path, **parts):
    written = trial(**parts)
    assert_same(read_trial(write_trial(tmp_path, written)), written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(people=st.lists(names, min_size=2, max_size=4, unique=True))
def test_trials_of_different_people_never_share_a_file(tmp_path, people):
    files = {write_trial(tmp_path, trial(person=p, segments=SEGMENTS[:2])) for p in people}
    assert len(files) == len(people)
    assert {read_trial(file).person for file in files} == set(people)


def test_what_is_read_is_float64(tmp_path):
    read = read_trial(write_trial(tmp_path, trial()))
    assert read.imus["pelvis"].acc_m_s2.dtype == np.float64
    assert read.angles.angles_rad["knee_l"].dtype == np.float64


def test_unknown_angles_stay_unknown(tmp_path):
    written = trial()
    written.angles.angles_rad["knee_r"][5] = np.nan
    read = read_trial(write_trial(tmp_path, written))
    np.testing.assert_array_equal(np.isnan(read.angles.angles_rad["knee_r"][:, 0]).nonzero(), [[5]])


def test_an_opened_store_lists_without_reading(tmp_path):
    write_trial(tmp_path, trial("s2", "b", samples=30, rate_hz=100.0))
    write_trial(tmp_path, trial("s1", "a", activity="running"))
    first, second = open_store(tmp_path).entries
    assert (first.person, first.name, first.activity) == ("s1", "a", "running")
    assert (second.samples, second.rate_hz, second.source) == (30, 100.0, "made up")


def test_faulty_trials_are_kept_but_not_given_out(tmp_path):
    write_trial(tmp_path, trial("s1"))
    write_trial(tmp_path, trial("s2", faults=("glitch on the shank",)))
    opened = open_store(tmp_path)
    assert opened.people == ("s1",)
    assert len(opened.entries) == 2
    assert [t.person for t in opened.of(("s1", "s2"))] == ["s1"]


def test_a_store_gives_only_whom_it_is_asked_for(tmp_path):
    for person in ("s1", "s2", "s3"):
        write_trial(tmp_path, trial(person))
    assert [t.person for t in open_store(tmp_path).of(("s3", "s1"))] == ["s1", "s3"]


def test_marking_changes_the_verdict_alone(tmp_path):
    written = trial(provenance={"bridged": [3, 4]})
    file = write_trial(tmp_path, written)
    store.mark(file, ("swapped feet",))
    assert_same(read_trial(file), replace(written, faults=("swapped feet",)))
    assert open_store(tmp_path).people == ()


def test_a_rewritten_trial_replaces_the_old_one(tmp_path):
    write_trial(tmp_path, trial(samples=20))
    write_trial(tmp_path, trial(samples=25))
    assert [entry.samples for entry in open_store(tmp_path).entries] == [25]


@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.99])
def test_a_truncated_file_is_named(tmp_path, kept):
    file = write_trial(tmp_path, trial(samples=200))
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(UnreadableFile, match=rf"{file.name}.*prepare it again"):
        read_trial(file)
    with pytest.raises(UnreadableFile, match=rf"{file.name}.*prepare it again"):
        open_store(tmp_path)


def test_a_file_of_another_kind_is_refused(tmp_path):
    file = tmp_path / "trials" / "x.h5"
    file.parent.mkdir()
    file.write_text("not HDF5 at all")
    with pytest.raises(UnreadableFile, match=r"x\.h5.*not readable HDF5"):
        read_trial(file)
    with h5py.File(file, "w") as h5:
        h5["other"] = 1
    with pytest.raises(UnreadableFile, match="another version"):
        read_trial(file)


def test_a_trial_with_a_part_missing_is_refused(tmp_path):
    file = write_trial(tmp_path, trial())
    with h5py.File(file, "a") as h5:
        del h5["imus/pelvis/gyr_rad_s"]
    with pytest.raises(UnreadableFile, match="incomplete"):
        read_trial(file)
    with h5py.File(file, "a") as h5:
        del h5.attrs["person"]
    with pytest.raises(UnreadableFile, match="incomplete"):
        open_store(tmp_path)


@pytest.mark.parametrize("folder", ["missing", "."])
def test_a_folder_without_trials_is_no_store(tmp_path, folder):
    with pytest.raises(UnreadableFile, match="kinefuse prepare"):
        open_store(tmp_path / folder)


def test_an_interrupted_write_leaves_no_trial(tmp_path, monkeypatch):
    def out_of_disk(*_):
        raise OSError("no space left")

    monkeypatch.setattr(store, "_put", out_of_disk)
    with pytest.raises(OSError, match="no space"):
        write_trial(tmp_path, trial())
    assert list((tmp_path / "trials").glob("*.h5")) == []


def test_an_interrupted_rewrite_keeps_the_old_trial(tmp_path, monkeypatch):
    file = write_trial(tmp_path, trial(samples=20))
    monkeypatch.setattr(store, "_put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_trial(tmp_path, trial(samples=25))
    assert read_trial(file).angles.samples == 20


def test_hostile_names_stay_inside_the_store(tmp_path):
    file = write_trial(tmp_path / "store", trial(person="../../etc", name="a/b"))
    assert file.parent == tmp_path / "store" / "trials"
