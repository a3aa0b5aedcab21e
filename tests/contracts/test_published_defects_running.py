"""Defect 11 of the published code: it no longer runs on current libraries, and its demo crashes."""

import ast
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import kinefuse
from kinefuse.cli.app import app
from kinefuse.formats.published_npy import write
from kinefuse.simulation.gait import simulate_person

SOURCE = Path(kinefuse.__file__).parent
ROOT = Path(__file__).parents[2]
ABANDONED = {"hyperopt", "pandas"}
"""Libraries that the published code needs in versions that are gone, or are gone themselves."""
SAFE = 'torch.load(path, map_location="cpu", weights_only=True)'
EXECUTE = {"pickle", "dill", "joblib", "shelve", "marshal"}
"""Reading with these may run what is read."""


def imported(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_11_nothing_that_is_gone_is_imported_or_asked_for():
    used = {name for file in SOURCE.rglob("*.py") for name in imported(file)}
    assert {"numpy", "scipy"} <= used
    assert not used & ABANDONED
    asked = " ".join(requires("kinefuse") or []).lower()
    assert not any(name in asked for name in ABANDONED)


def test_10_nothing_reads_a_pickle_but_the_reader_that_builds_only_numbers_and_words():
    """Others may write them, for the published code to read."""
    readers = ("pickle.load", "Unpickler(", "torch.load(", "allow_pickle=True")
    for file in SOURCE.rglob("*.py"):
        if EXECUTE & set(imported(file)) - {"pickle"}:
            pytest.fail(f"{file} imports something that may run what it reads")
        text = file.read_text().replace(SAFE, "")
        if file.name != "restricted_pickle.py":
            assert not any(reader in text for reader in readers), file


@pytest.mark.parametrize("name", ["numpy", "scipy", "torch", "polars"])
def test_11_the_versions_that_are_known_to_work_are_those_that_the_tests_run_on(name):
    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    )
    assert version(name).split("+")[0] == pins[name]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


def test_11_the_demo_of_the_published_files_runs_to_its_report(tmp_path):
    trial = simulate_person("walking", np.random.default_rng(3), seconds=8.0)
    root = tmp_path / "root"
    root.mkdir()
    write(root, trial.imus, trial.angles)
    ran = CliRunner().invoke(
        app,
        ["estimate", "--published-root", str(root), "--joint", "Knee",
         "--activity", "Walking", "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
