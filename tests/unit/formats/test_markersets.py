"""A marker set is data: what is declared is what is read, and what is missing is named."""

import re
from pathlib import Path

import pytest

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import BadMarkerSet, UnknownChoice
from kinefuse.formats.markersets import MARKERSETS, markerset, read_markerset

PACKAGED = Path(__file__).parents[3] / "src" / "kinefuse" / "formats" / "markersets"


@pytest.fixture
def own(tmp_path):
    """A laboratory's own file: the packaged one with something changed."""

    def write(pattern="", new=""):
        text = (PACKAGED / "rbds.toml").read_text()
        changed = re.sub(pattern, new, text, flags=re.M) if pattern else text
        assert not pattern or changed != text
        file = tmp_path / "my.toml"
        file.write_text(changed)
        return file

    return write


@pytest.mark.parametrize("name", MARKERSETS)
def test_every_packaged_set_names_a_cluster_a_segment_and_its_source(name):
    markers = markerset(name)
    assert set(markers.cluster_markers) == set(SEGMENTS)
    for cluster in markers.cluster_markers.values():
        assert len(set(cluster)) == len(cluster) >= 3
    right, left = (set(markers.cluster_markers[f"foot_{s}"]) for s in "rl")
    assert not right & left
    assert markers.licence in markers.provenance
    assert (PACKAGED / f"{name}.toml").is_file()


@pytest.mark.parametrize(
    ("file", "name", "person", "trial"),
    [
        ("RBDS011runT35.c3d", "rbds", "RBDS011", "runT35"),
        ("RBDS04runT25.c3d", "rbds", "RBDS004", "runT25"),
        ("20140515T133244_run.c3d", "ric", "20140515T133244", "run"),
        ("HC030A_Turn_HC030A22.c3d", "biomechzoo", "HC030A", "Turn_HC030A22"),
    ],
)
def test_file_names_tell_the_person_the_trial_and_the_set(file, name, person, trial):
    found = {n: m.match(Path(file)) for n, m in MARKERSETS.items()}
    assert [n for n, match in found.items() if match] == [name]
    assert (found[name].person, found[name].name) == (person, trial)


def test_the_static_trial_is_named_as_in_the_file_and_is_no_trial_itself():
    rbds = MARKERSETS["rbds"]
    assert rbds.match(Path("RBDS04runT25.c3d")).static_pattern == "RBDS04static.c3d"
    assert all(m.match(Path("RBDS04static.c3d")) is None for m in MARKERSETS.values())


def test_landmarks_have_sides_and_may_be_mirrored():
    zoo = MARKERSETS["biomechzoo"].landmark_markers
    assert zoo["asis_l"] == "LASI"
    assert zoo["psis_middle"] == "SACR"
    assert zoo["knee_medial_r"] == {"mirror": "RKNE", "through": "RFEO"}
    assert MARKERSETS["biomechzoo"].cluster_markers["thigh_l"][0] == "hip_centre_l"


def test_a_laboratorys_own_set_needs_no_code(own):
    file = own("^name = .*$", 'name = "ours"')
    assert read_markerset(file).name == "ours"
    assert markerset(str(file)).landmark_markers["toe_l"] == "L.MT2"


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r'^unit = "mm".*$', 'unit = "inch"', "unit is 'inch'"),
        (r"^hip_centre = .*$", 'hip_centre = "guess"', "hip_centre is 'guess'"),
        (r"^knee_medial = .*$", "", "lacks knee_medial"),
        (r"^thigh = .*$", "", "lacks thigh"),
        (r"^static = .*$", "", "lacks static"),
        (r'^up = "\+y"', 'up = "+x"', "x, y and z once each"),
        (r'^forward = "\+x"', 'forward = "-x"', "right-handed"),
        (r"^licence = .*$", "", "licence"),
        (r"^name = .*$", 'name = "a"\ncolour = "red"', "colour"),
        (r"^name = .*$", "name =", "cannot be read"),
        (r"^trial = .*$", "trial = 'RBDS(\\\\d+'", "trial pattern"),
    ],
)
def test_what_is_wrong_with_a_set_is_said_in_one_sentence(own, pattern, new, complaint):
    with pytest.raises(BadMarkerSet, match=complaint):
        read_markerset(own(pattern, new))


def test_a_missing_file_and_an_unknown_name_say_what_there_is(tmp_path):
    with pytest.raises(BadMarkerSet, match="cannot be read"):
        markerset(str(tmp_path / "none.toml"))
    with pytest.raises(UnknownChoice, match=r"vicon.*rbds.*your own \.toml"):
        markerset("vicon")


def test_a_marker_set_in_another_encoding_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "own.toml").write_bytes('name = "Läufer"'.encode("latin-1"))
    with pytest.raises(BadMarkerSet, match="cannot be read"):
        read_markerset(tmp_path / "own.toml")
