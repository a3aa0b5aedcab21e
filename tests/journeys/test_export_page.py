"""The code of docs/export.md runs as it stands there."""

import re
from pathlib import Path

import pytest

from kinefuse.saved_estimate import write_estimate
from made_up_estimates import made_up_estimate
from opensim_legs import write_model

PAGE = Path(__file__).parents[2] / "docs" / "export.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


@pytest.fixture
def beside(walker, tmp_path, monkeypatch):
    """A folder with a result and a model of the name that the page uses."""
    write_estimate(tmp_path / "results" / "estimate.h5", made_up_estimate(walker))
    write_model(tmp_path / "Rajagopal2016.osim", knees_bend_only=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_pages_code_runs(beside):
    to_files, to_opensim = BLOCKS
    exec(compile(to_files, str(PAGE), "exec"), {})
    exec(compile(to_opensim, str(PAGE), "exec"), {})
    assert (beside / "for-others" / "motion.bvh").exists()
    assert (beside / "solved" / "ik_orientations.mot").exists()
