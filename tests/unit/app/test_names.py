"""Whatever a file is called, nothing leaves its folder."""

import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kinefuse.app.names import (
    composed,
    file_stem,
    is_clutter,
    name_of_all,
    parts_of,
    without_common_folder,
)
from kinefuse.app.refusals import BadName

LONGEST = 240


@pytest.mark.parametrize(
    "name",
    [
        "../walk.csv", "a/../../b.csv", "..\\..\\walk.csv", "/etc/passwd", "\\\\host\\share\\a.csv",
        "C:\\Windows\\a.csv", "c:a.csv", "..", ".", "", "   ", "walk\0.csv", "walk\n.csv",
        "folder/", "a" * 241, "walk\u202ecsv.exe",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(BadName):
        parts_of(name, LONGEST)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("walk.csv", ("walk.csv",)),
        ("My walk/Läufer 1.csv", ("My walk", "Läufer 1.csv")),
        ("raw\\MT_01.txt", ("raw", "MT_01.txt")),
        ("./a//b..c.csv", ("a", "b..c.csv")),
    ],
)
def test_honest_names_are_kept_as_they_are(name, parts):
    assert parts_of(name, LONGEST) == parts


letters = st.text(min_size=1, max_size=120) | st.text("a語𐐀ß. ", min_size=90, max_size=120)
parts = st.lists(letters, min_size=1, max_size=4).map(tuple)


@given(st.lists(parts, max_size=8))
@example([("Straße",), ("STRASSE",), ("strasse",)])
@example([("𐐀" * 99 + ".𐐀𐐀𐐀𐐀𐐀𐐀𐐀𐐀𐐀𐐀𐐀",)] * 8)
@example([("a" * 99 + " b",), ("a." + "b" * 9 + " " + "c" * 99,)])
def test_composed_places_stay_inside_and_differ_even_without_case(names):
    root = Path("/root/recording")
    places = composed(names)
    assert len({str(place).casefold() for place in places}) == len(names)
    for place, name in zip(places, names, strict=True):
        assert len(place.parts) == len(name)
        assert (root / place).resolve().is_relative_to(root)
        for part in place.parts:
            assert all(
                unicodedata.category(letter)[0] in "LMN" or letter in "._ -" for letter in part
            )
            assert part.isprintable()
            assert part == unicodedata.normalize("NFC", part)
            assert part == part.strip(" ").rstrip(".")
            assert not part.startswith((".", "-"))
            assert 0 < len(part) <= 110
            assert len(part.encode()) <= 255


@given(st.lists(st.lists(st.sampled_from("abA"), min_size=1, max_size=3).map(tuple), max_size=6))
@example([("walk",), ("walk", "x.csv")])
@example([("walk", "x.csv"), ("WALK",)])
@example([("walk", "x", "y"), ("walk", "x"), ("walk-2",)])
def test_no_file_lies_where_another_ones_folder_is(names):
    places = composed(names)
    folders = {str(folder).lower() for place in places for folder in place.parents}
    assert not folders & {str(place).lower() for place in places}


@given(st.text(max_size=300))
def test_what_is_let_in_can_always_be_laid_out(name):
    try:
        found = parts_of(name, LONGEST)
    except BadName:
        return
    (place,) = composed([found])
    assert not place.is_absolute()
    assert ".." not in place.parts


def test_readers_find_the_names_that_they_know():
    names = ["rawimu/MT_012002D6_009-001_00B42D4D.txt", "rawimu/walk_Accel.trc"]
    above, within = without_common_folder([parts_of(name, LONGEST) for name in names])
    assert above == "rawimu"
    assert composed(within) == [PurePosixPath(name).relative_to("rawimu") for name in names]


@pytest.mark.parametrize(
    "name",
    [
        "左大腿.csv",
        "右大腿.csv",
        "Läufer 1.csv",
        "бедро_Л.txt",
        "대퇴 우.csv",
        "ساق-٢.csv",
        "दाहिनी जाँघ.csv",
    ],
)
def test_words_of_every_script_keep_their_letters(name):
    assert composed([parts_of(name, LONGEST)]) == [PurePosixPath(name)]
    assert file_stem(name) == name


def test_a_name_is_the_same_from_every_system():
    """A letter and its accent are one or two there, depending on who wrote them."""
    apart = unicodedata.normalize("NFD", "Läufer.csv")
    assert composed([(apart,)]) == [PurePosixPath("Läufer.csv")]


def test_a_long_name_keeps_its_ending_and_leaves_room_for_a_number():
    long = ("語" * 99 + ".csv",)
    first, second = composed([long, long])
    assert (first.suffix, second.stem[-2:], second.suffix) == (".csv", "-2", ".csv")
    assert len(second.name.encode()) <= 255


def test_only_a_folder_that_holds_everything_is_left_out():
    names = [("Knee", "Left_seg1_acc.npy"), ("Hip", "Left_seg1_acc.npy")]
    assert without_common_folder(names) == ("", names)
    assert without_common_folder([("a", "b", "c.csv")]) == ("b", [("c.csv",)])
    assert without_common_folder([]) == ("", [])


@pytest.mark.parametrize("name", ["CON", "con.csv", "LPT1.txt", "nul", "COM².csv", "con .txt"])
def test_names_of_windows_devices_are_changed(name):
    (place,) = composed([(name,)])
    assert place.name.startswith("_")


@pytest.mark.parametrize(
    "name", ["__MACOSX/._walk.csv", "raw/.DS_Store", "Thumbs.db", ".git/config"]
)
def test_what_systems_leave_behind_is_known(name):
    assert is_clutter(name)


@pytest.mark.parametrize("name", ["walk.csv", "raw/a.b.csv", "MACOSX/walk.csv"])
def test_recordings_are_no_clutter(name):
    assert not is_clutter(name)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["walk.csv"], "walk"),
        (["raw/Walk-1-000_00B40B91.txt", "raw/Walk-1-000_00B40BA5.txt"], "Walk-1-000"),
        (["walk_Accel.trc", "walk_Gyro.trc"], "walk"),
        (["pelvis.csv", "foot.csv"], "pelvis"),
        (["a1.csv", "a2.csv"], "a1"),
    ],
)
def test_files_together_are_called_by_what_they_share(names, name):
    assert name_of_all(names) == name


@given(st.text(max_size=130))
@example(":.:")
@example("_con")
def test_a_download_is_called_something(words):
    stem = file_stem(words)
    assert PurePosixPath(stem).name == stem
    assert stem.strip("_. -")
    assert stem.lower() not in ("con", "nul", "aux", "prn")
