"""IMU signals dressed as OpenSim marker files."""

import numpy as np
import pytest

from imu_files import session, write_trc_pair
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import InconsistentClock, MissingSensor, UnequalLengths, UnreadableFile
from kinefuse.formats.opensim_trc import read, recognises


@pytest.fixture
def folder(tmp_path):
    write_trc_pair(tmp_path / "walk", session(seconds=1.0))
    return tmp_path / "walk"


def edit(file, change):
    file.write_text(change(file.read_text()))


def test_bodies_become_segments_whatever_their_order(folder):
    for file in folder.iterdir():
        edit(file, lambda text: text.replace("femur_r", "X").replace("tibia_r", "femur_r"))
        edit(file, lambda text: text.replace("X_imu", "tibia_r_imu"))
    imus, swapped = session(seconds=1.0), read(folder)
    np.testing.assert_array_equal(swapped["thigh_r"].acc_m_s2, imus["shank_r"].acc_m_s2)
    np.testing.assert_array_equal(swapped["shank_r"].gyr_rad_s, imus["thigh_r"].gyr_rad_s)
    assert list(swapped.sensors) == list(SEGMENTS)


@pytest.mark.parametrize("body", ["calcn_r", "foot_r"])
def test_other_names_of_the_foot_are_known(folder, body):
    for file in folder.iterdir():
        edit(file, lambda text: text.replace("toes_r_imu_offset_imu", body))
    assert "foot_r" in read(folder).sensors


def test_what_belongs_to_no_leg_is_left_out_and_said(folder):
    for file in folder.iterdir():
        edit(file, lambda text: text.replace("pelvis_imu", "torso_imu"))
    imus = read(folder)
    assert "pelvis" not in imus.sensors
    assert any("torso" in note for note in imus.notes)


def test_two_bodies_on_one_segment_are_refused(folder):
    for file in folder.iterdir():
        edit(file, lambda text: text.replace("pelvis_imu_offset_imu", "calcn_l"))
    with pytest.raises(UnreadableFile, match="calcn_l and toes_l are the foot_l"):
        read(folder)


@pytest.mark.parametrize(("lost", "said"), [("Accel", "accelerometer"), ("Gyro", "gyroscope")])
def test_half_a_pair_is_refused(folder, lost, said):
    (folder / f"walk_{lost}.trc").unlink()
    assert recognises(folder)
    with pytest.raises(UnreadableFile, match=said):
        read(folder)


@pytest.mark.parametrize(("title", "said"), [("Accel", "accelerometer"), ("Gyro", "gyroscope")])
def test_half_a_sensor_is_refused(folder, title, said):
    edit(folder / f"walk_{title}.trc", lambda text: text.replace("tibia_l", "hand_l"))
    with pytest.raises(MissingSensor, match=rf"tibia_l \({said}\)"):
        read(folder)


def test_unequal_lengths_are_refused(folder):
    edit(
        folder / "walk_Gyro.trc",
        lambda text: text[: text.rindex("\n", 0, -1) + 1].replace("\t200\t7", "\t199\t7"),
    )
    with pytest.raises(UnequalLengths, match="accelerometer 200, gyroscope 199"):
        read(folder)


def test_fewer_rows_than_promised_are_a_truncated_file(folder):
    edit(folder / "walk_Gyro.trc", lambda text: text[: text.rindex("\n", 0, -1) + 1])
    with pytest.raises(UnreadableFile, match="200 samples but 199"):
        read(folder)


def test_a_header_with_the_wrong_rate_is_refused(folder):
    edit(
        folder / "walk_Accel.trc", lambda text: text.replace("200\t200\t200\t7", "100\t100\t200\t7")
    )
    with pytest.raises(InconsistentClock, match="100 Hz but the time stamps run at 200 Hz"):
        read(folder)


def test_files_of_different_times_are_refused(folder):
    def later(text):
        head, body = text.split("\n\n")
        rows = [row.split("\t") for row in body.splitlines()]
        moved = [[row[0], f"{float(row[1]) + 0.5:.8f}", *row[2:]] for row in rows]
        return head + "\n\n" + "\n".join("\t".join(row) for row in moved) + "\n"

    edit(folder / "walk_Gyro.trc", later)
    with pytest.raises(InconsistentClock, match=r"0\.5 s away"):
        read(folder)


def test_two_recordings_in_one_directory_are_refused_but_each_can_be_named(folder):
    for file in list(folder.iterdir()):
        (folder / f"second_{file.name}").write_bytes(file.read_bytes())
    with pytest.raises(UnreadableFile, match="several recordings"):
        read(folder)
    assert read(folder / "second_walk_Gyro.trc").name == "second_walk"


def test_a_header_without_a_rate_is_refused(folder):
    edit(folder / "walk_Accel.trc", lambda text: text.replace("DataRate", "Speed", 1))
    with pytest.raises(UnreadableFile, match="DataRate"):
        read(folder)


def test_ordinary_marker_files_are_not_taken_for_recordings(tmp_path):
    (tmp_path / "OpenSim_static_markers.trc").write_text("PathFileType\t4\n")
    assert not recognises(tmp_path)
    assert not recognises(tmp_path / "OpenSim_static_markers.trc")


@pytest.mark.parametrize("trial", ["CSBaseline", "CSStiffKnee"])
def test_a_real_recording_stands_still_first_and_feels_one_g(shared_data, trial):
    imus = read(shared_data / "walking_imu_capsense" / "Sub01" / trial)
    assert imus.rate_hz == 100.0
    assert list(imus.sensors) == list(SEGMENTS)
    for segment, imu in imus.sensors.items():
        still = np.linalg.norm(imu.acc_m_s2[:50], axis=-1).mean()
        # The left foot's accelerometer of this person reads 12.1 m/s2 at rest: it is badly scaled.
        assert still == pytest.approx(12.1 if segment == "foot_l" else 9.81, rel=0.03)
        assert 1 < np.abs(imu.gyr_rad_s).max() < 20  # rad/s of walking
