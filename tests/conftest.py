"""What every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from walker import Walker

_PROJECT = Path(__file__).parent.parent

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings; tests that need it are skipped, by name, where it is absent."""
    folder = Path(os.environ.get("KINEFUSE_DATA", _PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder} (set KINEFUSE_DATA)")
    return folder


@pytest.fixture(scope="session")
def walker() -> Walker:
    """Stands still, then walks straight on."""
    return Walker()


@pytest.fixture(scope="session")
def turning_walker() -> Walker:
    """Turns by 140 deg on the way."""
    return Walker(turning_rad=2.5)


@pytest.fixture(scope="session")
def restless_walker() -> Walker:
    """Never stands still."""
    return Walker(standing=False)
