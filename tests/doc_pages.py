"""Fenced blocks of a page of documentation, run as a reader would: in order, in one folder.

Python is executed; ``kinefuse ...`` is run by the command line of this process. A ``text`` block
that follows shows what was said. Where running takes too long, or is the reader's own business,
``<!-- not run: why -->`` stands on the line above the block.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from kinefuse.cli.app import app

_FENCE = re.compile(r"^```(.*)$")
_MARK = re.compile(r"<!-- not run: (.+) -->")
SHELL = ("", "sh", "bash")
FAULT, SOME_FAILED = 2, 1


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    language: str
    text: str
    not_run: str = ""
    """Why it is not; empty if it is."""

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[list[str]]:
        """Words of each command; comments are dropped, continued lines joined."""
        lines = self.text.replace("\\\n", " ").splitlines()
        words = [shlex.split(line, comments=True) for line in lines]
        return [each for each in words if each]


def blocks_of(page: Path) -> Iterator[Block]:
    """All blocks of a page, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    begun, before = None, ""
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if fence and begun is None:
            mark = _MARK.search(before)
            begun = number, fence[1].strip(), mark[1] if mark else ""
        elif fence and begun is not None:
            first, language, why = begun
            text = "\n".join(lines[first : number - 1]) + "\n"
            yield Block(page.name, first, language, text, why)
            begun = None
        if line.strip() and begun is None:
            before = "" if fence else line


def run_page(page: Path) -> None:
    """Run every block that is not marked; the working folder is the reader's.

    Raises:
        AssertionError: One of them does something else than the page says.
    """
    blocks = list(blocks_of(page))
    names: dict[str, object] = {"__name__": "__page__"}
    for i, block in enumerate(blocks):
        if block.not_run:
            continue
        if block.language == "python":
            exec(compile(block.text, block.where, "exec"), names)
        elif block.language in SHELL:
            follows = blocks[i + 1] if i + 1 < len(blocks) else None
            told = follows.text if follows and follows.language == "text" else ""
            _run_shell(block, told)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "json":
            json.loads(block.text)


def _run_shell(block: Block, told: str) -> None:
    for words in block.commands[:-1]:
        ran = _run(block, words)
        assert ran.exit_code == 0, f"{block.where}: {ran.output}"
    ran = _run(block, block.commands[-1])
    some_failed = "Failed, " in told or "FAULT " in told
    wanted = FAULT if told.startswith("kinefuse:") else SOME_FAILED if some_failed else 0
    assert ran.exit_code == wanted, f"{block.where}: exit code {ran.exit_code}: {ran.output}"
    said = " ".join(ran.output.split())
    pieces = [re.escape(" ".join(piece.split())) for piece in told.split("...")]
    assert re.search(".*".join(pieces), said), f"{block.where}: not said; but: {said!r}"


def _run(block: Block, words: list[str]) -> Result:
    assert words[0] == "kinefuse", f"{block.where}: not a command of this program: {words[0]}"
    arguments = [name for word in words[1:] for name in _expanded(word)]
    return CliRunner().invoke(app, arguments)


def _expanded(word: str) -> list[str]:
    """As a shell does it with stars."""
    found = sorted(map(str, Path().glob(word))) if "*" in word else []
    return found or [word]
