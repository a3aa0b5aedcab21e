"""What every test may use."""

import os
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings; tests that need it are skipped, by name, where it is absent."""
    folder = Path(os.environ.get("KINEFUSE_DATA", _PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder} (set KINEFUSE_DATA)")
    return folder
