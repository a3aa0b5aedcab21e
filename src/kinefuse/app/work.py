"""What a computation's process does: one task of one recording, and a line for everything it says.

Started by ``Runner``. It ends when the server does, so that a server that comes back never finds
two processes at one recording.
"""

import logging
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from kinefuse.app import pipeline
from kinefuse.app.guard import MISTAKE
from kinefuse.app.messages import (
    TASKS,
    HasChecked,
    HasEstimated,
    HasFailed,
    HasRecognised,
    Message,
    Stepped,
    Task,
)
from kinefuse.app.names import name_of_all
from kinefuse.app.records import Job, Step, Trouble
from kinefuse.app.refusals import NoRoom, is_full
from kinefuse.errors import KinefuseError, NotARecording
from kinefuse.progress import Progress

logger = logging.getLogger(__name__)


def work(
    task: Task,
    folder: Path,
    send: Callable[[str], object],
    wait_for_the_end: Callable[[], object],
) -> int:
    """Do a task for the recording in a folder.

    Args:
        task: Which.
        folder: The recording's.
        send: Sends a line to the server.
        wait_for_the_end: Returns when the server is gone.

    Returns:
        The exit code.
    """
    threading.Thread(target=_end_after, args=(wait_for_the_end,), daemon=True).start()
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    job = Job.model_validate_json((folder / "job.json").read_text(encoding="utf-8"))

    def say(message: Message) -> None:
        send(message.model_dump_json())

    try:
        for message in _TASKS[task](job, folder):
            say(message)
    except Exception as error:
        if (sentence := _foreseen(error, folder)) is not None:
            say(HasFailed(trouble=Trouble(sentence=sentence)))
            return 2
        reference = secrets.token_hex(4)
        logger.exception("mistake %s while doing %s of %s", reference, task, job.id)
        trouble = Trouble(sentence=MISTAKE.format(reference), reference=reference)
        say(HasFailed(trouble=trouble))
        return 1
    return 0


_NO_MEMORY = (
    "This computer's memory is not enough for a recording of this length; cut it into pieces, "
    "or close other programs first."
)
_NO_RECORDING = (
    "None of these files is a recording of inertial sensors that can be read; what can be read is "
    "listed where files are dropped."
)


def _foreseen(error: Exception, folder: Path) -> str | None:
    """What to tell of the recording's faults and this computer's; None of the program's own."""
    if isinstance(error, NotARecording):
        return _NO_RECORDING
    if isinstance(error, KinefuseError):
        return without_paths(str(error), folder)
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    return str(NoRoom()) if isinstance(error, OSError) and is_full(error) else None


def without_paths(sentence: str, folder: Path) -> str:
    """Places in the workspace mean nothing to a reader: files by their names alone."""
    recording = folder / "recording"
    for place in (str(recording), str(folder)):
        sentence = sentence.replace(f"{place}{os.sep}", "").replace(place, "the recording")
    return sentence


def _recognise(job: Job, folder: Path) -> Iterator[Message]:
    steps = pipeline.recognise(
        folder / "recording", job.came_in or name_of_all([file.name for file in job.files])
    )
    recognised, said = yield from _stepped(steps)
    yield HasRecognised(recognised=recognised, said=said)


def _check(job: Job, folder: Path) -> Iterator[Message]:
    assert job.said is not None
    checked = yield from _stepped(pipeline.check(folder / "recording", job.said))
    yield HasChecked(checked=checked)


def _estimate(job: Job, folder: Path) -> Iterator[Message]:
    assert job.said is not None
    prepare = pipeline.mended if job.mend else pipeline.as_it_is
    outcome = yield from _stepped(
        pipeline.estimate(folder / "recording", job.said, folder / "results", prepare)
    )
    yield HasEstimated(outcome=outcome)


_TASKS: dict[Task, Callable[[Job, Path], Iterator[Message]]] = {
    "recognise": _recognise,
    "check": _check,
    "estimate": _estimate,
}


def _stepped(steps):
    """Progress as messages; returns what the steps return."""
    while True:
        try:
            step: Progress = next(steps)
        except StopIteration as end:
            return end.value
        yield Stepped(step=Step(done=step.done, total=step.total, message=step.message))


def _end_after(wait_for_the_end: Callable[[], object]) -> None:
    wait_for_the_end()
    os._exit(3)


def main(words: list[str]) -> int:
    """``python -m kinefuse.app.work TASK FOLDER``, and lines on standard output."""
    task: Task = next(known for known in TASKS if known == words[0])

    def send(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    return work(task, Path(words[1]), send, sys.stdin.read)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
