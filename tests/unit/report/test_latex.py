"""The LaTeX tables have one shape, print every name as it is and need no package."""

import re
import shutil
import subprocess

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.report.final_table import final_table
from kinefuse.report.latex import escaped, latex_tables
from scores import scores

NAME = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)


def rows_of(tabular):
    """Its printed rows, as cells with the columns each takes."""
    body = [line for line in tabular.splitlines() if line.endswith(r"\\")]
    return [re.split(r"(?<!\\)&", line.removesuffix(r"\\")) for line in body]


def width(cells):
    spans = [re.search(r"\\multicolumn\{(\d+)\}", cell) for cell in cells]
    return sum(int(span.group(1)) if span else 1 for span in spans)


def tabulars(text):
    return re.findall(r"\\begin\{tabular\}.*?\\end\{tabular\}", text, flags=re.DOTALL)


def test_every_row_fills_the_columns_that_the_tabular_declares():
    text = latex_tables(final_table(scores(activities=("walking", "running"))))
    assert len(tabulars(text)) == 2
    for tabular in tabulars(text):
        declared = len(re.search(r"\\begin\{tabular\}\{([lr]+)\}", tabular).group(1))
        assert {width(cells) for cells in rows_of(tabular)} == {declared}
        assert len(rows_of(tabular)) == 3 + 6  # title and headings; three joints, two answers


def test_the_numbers_are_those_of_the_table():
    text = latex_tables(final_table(scores(joints=("knee",))))
    last = rows_of(tabulars(text)[0])[-1]
    assert [cell.strip() for cell in last[:4]] == [
        "knee", "ours", "network + optimisation", r"1.50 $\pm$ 0.71",
    ]  # fmt: skip


def test_no_package_is_asked_for():
    text = latex_tables(final_table(scores()))
    commands = set(re.findall(r"\\([a-zA-Z]+)", text))
    assert commands <= {"begin", "end", "hline", "multicolumn", "pm"}


@given(name=NAME)
def test_any_name_is_one_cell_and_no_command(name):
    text = escaped(name)
    assert not re.search(r"(?<!\\)[&%$#_]", text)
    printed = text
    for word, character in (("backslash", "\\"), ("asciitilde", "~"), ("asciicircum", "^"),
                            ("less", "<"), ("greater", ">")):  # fmt: skip
        printed = printed.replace(f"\\text{word}{{}}", f"\0{ord(character)}\0")
    printed = re.sub(r"\\([&%$#_{}])", r"\1", printed)
    printed = re.sub("\0(\\d+)\0", lambda found: chr(int(found.group(1))), printed)
    assert printed == name


@given(name=NAME.filter(str.strip))
def test_a_table_keeps_its_shape_whatever_a_method_is_called(name):
    final = final_table(scores(joints=("hip",))).with_columns(method=pl.lit(name))
    (tabular,) = tabulars(latex_tables(final))
    assert {width(cells) for cells in rows_of(tabular)} == {11}


def test_one_person_has_no_spread_and_a_missing_number_is_a_dash():
    table = scores(people=("a",), joints=("hip",), answers=(("ours", "theta"),))
    table = table.with_columns(
        rmse_deg=pl.when(plane="rotation").then(float("nan")).otherwise("rmse_deg")
    )
    cells = [cell.strip() for cell in rows_of(latex_tables(final_table(table)))[-1]]
    assert cells[3:7] == ["1.00", "2.00", "--", "--"]


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex installed")
def test_it_compiles(tmp_path):
    (tmp_path / "final_table.tex").write_text(latex_tables(final_table(scores())))
    page = r"\documentclass{article}\begin{document}\input{final_table}\end{document}"
    (tmp_path / "page.tex").write_text(page)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
