"""What a user sees when a command goes wrong."""

import pytest
import typer

from kinefuse.cli.app import guarded
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
