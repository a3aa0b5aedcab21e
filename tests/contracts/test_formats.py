"""What every IMU format owes; whoever enters the table is tested here."""

import numpy as np
import pytest
import typer

from imu_files import WRITERS, empty, session, truncate, with_values
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.cli.formats import formats
from kinefuse.cli.mistakes import BAD_INPUT, guarded
from kinefuse.errors import (
    LooksLikeDegrees,
    NotFinite,
    RecordingError,
    UnreadableFile,
    WrongAccelerationUnit,
)
from kinefuse.formats import FORMATS, format_of, read_streams
from kinefuse.sessions import read
from vendor_files import EXAMPLES
from vendor_files import session as vendor_session

every_format = pytest.mark.parametrize("name", FORMATS)
every_session_format = pytest.mark.parametrize("name", WRITERS)
"""Those whose files are sessions already: our segments, even stamps."""


@pytest.fixture(scope="module")
def imus():
    return session()


def test_every_format_has_an_example_to_be_tested_with():
    assert set(EXAMPLES) == set(FORMATS)
    assert set(WRITERS) <= set(FORMATS)


@every_format
def test_every_sensor_comes_back_as_it_was_written(name, tmp_path):
    example = EXAMPLES[name]
    imus = vendor_session(example)
    example.write(tmp_path / "walk", imus)
    assert format_of(tmp_path / "walk") is FORMATS[name]
    streams = read_streams(tmp_path / "walk")
    assert streams.format_name == name
    assert set(streams.streams) == set(example.labels.values())
    first_s = min(stream.time_s[0] for stream in streams.streams.values())
    if example.starts_s is not None:
        assert first_s == pytest.approx(example.starts_s, abs=1e-6)
    for segment, label in example.labels.items():
        stream = streams.streams[label]
        assert stream.label == label
        assert stream.rate_hz == pytest.approx(example.rate_hz, rel=1e-3)
        np.testing.assert_allclose(stream.time_s - first_s, imus.time_s, atol=2e-5)
        np.testing.assert_allclose(stream.acc_m_s2, imus[segment].acc_m_s2, atol=example.acc_m_s2)
        np.testing.assert_allclose(
            stream.gyr_rad_s, imus[segment].gyr_rad_s, atol=example.gyr_rad_s
        )


@every_format
def test_every_file_leads_to_its_row_and_reading_changes_none(name, tmp_path):
    example = EXAMPLES[name]
    files = example.write(tmp_path / "walk", vendor_session(example, seconds=0.5))
    before = [file.read_bytes() for file in files]
    for file in files:
        if name == "biostamp" and file.name == "gyro.csv":
            continue  # its half of a sensor; accel.csv leads to both
        assert format_of(file) is FORMATS[name]
        assert read_streams(file).streams
    assert [file.read_bytes() for file in files] == before
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == len(files)


@every_format
def test_a_file_cut_short_is_refused_in_one_sentence(name, tmp_path, capsys):
    example = EXAMPLES[name]
    for file in example.write(tmp_path / "walk", vendor_session(example, seconds=0.5)):
        whole = file.read_bytes()
        file.write_bytes(cut_within_a_row(whole))
        assert said_by_command(tmp_path / "walk", capsys)
        file.write_bytes(whole)


@every_format
def test_an_empty_file_among_the_others_is_refused_in_one_sentence(name, tmp_path, capsys):
    example = EXAMPLES[name]
    for file in example.write(tmp_path / "walk", vendor_session(example, seconds=0.5)):
        whole = file.read_bytes()
        file.write_bytes(b"")
        sentence = said_by_command(tmp_path / "walk", capsys)
        assert "empty" in sentence or "holds no IMU" in sentence or "no whole" in sentence
        file.write_bytes(whole)


def cut_within_a_row(data: bytes) -> bytes:
    """The first part of a file; of text, so much that the last row lacks cells."""
    middle = int(0.6 * len(data))
    if b"\0" in data[:2000]:
        return data[:middle]
    return data[: data.index(b"\n", middle) + 1 + 8]


def said_by_command(path, capsys) -> str:
    """What the command line says of a faulty recording: one sentence, exit code 2."""
    with pytest.raises(typer.Exit) as stopped:
        guarded(formats)(explain=path)
    assert stopped.value.exit_code == BAD_INPUT
    sentence = capsys.readouterr().err.strip()
    assert sentence.startswith("kinefuse: ")
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@every_session_format
def test_what_was_felt_is_what_is_read(name, imus, tmp_path):
    WRITERS[name](tmp_path / "walk", imus)
    again = read(tmp_path / "walk")
    assert again.rate_hz == imus.rate_hz
    assert list(again.sensors) == list(SEGMENTS)
    for segment in SEGMENTS:
        assert again[segment].segment == segment
        np.testing.assert_allclose(again[segment].acc_m_s2, imus[segment].acc_m_s2, atol=1e-12)
        np.testing.assert_allclose(again[segment].gyr_rad_s, imus[segment].gyr_rad_s, atol=1e-12)


@every_session_format
def test_streams_hold_what_was_felt(name, imus, tmp_path):
    WRITERS[name](tmp_path / "walk", imus)
    streams = read_streams(tmp_path / "walk")
    assert streams.format_name == name
    assert list(streams.streams) == list(SEGMENTS)
    for segment, stream in streams.streams.items():
        assert stream.label == segment
        assert stream.rate_hz == pytest.approx(imus.rate_hz)
        np.testing.assert_allclose(stream.time_s, imus.time_s, atol=1e-7)
        np.testing.assert_allclose(stream.acc_m_s2, imus[segment].acc_m_s2, atol=1e-12)
        np.testing.assert_allclose(stream.gyr_rad_s, imus[segment].gyr_rad_s, atol=1e-12)


@every_session_format
def test_streams_keep_what_a_session_refuses(name, imus, tmp_path):
    nan = with_values(imus, "shank_l", *FAULTS["nan"][:2])
    WRITERS[name](tmp_path / "walk", nan)
    streams = read_streams(tmp_path / "walk").streams
    assert np.isnan(streams["shank_l"].gyr_rad_s[17]).all()
    assert np.isfinite(streams["shank_l"].acc_m_s2).all()


@every_session_format
def test_a_directory_is_claimed_by_its_own_format_only(name, imus, tmp_path):
    WRITERS[name](tmp_path / "walk", imus)
    assert format_of(tmp_path / "walk") is FORMATS[name]
    claimed = [n for n, row in FORMATS.items() if row.recognises(tmp_path / "walk")]
    assert claimed == [name]


@every_session_format
def test_every_file_of_a_recording_leads_to_it(name, imus, tmp_path):
    for file in WRITERS[name](tmp_path / "walk", imus):
        assert format_of(file) is FORMATS[name]
        assert read(file).samples == imus.samples


@every_session_format
def test_the_directory_above_is_refused_but_points_here(name, imus, tmp_path):
    WRITERS[name](tmp_path / "above" / "walk", imus)
    with pytest.raises(UnreadableFile, match=r"give one of them: walk"):
        read(tmp_path / "above")


@every_session_format
def test_a_truncated_file_is_refused(name, imus, tmp_path):
    for file in WRITERS[name](tmp_path / "walk", imus):
        whole = file.read_bytes()
        truncate(file)
        with pytest.raises(UnreadableFile, match=r"truncated|whole"):
            read(tmp_path / "walk")
        file.write_bytes(whole)


@every_session_format
def test_an_empty_file_is_refused_by_name(name, imus, tmp_path):
    files = WRITERS[name](tmp_path / "walk", imus)
    empty(files)
    with pytest.raises(UnreadableFile) as caught:
        read(files[0])
    assert any(str(file) in str(caught.value) for file in files)


FAULTS = {
    "nan": ("gyr", lambda v: np.where(np.arange(len(v))[:, None] == 17, np.nan, v), NotFinite),
    "deg/s": ("gyr", np.rad2deg, LooksLikeDegrees),
    "g": ("acc", lambda v: v / 9.80665, WrongAccelerationUnit),
    "no gravity": ("acc", lambda v: v - v.mean(axis=0), WrongAccelerationUnit),
}


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if row.read])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_signal_that_cannot_be_is_refused_by_segment(name, fault, imus, tmp_path):
    kind, change, error = FAULTS[fault]
    WRITERS[name](tmp_path / "walk", with_values(imus, "shank_l", kind, change))
    with pytest.raises(error, match="shank_l"):
        FORMATS[name].read(tmp_path / "walk")


@every_session_format
def test_noise_instead_of_a_file_is_refused(name, imus, tmp_path):
    noise = np.random.default_rng(0).bytes(4000)
    for file in WRITERS[name](tmp_path / "walk", imus):
        file.write_bytes(noise)
    with pytest.raises(RecordingError):
        read(tmp_path / "walk")


@every_session_format
def test_reading_leaves_the_files_alone(name, imus, tmp_path):
    files = WRITERS[name](tmp_path / "walk", imus)
    before = [file.read_bytes() for file in files]
    read(tmp_path / "walk")
    assert [file.read_bytes() for file in files] == before
    assert len([p for p in (tmp_path / "walk").rglob("*") if p.is_file()]) == len(files)


def test_a_missing_path_and_a_directory_without_recordings_are_told_apart(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(UnreadableFile, match="holds no IMU recording"):
        read(tmp_path)
    with pytest.raises(UnreadableFile, match="not an IMU recording"):
        read(tmp_path / "notes.txt")


def test_the_refusal_points_to_the_list_of_formats(tmp_path):
    with pytest.raises(UnreadableFile, match="'kinefuse formats' lists"):
        read(tmp_path)
