"""Numbers in text: read strictly, and written whole or not at all."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kinefuse.errors import UnreadableFile
from kinefuse.formats.number_table import read_columns, write_columns, written_whole

finite = st.floats(-1e6, 1e6, allow_subnormal=False)


def read(path, names="ab", wanted=None, separator=","):
    return read_columns(
        path, list(names), separator=separator, skip_lines=1, wanted=list(wanted or names)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=arrays(float, st.tuples(st.integers(1, 20), st.just(2)), elements=finite))
def test_exact_numbers_come_back_exactly(values, tmp_path):
    path = tmp_path / "t.csv"
    write_columns(path, {"a": values[:, 0], "b": values[:, 1]}, decimals=None)
    back = read(path)
    np.testing.assert_array_equal(np.stack([back["a"], back["b"]], axis=-1), values)


def test_an_empty_cell_is_nan_and_not_zero(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n,3\nNaN,4\n")
    np.testing.assert_array_equal(read(tmp_path / "t.csv")["a"], [1, np.nan, np.nan])


def test_words_are_refused_with_their_place_but_only_where_numbers_are_wanted(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,left\n2,right\n")
    np.testing.assert_array_equal(read(tmp_path / "t.csv", wanted="a")["a"], [1, 2])
    with pytest.raises(UnreadableFile, match=r"left.*'b'"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("tail", ["3", "3,"])
def test_a_last_row_that_stops_early_is_a_truncated_file(tail, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n" + tail)
    with pytest.raises(UnreadableFile, match="truncated"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("tail", ["\n", "\n\n\n", "\r\n\r\n", ",\n,\n"])
def test_blank_lines_at_the_end_are_no_rows(tail, tmp_path):
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n3,4\n" + tail.encode())
    np.testing.assert_array_equal(read(tmp_path / "t.csv")["a"], [1, 3])


@pytest.mark.parametrize("tail", ["3,\n\n", "3\n\n\n", ",4\n5,\n\n"])
def test_blank_lines_do_not_hide_a_cut_row(tail, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n" + tail)
    with pytest.raises(UnreadableFile, match="truncated"):
        read(tmp_path / "t.csv", wanted="b")


@pytest.mark.parametrize("text", ["", "a,b\n"])
def test_a_file_without_a_row_is_refused(text, tmp_path):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(UnreadableFile, match="no sample"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("rows", ["1,2,\n3,4,\n", "1,2\n3,4,5\n4,5\n"])
def test_rows_longer_than_the_names_are_refused(rows, tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + rows)
    with pytest.raises(UnreadableFile, match="rows differ in length"):
        read(tmp_path / "t.csv")


def test_csv_has_commas_and_everything_else_tabs(tmp_path):
    columns = {"a": np.array([1.0]), "b": np.array([2.0])}
    write_columns(tmp_path / "t.csv", columns, decimals=2)
    write_columns(tmp_path / "t.mot", columns, decimals=2, head="head\n")
    assert (tmp_path / "t.csv").read_text() == "a,b\n1.00,2.00\n"
    assert (tmp_path / "t.mot").read_text() == "head\na\tb\n1.00\t2.00\n"


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def fail_halfway():
        with written_whole(path) as beside:
            beside.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]
    assert path.read_text() == "old"


def test_success_replaces_the_old_file_and_makes_folders(tmp_path):
    path = tmp_path / "new" / "t.csv"
    for text in ("first", "second"):
        with written_whole(path) as beside:
            beside.write_text(text)
        assert [p.name for p in path.parent.iterdir()] == ["t.csv"]
        assert path.read_text() == text
