"""Streams written and read again are the same streams."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kinefuse.errors import UnreadableFile, WouldOverwrite
from kinefuse.formats import read_streams
from kinefuse.formats.streams_folder import LIST_FILE, files_of, write_streams
from kinefuse.sensor_streams import SensorStream, SensorStreams

_numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def stream_parts(draw, label):
    """Arguments of a stream; nouns are made in the test, as type checks draw random numbers."""
    samples = draw(st.integers(3, 6))
    steps = draw(hnp.arrays(np.float64, samples, elements=st.floats(1e-6, 1e3)))
    temperature = st.none() | hnp.arrays(np.float64, samples, elements=_numbers)
    return {
        "label": label,
        "time_s": np.cumsum(steps),
        "acc_m_s2": draw(hnp.arrays(np.float64, (samples, 3), elements=_numbers)),
        "gyr_rad_s": draw(hnp.arrays(np.float64, (samples, 3), elements=_numbers)),
        "clock": draw(_words),
        "temperature_c": draw(temperature),
    }


@st.composite
def recording_parts(draw):
    labels = draw(st.lists(_words, min_size=1, max_size=3, unique=True))
    return {
        "name": draw(_words),
        "streams": {label: draw(stream_parts(label)) for label in labels},
        "format_name": draw(_words),
        "notes": tuple(draw(st.lists(_words, max_size=2))),
    }


def same_bits(one, other):
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True) and np.array_equal(
        np.signbit(one[~np.isnan(one)]), np.signbit(other[~np.isnan(other)])
    )


@given(parts=recording_parts())
def test_what_is_written_comes_back_to_the_last_bit(parts, tmp_path_factory):
    streams = {label: SensorStream(**words) for label, words in parts["streams"].items()}
    recording = SensorStreams(**(parts | {"streams": streams}))
    folder = tmp_path_factory.mktemp("streams") / "walk"
    write_streams(folder, recording)
    again = read_streams(folder)
    assert (again.name, again.format_name, again.notes) == (
        recording.name,
        recording.format_name,
        recording.notes,
    )
    assert list(again.streams) == list(recording.streams)
    for label, stream in recording.streams.items():
        read = again.streams[label]
        assert (read.label, read.clock) == (stream.label, stream.clock)
        for field in ("time_s", "acc_m_s2", "gyr_rad_s", "temperature_c"):
            assert same_bits(getattr(read, field), getattr(stream, field)), field


@pytest.fixture
def folder(tmp_path):
    stream = SensorStream(
        label="a/../b",
        time_s=np.arange(5.0),
        acc_m_s2=np.ones((5, 3)),
        gyr_rad_s=np.zeros((5, 3)),
    )
    write_streams(
        tmp_path / "walk",
        SensorStreams(name="walk", streams={"a/../b": stream}, format_name="csv"),
    )
    return tmp_path / "walk"


def test_no_label_leads_out_of_the_folder(folder):
    assert sorted(file.name for file in folder.iterdir()) == ["a_b.csv", LIST_FILE]


def test_a_folder_without_its_list_is_refused_whoever_asks(folder):
    assert files_of(folder) == {"a_b.csv", LIST_FILE}
    (folder / LIST_FILE).unlink()
    with pytest.raises(UnreadableFile, match=r"streams\.json: .* missing; write the folder again"):
        files_of(folder)


def test_a_list_that_leads_out_of_the_folder_is_refused(folder):
    words = json.loads((folder / LIST_FILE).read_text())
    words["sensors"][0]["file"] = "../secret.csv"
    (folder / LIST_FILE).write_text(json.dumps(words))
    with pytest.raises(UnreadableFile, match="no file beside it"):
        read_streams(folder)


def test_a_row_less_than_promised_is_noticed(folder):
    lines = (folder / "a_b.csv").read_text().splitlines(keepends=True)
    (folder / "a_b.csv").write_text("".join(lines[:-1]))
    with pytest.raises(UnreadableFile, match=r"4 samples are there but .* promises 5"):
        read_streams(folder)


def test_a_digit_less_at_the_end_is_noticed(folder):
    text = (folder / "a_b.csv").read_text()
    (folder / "a_b.csv").write_text(text[:-2])
    with pytest.raises(UnreadableFile, match="truncated"):
        read_streams(folder)


def test_a_newer_version_says_what_to_install(folder):
    words = json.loads((folder / LIST_FILE).read_text())
    (folder / LIST_FILE).write_text(json.dumps(words | {"version": 2}))
    with pytest.raises(UnreadableFile, match="install a newer kinefuse"):
        read_streams(folder)


def test_an_existing_folder_is_not_overwritten(folder):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(WouldOverwrite):
        write_streams(folder, read_streams(folder))
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["walk"]
