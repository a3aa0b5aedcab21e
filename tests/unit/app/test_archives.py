"""Zip files that honest programs write are unpacked; those made to do harm are not."""

import io
import stat
import struct
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.app.archives import Room, _write, is_zip, unpack
from kinefuse.app.limits import Limits
from kinefuse.app.refusals import BadArchive, BadName, Refused, TooBig, TooMany

LIMITS = Limits(file_bytes=50_000, job_bytes=120_000, job_files=5)
ROOM = Room(files=5, bytes=120_000)


def packed(path: Path, files, method=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def unpacked(tmp_path, files, room=ROOM, limits=LIMITS, **how):
    into = tmp_path / "into"
    into.mkdir()
    return unpack(packed(tmp_path / "a.zip", files, **how), "a.zip", into, room, limits)


def test_files_come_out_as_they_went_in_under_numbers(tmp_path):
    files = [("raw/one.csv", b"1,2,3"), ("raw/two.csv", bytes(range(256)))]
    found = unpacked(tmp_path, files)
    assert [(name, path.read_bytes()) for name, path in found] == files
    assert {path.name for _, path in found} == {"0001", "0002"}


def test_folders_and_what_systems_add_are_left_out(tmp_path):
    files = [
        ("raw/", b""),
        ("raw/a.csv", b"1"),
        ("__MACOSX/raw/._a.csv", b"x"),
        ("raw/.DS_Store", b"x"),
    ]
    assert [name for name, _ in unpacked(tmp_path, files)] == ["raw/a.csv"]


@pytest.mark.parametrize(
    "name", ["../up.csv", "/etc/cron.d/x", "a/../../b", "..\\b.csv", "C:\\a.csv"]
)
def test_names_that_climb_refuse_the_whole_archive(tmp_path, name):
    with pytest.raises(BadName):
        unpacked(tmp_path, [("good.csv", b"1"), (name, b"1")])
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "into"]


def test_a_bomb_is_refused_before_it_is_lit(tmp_path):
    with pytest.raises(TooBig, match="together"):
        unpacked(tmp_path, [(f"{i}.csv", bytes(49_000)) for i in range(3)])
    assert not list((tmp_path / "into").iterdir())


def test_one_file_may_not_be_larger_than_any_file(tmp_path):
    with pytest.raises(TooBig, match=r"big\.csv in a\.zip"):
        unpacked(tmp_path, [("big.csv", bytes(50_001))])


def test_nothing_honest_shrinks_a_thousandfold(tmp_path):
    roomy = Limits(file_bytes=2**30, job_bytes=2**30)
    with pytest.raises(BadArchive, match="times its size"):
        unpacked(tmp_path, [("z.csv", bytes(20_000_000))], Room(files=5, bytes=2**30), roomy)
    assert not list((tmp_path / "into").iterdir())


def test_what_an_archive_says_of_its_sizes_is_not_believed(tmp_path):
    """A central directory that says 10 bytes of an entry with 60,000."""
    path = packed(tmp_path / "a.zip", [("lie.csv", bytes(range(250)) * 240)])
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)  # uncompressed size, APPNOTE.TXT 4.3.12
    path.write_bytes(data)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Refused):
        unpack(path, "a.zip", into, ROOM, LIMITS)
    assert sum(file.stat().st_size for file in into.iterdir()) <= 10


def test_what_really_comes_is_counted(tmp_path):
    """Python stops where the archive says; should it ever not, this does."""
    path = packed(tmp_path / "a.zip", [("a.csv", b"123456")])
    with zipfile.ZipFile(path) as opened, pytest.raises(BadArchive, match="more than it says"):
        _write(opened, opened.infolist()[0], tmp_path / "out", replace(ROOM, bytes=5), "a.zip")
    assert (tmp_path / "out").stat().st_size <= 5


def test_room_on_the_disk_is_asked_for_all_first_and_then_for_what_comes(tmp_path):
    asked: list[int] = []
    files = [("a.csv", bytes(3_000)), ("b.csv", bytes(5_000))]
    unpacked(tmp_path, files, replace(ROOM, need_on_disk=asked.append))
    assert asked == [8_000, 3_000, 5_000]


def test_more_files_than_there_is_room_for_are_refused(tmp_path):
    with pytest.raises(TooMany):
        unpacked(tmp_path, [(f"{i}.csv", b"1") for i in range(6)])


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadArchive, match="link"):
        unpacked(tmp_path, [(link, "/etc/passwd")])


def test_locked_archives_are_refused(tmp_path):
    path = packed(tmp_path / "a.zip", [("a.csv", b"123")])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    (tmp_path / "into").mkdir()
    with pytest.raises(BadArchive, match="password"):
        unpack(path, "a.zip", tmp_path / "into", ROOM, LIMITS)


def test_unusual_packing_is_refused(tmp_path):
    with pytest.raises(BadArchive, match="unusual"):
        unpacked(tmp_path, [("a.csv", b"123")], method=zipfile.ZIP_LZMA)


@given(cut=st.floats(0, 1), flip=st.integers(0, 255))
def test_damage_is_told_in_a_sentence_and_never_as_a_bug(tmp_path_factory, cut, flip):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"1,2,3\n" * 50)
    data = bytearray(whole.getvalue())
    data[int(cut * (len(data) - 1))] ^= flip
    folder = tmp_path_factory.mktemp("damaged")
    for name, content in (("flipped.zip", data), ("cut.zip", data[: int(cut * len(data))])):
        (folder / name).write_bytes(content)
        into = folder / f"into-{name}"
        into.mkdir()
        with suppress(Refused):  # anything else is red
            unpack(folder / name, name, into, ROOM, LIMITS)


def test_an_empty_archive_is_told(tmp_path):
    with pytest.raises(BadArchive, match="no files"):
        unpacked(tmp_path, [])


def test_only_names_that_say_so_are_archives():
    assert is_zip("walk.ZIP")
    assert not is_zip("book.xlsx")
