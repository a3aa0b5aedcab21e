"""Starting is quick, light and says what there is."""

import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest

import kinefuse
from kinefuse.cli.app import COMMANDS, SUBCOMMANDS

COMMAND = [sys.executable, "-m", "kinefuse.cli.app"]
HEAVY = ("torch", "onnxruntime", "plotly", "matplotlib", "polars", "scipy", "numba", "opensim")


def cpu_s(command):
    """Processor time, the best of three; what else the machine does is not counted."""
    times = []
    for _ in range(3):
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = getrusage(RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_importing_takes_less_than_half_a_second():
    assert cpu_s([sys.executable, "-c", "import kinefuse"]) < 0.5


def test_help_takes_less_than_six_tenths_of_a_second():
    assert cpu_s([*COMMAND, "--help"]) < 0.6


@pytest.mark.parametrize("start", ["import kinefuse", "import kinefuse.cli.app"])
def test_starting_loads_nothing_heavy(start):
    program = f"{start}; import sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not set(loaded.stdout.split()) & set(HEAVY)


def test_help_names_every_command_with_its_sentence():
    said = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    rows = dict(line.split(maxsplit=1) for line in said.split("Commands:\n")[1].splitlines())
    assert rows == COMMANDS


LEAVES = [
    *(name for name in COMMANDS if name not in SUBCOMMANDS),
    *(f"{group} {name}" for group, names in SUBCOMMANDS.items() for name in names),
]


@pytest.mark.parametrize("command", LEAVES)
def test_every_option_is_explained(command):
    said = subprocess.run(
        [*COMMAND, *command.split(), "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = [line.split() for line in said.splitlines() if line.startswith("  --")]
    assert len(options) > 1
    unexplained = [words[0] for words in options if len(words) < 3 and words[0] != "--help"]
    assert not unexplained


def test_the_version_is_that_of_the_package():
    said = subprocess.run(
        [*COMMAND, "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert said == f"kinefuse {kinefuse.__version__}\n"


@pytest.mark.parametrize("wrong", [["estimte"], ["estimate"], ["estimate", "--nonsense", "x"]])
def test_a_mistyped_command_line_exits_with_2_and_no_traceback(wrong):
    ran = subprocess.run([*COMMAND, *wrong], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", [*kinefuse.__all__, "__version__"])
def test_every_public_name_is_there_and_listed(name):
    assert getattr(kinefuse, name) is not None
    assert name in dir(kinefuse)


def test_a_name_that_is_not_public_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'estimte'"):
        _ = kinefuse.estimte


def test_types_are_announced():
    assert (Path(kinefuse.__file__).parent / "py.typed").exists()
