"""What counts as the same study and the same recording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.errors import WouldOverwrite
from kinefuse.study.request import OtherStudy, StudyRequest, begin, digest


@given(content=st.binary(max_size=64), at=st.integers(0, 63))
def test_every_byte_counts(content, at, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recording")
    (folder / "walk.csv").write_bytes(content)
    before = digest(folder)
    assert digest(folder) == before
    changed = bytearray(content or b"x")
    changed[at % len(changed)] ^= 1
    (folder / "walk.csv").write_bytes(bytes(changed))
    assert digest(folder) != before


def test_names_count_and_hidden_files_do_not(tmp_path):
    (tmp_path / "a").write_text("1")
    before = digest(tmp_path)
    (tmp_path / ".DS_Store").write_text("finder")
    assert digest(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest(tmp_path) != before


def test_where_a_recording_lies_does_not_count(tmp_path):
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "walk.csv").write_text("1")
    assert digest(tmp_path / "here") == digest(tmp_path / "there")


def test_a_study_is_gone_on_with_by_an_equal_request_alone(tmp_path):
    out = tmp_path / "out"
    begin(out, StudyRequest(joints=("knee_r",)), force=False)
    begin(out, StudyRequest(joints=("knee_r",)), force=False)
    other = StudyRequest(activity="running")
    with pytest.raises(OtherStudy, match="another activity, joints"):
        begin(out, other, force=False)
    begin(out, other, force=True)
    begin(out, other, force=False)


def test_a_folder_of_something_else_is_refused_even_by_force(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(WouldOverwrite):
            begin(tmp_path, StudyRequest(), force=force)
