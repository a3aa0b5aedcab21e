"""A workbook holds what it was given: numbers as numbers, words as words, gaps as gaps."""

import polars as pl
import pytest

from kinefuse.report.final_table import final_table, person_table
from kinefuse.report.result_workbook import write_results_workbook
from kinefuse.report.workbook import Block, NoWorkbook, Sheet, write_workbook
from scores import scores
from workbooks import Workbook

pytest.importorskip("xlsxwriter")


def written(tmp_path, *sheets):
    write_workbook(tmp_path / "book.xlsx", sheets)
    return Workbook(tmp_path / "book.xlsx")


def sheet(columns, name="one"):
    table = pl.DataFrame(columns)
    return Sheet(name=name, blocks=[Block(title="Title", table=table, headings=table.columns)])


def test_numbers_words_and_gaps_come_back(tmp_path):
    values = {
        "name": ["x", None], "value": [1.25, float("nan")], "count": [3, None], "on": [True, False]
    }  # fmt: skip
    book = written(tmp_path, sheet(values))
    assert book["one"] == {
        "A1": "Title", "A2": "name", "B2": "value", "C2": "count", "D2": "on",
        "A3": "x", "B3": 1.25, "C3": 3, "D3": "yes", "D4": "no",
    }  # fmt: skip


def test_a_name_that_looks_like_a_formula_is_a_name(tmp_path):
    book = written(tmp_path, sheet({"person": ["=1+1", '=HYPERLINK("x")', "@SUM(A1)", "http://x"]}))
    assert book.formulas() == []
    assert [book["one"][f"A{i}"] for i in range(3, 7)] == [
        "=1+1", '=HYPERLINK("x")', "@SUM(A1)", "http://x",
    ]  # fmt: skip


def test_blocks_stand_where_they_are_put(tmp_path):
    table = pl.DataFrame({"a": [1]})
    blocks = [
        Block(title="left", table=table, headings=["a"]),
        Block(title="right", table=table, headings=["a"], column=3),
        Block(title="below", table=table, headings=["a"], row=5),
    ]
    book = written(tmp_path, Sheet(name="one", blocks=blocks, frozen=(1, 2)))
    assert (book["one"]["A1"], book["one"]["D1"], book["one"]["A6"]) == ("left", "right", "below")
    assert (book["one"]["D3"], book["one"]["A8"]) == (1, 1)
    assert book.frozen("one") == (1, 2)


def test_names_of_sheets_are_made_such_that_they_open(tmp_path):
    long = "a very long name of an activity and a joint"
    names = ["a/b", "A-B", long, long, ""]
    book = written(tmp_path, *(sheet({"a": [1]}, name) for name in names))
    assert list(book.sheets) == ["a-b", "A-B 2", long[:31], f"{long[:29]} 2", "sheet"]


def test_without_the_library_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("kinefuse.report.workbook.can_write_workbooks", lambda: False)
    with pytest.raises(NoWorkbook, match=r"pip install 'kinefuse\[train\]'"):
        write_workbook(tmp_path / "book.xlsx", [sheet({"a": [1]})])
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    table = scores(activities=("walking", "running"))
    file = tmp_path_factory.mktemp("books") / "results.xlsx"
    write_results_workbook(file, table)
    return table, Workbook(file)


def test_an_evaluations_workbook_holds_the_final_table_and_every_person(results):
    table, book = results
    assert list(book.sheets) == ["final table", "people", "published"]
    for name, expected in (("final table", final_table(table)), ("people", person_table(table))):
        for number, row in enumerate(expected.rows(), start=3):
            assert book.row(name, number) == [
                pytest.approx(value) if isinstance(value, float) else value for value in row
            ]
        assert f"A{3 + len(expected)}" not in book[name]


def test_headings_stay_while_one_scrolls(results):
    _, book = results
    assert [book.frozen(name)[0] for name in ("final table", "people", "published")] == [2, 2, 2]


def test_headings_name_what_stands_below(results):
    _, book = results
    headings = book.row("final table", 2)
    assert headings[:8] == [
        "condition", "activity", "joint", "method", "answer", "people", "flexion raw",
        "flexion raw SD",
    ]  # fmt: skip
    assert len(headings) == 6 + 2 * 2 * 4
    assert headings[-2:] == ["mean calibrated", "mean calibrated SD"]


def test_the_published_figures_are_beside(results):
    _, book = results
    cells = book["published"]
    assert [cells[f"{c}3"] for c in "ABCDE"] == [
        "walking", "hip", "flexion", "calibrated", "< 1.27 ± 0.38",
    ]  # fmt: skip
    assert "Rapp et al. (2021)" in cells["F3"]
