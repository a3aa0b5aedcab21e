"""What a computation's process says to the server: a line of JSON on its standard output each.

The process's own words (a library's warning, a traceback) go to the recording's log instead.
"""

from typing import Literal, get_args

from pydantic import TypeAdapter

from kinefuse.app.records import Checked, Outcome, Recognised, Record, Said, Step, Trouble

Task = Literal["recognise", "check", "estimate"]
TASKS: tuple[Task, ...] = get_args(Task)


class Stepped(Record):
    """Another step is done."""

    kind: Literal["step"] = "step"
    step: Step


class HasRecognised(Record):
    """The files are known, and what may be proposed about them."""

    kind: Literal["recognised"] = "recognised"
    recognised: Recognised
    said: Said


class HasChecked(Record):
    """The doctor has looked."""

    kind: Literal["checked"] = "checked"
    checked: Checked


class HasEstimated(Record):
    """Results lie in their folder."""

    kind: Literal["estimated"] = "estimated"
    outcome: Outcome


class HasFailed(Record):
    """It went wrong, by the recording's fault or by the program's."""

    kind: Literal["failed"] = "failed"
    trouble: Trouble


LastWord = HasRecognised | HasChecked | HasEstimated | HasFailed
Message = Stepped | LastWord
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
