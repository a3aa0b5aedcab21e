"""Every example runs and says something."""

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_example_runs(file, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # what it leaves goes with the test
    runpy.run_path(str(file))
    assert "deg" in capsys.readouterr().out


def test_there_are_examples():
    assert EXAMPLES
