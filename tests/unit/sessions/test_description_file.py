"""session.toml: what is written is what is read, and every mistake is named by its key."""

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnreadableFile
from kinefuse.session_description import Person, SensorPlace, SessionDescription
from kinefuse.sessions import read_description, write_description
from kinefuse.sessions.errors import BadDescription

words = st.text(min_size=1, max_size=20).filter(str.strip)
turns = st.none() | st.integers(0, 2**32 - 1).map(
    lambda seed: Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
)
people = st.builds(
    Person,
    height_m=st.none() | st.floats(0.4, 2.6),
    mass_kg=st.none() | st.floats(2, 400),
)


@st.composite
def descriptions(draw):
    worn = draw(st.sets(st.sampled_from(SEGMENTS)))
    labels = draw(st.lists(words, min_size=len(worn), max_size=len(worn), unique=True))
    return SessionDescription(
        name=draw(words),
        activity=draw(st.sampled_from(["walking", "running"])),
        recording=draw(words),
        map=draw(st.none() | words),
        clock=draw(st.sampled_from([None, "shared", "own"])),
        sensors={
            s: SensorPlace(label=label, R_segment_sensor=draw(turns))
            for s, label in zip(sorted(worn), labels, strict=True)
        },
        person=draw(people),
    )


@given(description=descriptions(), remark=st.text())
def test_what_is_written_is_what_is_read(description, remark, tmp_path_factory):
    file = tmp_path_factory.mktemp("toml") / "session.toml"
    write_description(file, description, {s: remark for s in ("", *SEGMENTS)})
    read = read_description(file)
    assert (read.name, read.activity, read.recording, read.map, read.clock) == (
        description.name,
        description.activity,
        description.recording,
        description.map,
        description.clock,
    )
    assert read.person == description.person
    assert set(read.sensors) == set(description.sensors)
    for segment, place in description.sensors.items():
        assert read.sensors[segment].label == place.label
        R, again = place.R_segment_sensor, read.sensors[segment].R_segment_sensor
        assert (R is None) == (again is None)
        if R is not None:
            np.testing.assert_array_equal(again, R)


def written(tmp_path, text):
    (tmp_path / "session.toml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nmae = 'x'", "nmae is no key"),
        ("activity = 'swimming'", "activity is 'swimming'; write one of: walking, running"),
        ("name = 3", "name is 3"),
        ("clock = 'mine'", "clock is 'mine'; write one of: shared, own"),
        ("map = ['a.toml', 'b.toml']", "map is ['a.toml', 'b.toml'] where words are expected"),
        ("[person]\nheight_m = 175", "person.height_m is 175; write a number from 0.4 to 2.6"),
        ("[person]\nmass_kg = nan", "person.mass_kg is nan"),
        ("[person]\nmass_kg = true", "person.mass_kg is True"),
        ("[person]\nage = 3", "person.age is no key"),
        ("[sensors.knee_r]\nlabel = 'a'", "sensors.knee_r is no segment; use pelvis"),
        ("sensors = 3", "sensors is no table"),
        ("[sensors.pelvis]", "sensors.pelvis has no label"),
        (
            "[sensors.pelvis]\nlabel = 'a'\n[sensors.foot_r]\nlabel = 'a'",
            "sensors.foot_r.label is 'a', which is on pelvis already",
        ),
        ("[sensors.pelvis]\nlabel = 'a'\nR_segment_sensor = [1, 2]", "no 3 by 3 matrix"),
        (
            "[sensors.pelvis]\nlabel='a'\nR_segment_sensor = [[1,0,0],[0,1,0],[0,0,-1]]",
            "sensors.pelvis.R_segment_sensor is no rotation",
        ),
        (
            "[sensors.pelvis]\nlabel='a'\nq_segment_sensor_wxyz = [1, 1, 0, 0]",
            "q_segment_sensor_wxyz is no unit quaternion; write four numbers, in the order w",
        ),
        (
            "[sensors.pelvis]\nlabel='a'\nq_segment_sensor_wxyz = [1, 0, 0, 0]\n"
            "q_segment_sensor_xyzw = [0, 0, 0, 1]",
            "tells the mounting twice",
        ),
    ],
)
def test_a_mistake_is_named_by_its_key_with_the_way_out(text, told, tmp_path):
    with pytest.raises(BadDescription) as caught:
        read_description(written(tmp_path, text))
    said = str(caught.value)
    assert told in said
    assert "session.toml" in said
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize("text", ["name = ", "\x00", "[[["])
def test_what_is_no_toml_is_refused_in_one_sentence(text, tmp_path):
    with pytest.raises(UnreadableFile, match=r"no TOML.*--force") as caught:
        read_description(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_folder_without_one_is_told_how_to_make_it(tmp_path):
    with pytest.raises(UnreadableFile, match="kinefuse session new"):
        read_description(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "q_segment_sensor_wxyz = [0.70710678, 0.70710678, 0, 0]",
        "q_segment_sensor_xyzw = [0.70710678, 0, 0, 0.70710678]",
        "R_segment_sensor = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]",
        "R_segment_sensor = [[1, 0, 0], [0, 0.001, -1], [0, 1, 0]]",
    ],
)
def test_a_quarter_turn_about_x_in_every_wording(line, tmp_path):
    read = read_description(written(tmp_path, f"[sensors.foot_l]\nlabel = 'a'\n{line}"))
    (R,) = read.mountings.values()
    np.testing.assert_allclose(R @ [0, 1, 0], [0, 0, 1], atol=2e-3)
    np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-9)


def test_the_file_explains_itself_and_names_what_is_unknown(tmp_path):
    file = tmp_path / "session.toml"
    write_description(file, SessionDescription(name="walk"), {"": "Look here.\nAnd here."})
    text = file.read_text()
    assert "# Look here.\n# And here.\n" in text
    assert "# height_m = 1.75" in text
    assert tomllib.loads(text)["person"] == {}
