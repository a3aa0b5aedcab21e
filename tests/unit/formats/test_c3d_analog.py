"""Analog channels in integers, in a file made by hand from the C3D user guide (c3d.org)."""

import struct

import ezc3d
import numpy as np
import pytest

from kinefuse.errors import UnreadableFile
from kinefuse.formats.c3d_analog import read_analog

RAW = np.array([[100, -50], [2000, 7], [-3, 30_000], [4, 5]], dtype="<i2")


def parameter(group: int, name: str, kind: int, shape: list[int], data: bytes) -> bytes:
    body = struct.pack("<bB", kind, len(shape)) + bytes(shape) + data + b"\0"
    head = struct.pack("<bb", len(name), group) + name.encode()
    return head + struct.pack("<h", 2 + len(body)) + body


def group(number: int, name: str) -> bytes:
    return struct.pack("<bb", len(name), -number) + name.encode() + struct.pack("<hB", 3, 0)


def write(path, last: int = 2) -> None:
    """Two frames of two samples of two channels, no points; scales and offsets of their own."""
    floats, ints = struct.Struct("<2f").pack, struct.Struct("<2h").pack
    records = [
        group(1, "POINT"),
        parameter(1, "USED", 2, [], struct.pack("<h", 0)),
        parameter(1, "FRAMES", 2, [], struct.pack("<h", 2)),
        parameter(1, "SCALE", 4, [], struct.pack("<f", 1.0)),
        parameter(1, "RATE", 4, [], struct.pack("<f", 100.0)),
        parameter(1, "DATA_START", 2, [], struct.pack("<h", 4)),
        group(2, "ANALOG"),
        parameter(2, "USED", 2, [], struct.pack("<h", 2)),
        parameter(2, "LABELS", -1, [6, 2], b"A.AccXB.AccX"),
        parameter(2, "UNITS", -1, [4, 2], b"g   V   "),
        parameter(2, "GEN_SCALE", 4, [], struct.pack("<f", 0.5)),
        parameter(2, "SCALE", 4, [2], floats(0.01, 2.0)),
        parameter(2, "OFFSET", 2, [2], ints(10, 20)),
        parameter(2, "RATE", 4, [], struct.pack("<f", 200.0)),
    ]
    section = (bytes([1, 0x50, 2, 84]) + b"".join(records) + b"\0\0").ljust(1024, b"\0")
    header = struct.pack("<BBHHHHHfHHf", 2, 0x50, 0, 4, 1, last, 0, 1.0, 4, 2, 100.0)
    path.write_bytes(header.ljust(512, b"\0") + section + RAW.tobytes().ljust(512, b"\0"))


def test_integers_come_out_by_offset_scale_and_general_scale(tmp_path):
    write(tmp_path / "a.c3d")
    analog = read_analog(tmp_path / "a.c3d")
    assert analog.rate_hz == 200
    assert analog.units == {"A.AccX": "g", "B.AccX": "V"}
    expected = (RAW - np.array([10.0, 20.0])) * np.array([0.01, 2.0]) * 0.5
    np.testing.assert_allclose(np.stack(list(analog.signals.values()), -1), expected, rtol=1e-6)


def test_ezc3d_reads_the_same_file_alike(tmp_path):
    """Negative offsets apart, whose sign ezc3d drops; c3d.org subtracts them as they are."""
    write(tmp_path / "a.c3d")
    theirs = ezc3d.c3d(str(tmp_path / "a.c3d"))["data"]["analogs"][0]
    ours = np.stack(list(read_analog(tmp_path / "a.c3d").signals.values()))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_fewer_frames_than_the_header_says_are_noticed(tmp_path):
    write(tmp_path / "a.c3d", last=900)
    with pytest.raises(UnreadableFile, match="truncated"):
        read_analog(tmp_path / "a.c3d")
