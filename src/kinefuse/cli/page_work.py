"""The process that computes for the page: ``python -m kinefuse.cli.page_work TASK FOLDER``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.app.messages import TASKS, Task
from kinefuse.app.work import work
from kinefuse.cli.result_files import write_results

if TYPE_CHECKING:
    from kinefuse.estimation import Estimate


def main(words: list[str]) -> int:
    """Do one task; the words are its name and the recording's folder."""
    task: Task = next(known for known in TASKS if known == words[0])
    return work(task, Path(words[1]), _write, _send, sys.stdin.read)


def _send(line: str) -> None:
    print(line, flush=True)


def _write(folder: Path, found: "Estimate", notes: tuple[str, ...]) -> None:
    write_results(folder, found, recording=Path(found.session_name), notes=notes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
