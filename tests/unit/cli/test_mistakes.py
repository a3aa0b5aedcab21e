"""What a user sees when a command goes wrong."""

import pytest
import typer
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.cli.mistakes import guarded
from kinefuse.errors import KinefuseError, WouldOverwrite


def stopped(error, capsys):
    """Exit code and what was said, of a command that raises this."""

    def command():
        raise error

    with pytest.raises(typer.Exit) as caught:
        guarded(command)()
    said = capsys.readouterr()
    assert said.out == ""
    return caught.value.exit_code, said.err


def test_a_users_mistake_is_one_sentence_and_2(capsys):
    code, said = stopped(WouldOverwrite("out"), capsys)
    assert code == 2
    assert said == f"kinefuse: {WouldOverwrite('out')}\n"


def test_a_place_that_cannot_be_written_is_named(capsys):
    code, said = stopped(PermissionError(13, "Permission denied", "/root/out"), capsys)
    assert code == 2
    assert said == "kinefuse: /root/out: Permission denied.\n"


def test_an_interrupt_is_130_as_in_any_shell(capsys):
    code, said = stopped(KeyboardInterrupt(), capsys)
    assert code == 130
    assert said.count("\n") == 1
    assert said.endswith(".\n")


@pytest.mark.parametrize("bug", [ZeroDivisionError, ValueError, OSError])
def test_a_bug_is_not_dressed_up_as_a_users_mistake(bug):
    def command():
        raise bug

    with pytest.raises(bug):
        guarded(command)()


def test_the_command_keeps_its_name_help_and_arguments():
    def command(a: int, *, b: str = "x") -> None:
        """Say so."""
        seen.append((a, b))

    seen: list[tuple[int, str]] = []
    guarded(command)(1, b="y")
    assert seen == [(1, "y")]
    assert guarded(command).__name__ == "command"
    assert guarded(command).__doc__ == "Say so."


def test_every_error_of_the_package_is_a_users():
    assert issubclass(WouldOverwrite, KinefuseError)


NEW = ["session", "new", "folder"]


@pytest.mark.parametrize(
    ("words", "culprit", "way_out"),
    [
        ([*NEW, "--height-m", "1,80"], "--height-m '1,80'", "use a point: 1.80"),
        ([*NEW, "--height-m", "tall"], "--height-m 'tall'", "'kinefuse session new --help'"),
        ([*NEW, "--mass-kg"], "'--mass-kg'", "'kinefuse session new --help'"),
        ([*NEW, "more"], "(more)", "'kinefuse session new --help'"),
        (["session", "new"], "'folder'", "'kinefuse session new --help'"),
        (["session", "nw"], "'nw' (did you mean 'new'?)", "'kinefuse session --help'"),
        (["estimate"], "'--out'", "'kinefuse estimate --help'"),
        (["estimate", "--nonsense", "x"], "--nonsense", "'kinefuse estimate --help'"),
        (["estimate", "--force=yes"], "'--force'", "'kinefuse estimate --help'"),
        (["simulate", "--people", "0"], "--people '0'", "'kinefuse simulate --help'"),
        (["simulate", "--people", "1,5"], "valid integer", "'kinefuse simulate --help'"),
        (["estimte"], "(did you mean 'estimate'", "'kinefuse --help'"),
        (["--nonsense"], "--nonsense", "'kinefuse --help'"),
    ],
)
def test_a_mistyped_line_is_one_sentence_with_the_way_out(words, culprit, way_out):
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("kinefuse: ")
    assert culprit in ran.stderr
    assert ran.stderr.endswith(f"{way_out}.\n")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("group", [[], ["session"]])
def test_a_group_without_a_word_after_it_shows_its_help(group):
    ran = CliRunner().invoke(app, group)
    assert ran.output.startswith(" ".join(["Usage: kinefuse", *group]))
    assert "Commands:" in ran.output


def test_a_point_is_advised_only_where_it_helps():
    ran = CliRunner().invoke(app, ["simulate", "--people", "1,5"])
    assert "1.5" not in ran.stderr
