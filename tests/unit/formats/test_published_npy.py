"""The published demo's files, with the published simulation's gravity undone."""

import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imu_files import session, write_published
from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnequalRates, UnreadableFile
from kinefuse.formats.published_npy import (
    NEGATED,
    SIMULATED,
    read,
    read_truth,
    recognises,
    write,
)
from kinefuse.recordings import ImuRecording, ImuSession
from toy import puppet_trial


@pytest.fixture
def imus():
    return session(seconds=1.0)


@pytest.fixture
def root(tmp_path, imus):
    write_published(tmp_path / "demo", imus)
    return tmp_path / "demo"


def arrays(root):
    return sorted(root.rglob("*.npy"))


def test_inverted_gravity_is_undone_and_said(tmp_path, imus):
    write_published(tmp_path, imus, sign=-1.0)
    back = read(tmp_path)
    for segment in SEGMENTS:
        np.testing.assert_allclose(back[segment].acc_m_s2, imus[segment].acc_m_s2, atol=1e-12)
        np.testing.assert_allclose(back[segment].gyr_rad_s, imus[segment].gyr_rad_s, atol=1e-12)
    assert any("negated" in note for note in back.notes)


def test_right_gravity_is_left_alone(root, imus):
    back = read(root)
    np.testing.assert_allclose(back["foot_r"].acc_m_s2, imus["foot_r"].acc_m_s2, atol=1e-12)
    assert not back.notes


def test_sensors_in_axes_of_their_own_are_left_alone(root, imus):
    turned = np.diag([1.0, -1.0, -1.0])  # upside down, but only on one segment
    for file in root.rglob("Right_seg2_*.npy"):
        values = np.load(file)
        np.save(file, np.hstack([values[:, :3] @ turned, values[:, 3:]]))
    for file in root.rglob("Right_seg1_*.npy"):
        file.unlink()
    back = read(root)
    np.testing.assert_allclose(
        back["foot_r"].acc_m_s2, imus["foot_r"].acc_m_s2 @ turned, atol=1e-12
    )


@pytest.mark.parametrize(
    ("joint", "side", "segments"),
    [
        ("Hip", "Right", ["pelvis", "thigh_r"]),
        ("Knee", "Left", ["thigh_l", "shank_l"]),
        ("Ankle", "Right", ["shank_r", "foot_r"]),
    ],
)
def test_a_joint_and_a_side_name_two_segments(root, imus, joint, side, segments):
    other = {"Right": "Left", "Left": "Right"}[side]
    for file in (root / joint).glob(f"{other}_*"):
        file.unlink()
    back = read(root / joint)
    assert list(back.sensors) == segments
    np.testing.assert_allclose(back[segments[1]].gyr_rad_s, imus[segments[1]].gyr_rad_s, atol=1e-12)


def test_the_norm_is_optional(root, imus):
    for file in arrays(root):
        np.save(file, np.load(file)[:, :3])
    np.testing.assert_array_equal(read(root)["pelvis"].acc_m_s2, imus["pelvis"].acc_m_s2)


def test_several_recordings_are_told_apart_and_never_joined(root, imus):
    for file in arrays(root):
        values = np.load(file)
        np.save(file, np.stack([values, values[::-1], 2 * values]))
    first, second = read(root), read(root, recording=1)
    assert first.samples == second.samples == imus.samples
    np.testing.assert_allclose(first["foot_l"].gyr_rad_s, imus["foot_l"].gyr_rad_s, atol=1e-12)
    np.testing.assert_allclose(second["foot_l"].gyr_rad_s[::-1], imus["foot_l"].gyr_rad_s)
    assert "Recording 1 of 3 in the files." in first.notes
    assert "Recording 2 of 3 in the files." in second.notes
    with pytest.raises(UnreadableFile, match="no recording 3 among 3"):
        read(root, recording=3)


def test_single_precision_is_read_as_double(root, imus):
    for file in arrays(root):
        np.save(file, np.load(file).astype(np.float32))
    back = read(root)["shank_l"].acc_m_s2
    assert back.dtype == np.float64
    np.testing.assert_allclose(back, imus["shank_l"].acc_m_s2, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(200,), (200, 5), (200, 2), (2, 3, 200, 3)])
def test_other_shapes_are_refused(root, shape):
    np.save(arrays(root)[0], np.ones(shape))
    with pytest.raises(UnreadableFile, match="expected"):
        read(root)


def test_a_fourth_column_that_is_no_norm_is_refused(root):
    values = np.load(arrays(root)[0])
    np.save(arrays(root)[0], np.hstack([values[:, :3], values[:, 3:] + 1]))
    with pytest.raises(UnreadableFile, match="not the norm"):
        read(root)


class _Trap:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was executed",))


def test_pickles_are_refused_and_not_executed(root):
    arrays(root)[0].write_bytes(pickle.dumps(_Trap()))
    with pytest.raises(UnreadableFile, match="no whole array"):
        read(root)
    np.save(arrays(root)[0], np.array([_Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(UnreadableFile, match="no whole array"):
        read(root)


def test_joints_that_contradict_each_other_are_refused(root):
    values = np.load(root / "Knee" / "Right_seg1_gyr.npy")[:, :3]
    np.save(root / "Knee" / "Right_seg1_gyr.npy", values + 0.1)
    with pytest.raises(UnreadableFile, match="same segment, thigh_r"):
        read(root)
    assert set(read(root / "Ankle").sensors) == {"shank_r", "foot_r", "shank_l", "foot_l"}


@pytest.mark.parametrize("kind", ["acc", "gyr"])
def test_half_a_sensor_is_refused(root, kind):
    (root / "Ankle" / f"Left_seg2_{kind}.npy").unlink()
    with pytest.raises(UnreadableFile, match=rf"foot_l has no \*_{kind}"):
        read(root)


def test_the_joint_is_the_name_of_the_directory(root):
    (root / "Knee").rename(root / "Data")
    assert recognises(root / "Data")
    with pytest.raises(UnreadableFile, match="call it Hip, Knee or Ankle"):
        read(root / "Data")


def test_optical_angles_beside_the_signals_are_no_recording(tmp_path):
    np.save(tmp_path / "Right_mocap_ang.npy", np.zeros((10, 3)))
    assert not recognises(tmp_path)


@pytest.mark.parametrize("signs", [SIMULATED, NEGATED, (1.0, 1.0, 1.0)])
def test_what_is_written_comes_back_to_the_last_bit(tmp_path, signs):
    trial = puppet_trial(seconds=1.0, rate_hz=200.0)
    write(tmp_path, trial.imus, trial.angles, signs)
    back, truth = read(tmp_path), read_truth(tmp_path)
    for segment in SEGMENTS:
        np.testing.assert_array_equal(back[segment].acc_m_s2, trial.imus[segment].acc_m_s2)
        np.testing.assert_array_equal(back[segment].gyr_rad_s, trial.imus[segment].gyr_rad_s)
    assert truth is not None
    for joint, angles in trial.angles.angles_rad.items():
        np.testing.assert_allclose(truth.angles_rad[joint], angles, atol=1e-12)


@given(seed=st.integers(0, 2**32), samples=st.integers(3, 40))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sensors_come_back_even_such_as_hang(tmp_path, seed, samples):
    rng = np.random.default_rng(seed)
    sensors = {
        segment: ImuRecording(
            segment=segment,
            rate_hz=200.0,
            acc_m_s2=rng.normal([0, -9.8, 0], 2, (samples, 3)),
            gyr_rad_s=rng.normal(size=(samples, 3)),
        )
        for segment in ("thigh_l", "shank_l")
    }
    write(tmp_path, ImuSession(name="x", sensors=sensors))
    back = read(tmp_path)
    assert set(back.sensors) == set(sensors)
    for segment, imu in sensors.items():
        np.testing.assert_array_equal(back[segment].acc_m_s2, imu.acc_m_s2)


def test_the_published_networks_are_given_sensors_whose_up_alone_is_negated(tmp_path, imus):
    write(tmp_path, imus)
    stored = np.load(tmp_path / "Ankle" / "Left_seg2_acc.npy")
    assert stored.shape == (imus.samples, 4)
    np.testing.assert_array_equal(stored[:, :3], imus["foot_l"].acc_m_s2 * [1, -1, 1])
    np.testing.assert_allclose(stored[:, 3], np.linalg.norm(stored[:, :3], axis=-1))


def test_without_their_note_such_files_may_be_read_as_simulated_ones(tmp_path, imus):
    write(tmp_path, imus)
    (tmp_path / "axes.json").unlink()
    back = read(tmp_path, upside_down=SIMULATED)
    np.testing.assert_array_equal(back["shank_r"].acc_m_s2, imus["shank_r"].acc_m_s2)
    back = read(tmp_path)
    np.testing.assert_array_equal(back["shank_r"].acc_m_s2, imus["shank_r"].acc_m_s2 * [-1, 1, -1])


@pytest.mark.parametrize("name", ["ang", "angle"])
def test_the_truth_is_found_under_both_names_in_degrees_and_their_columns(root, name):
    columns = np.random.default_rng(0).normal(0, 10, (200, 3))
    np.save(root / "Hip" / f"Left_mocap_{name}.npy", columns)
    found = read_truth(root)
    assert found is not None
    assert set(found.angles_rad) == {"hip_l"}
    np.testing.assert_allclose(found.angles_rad["hip_l"], to_ours(columns, "hip_l", "published"))
    assert read_truth(root / "Hip").angles_rad.keys() == found.angles_rad.keys()
    assert read_truth(root / "Knee") is None


def test_a_damaged_truth_and_a_damaged_note_are_refused(root):
    np.save(root / "Hip" / "Left_mocap_ang.npy", np.zeros((200, 4)))
    with pytest.raises(UnreadableFile, match=r"numbers \(time, 3\)"):
        read_truth(root)
    for text in ("nothing", "{}", '{"acc_signs": [1, 2, 1]}', '{"acc_signs": [1, -1]}'):
        (root / "axes.json").write_text(text)
        with pytest.raises(UnreadableFile, match=r"axes\.json"):
            read(root / "Knee")


def test_another_rate_is_not_written(tmp_path):
    with pytest.raises(UnequalRates, match="100, 200"):
        write(tmp_path, session(seconds=1.0, rate_hz=100.0))
