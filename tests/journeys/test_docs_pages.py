"""What stands in a fenced block of the documentation runs, and says what the page says it says."""

from pathlib import Path

import pytest

from doc_inputs import INPUTS
from doc_pages import SHELL, blocks_of, run_page

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
RUN = ("python", *SHELL)
MOST_NOT_RUN = 16
"""Blocks; more of them need a reason better than that it is easy."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_code_of_the_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kinefuse.executor.usable_cores", lambda: 1)  # no processes to wait for
    if page.name in INPUTS:
        INPUTS[page.name](tmp_path)
    run_page(page)


def test_few_blocks_are_not_run():
    marked = [block.where for page in PAGES for block in blocks_of(page) if block.not_run]
    assert len(marked) <= MOST_NOT_RUN, marked


def test_inputs_are_for_pages_that_are_there_and_run_something():
    running = {page.name for page in PAGES for b in blocks_of(page) if b.language in RUN}
    assert set(INPUTS) <= running


def test_ten_questions_begin_with_what_was_said():
    page = PROJECT / "docs" / "questions.md"
    questions = [line for line in page.read_text().splitlines() if line.startswith("## ")]
    assert len(questions) == 10
    said = [block for block in blocks_of(page) if block.language == "text"]
    assert len(said) >= 10


@pytest.mark.parametrize(
    "lie",
    [
        "```\nkinefuse --version\n```\n```text\nkinefuse: no\n```\n",
        "```\nkinefuse --version\n```\n```text\nkine...ten\n```\n",
        "```\nkinefuse estimate no --out x\n```\n```text\nkinefuse: so\n```\n",
        "```\nkinefuse estimate no --out x\n```\n",
        "```python\nassert 1 == 2\n```\n",
        "```\nrm -r nothing\n```\n",
    ],
    ids=["no error", "not said", "another error", "an error not told", "python", "another program"],
)
def test_a_page_that_lies_is_found_out(lie, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(lie)
    with pytest.raises(AssertionError):
        run_page(tmp_path / "page.md")


def test_a_mark_holds_for_the_next_block_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- not run: long -->\n```\nsleep\n```\n\n```\nkinefuse\n```\n")
    assert [block.not_run for block in blocks_of(page)] == ["long", ""]
