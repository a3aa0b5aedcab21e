"""What a user sees when something is wrong: one sentence on stderr, and an exit code."""

import functools
import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from kinefuse.errors import KinefuseError

BAD_INPUT, INTERRUPTED = 2, 130
"""Exit codes: as for a wrong option; and 128 + SIGINT, as shells have it."""

_UsageError: Any = typer.BadParameter.__mro__[1]  # its own name typer does not give away


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The same command, with a user's mistakes as one sentence on stderr and an exit code."""

    @functools.wraps(command)
    def run(*arguments, **options) -> None:
        try:
            command(*arguments, **options)
        except KinefuseError as error:
            _stop(str(error), BAD_INPUT)
        except OSError as error:
            if error.filename is None:
                raise
            _stop(f"{error.filename}: {error.strerror}.", BAD_INPUT)
        except KeyboardInterrupt:
            _stop("stopped on request.", INTERRUPTED)

    return run


class OneSentence(TyperGroup):
    """Commands that answer a mistyped line, of their own or of one of them, with one sentence."""

    def make_context(self, info_name, args, parent=None, **extra):
        """As typer's; the first name is that of the script, however it was started."""
        name = info_name if parent else "kinefuse"
        with _mistyped_is_told(lambda: str(name)):
            return super().make_context(name, args, parent, **extra)

    def invoke(self, ctx):
        """As typer's, which reads a command's own options here."""
        with _mistyped_is_told(lambda: f"{ctx.command_path} {ctx.invoked_subcommand}"):
            return super().invoke(ctx)


@contextmanager
def _mistyped_is_told(read: Callable[[], str]) -> Generator[None]:
    """``read`` names the command whose words are read, where the error does not know it."""
    try:
        yield
    except _UsageError as error:
        if error.ctx and error.message == error.ctx.get_help():
            raise  # nothing was mistyped: without a word after it, a group shows its help
        _stop(_sentence(error, error.ctx.command_path if error.ctx else read()), BAD_INPUT)


def _sentence(error: Any, command: str) -> str:
    what, way_out = error.format_message(), f"see '{command} --help'"
    for value in _unread(error):
        option = error.param.get_error_hint().strip("'")
        what = f"{option} '{value}': {error.message.partition(', unable')[0].lower()}"
        if re.fullmatch(r"[+-]?\d+,\d+", value) and "number" in error.message:
            way_out = f"use a point: {value.replace(',', '.')}"
    what = re.sub(r"\. Did you mean (.*\?)$", r" (did you mean \1)", what)
    return f"{what[0].lower()}{what[1:].rstrip('.')}; {way_out}."


def _unread(error: Any) -> list[str]:
    """The value that could not be read, if it was one: typer has pydantic read them."""
    reasons = getattr(error.__cause__, "errors", list)()
    return [str(reason["input"]) for reason in reasons[:1]]


def _stop(sentence: str, code: int) -> None:
    print(f"kinefuse: {sentence}", file=sys.stderr)
    raise typer.Exit(code)
