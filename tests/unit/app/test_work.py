"""A computation's process says everything in messages, and nothing of the inside."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kinefuse.app.messages import MESSAGE, HasFailed, HasRecognised, Stepped
from kinefuse.app.records import Job, Recognised, Said, Step, StoredFile
from kinefuse.app.work import without_paths, work
from kinefuse.errors import UnreadableFile
from kinefuse.progress import Progress


def forever() -> None:
    """A server that goes on."""
    threading.Event().wait()


@pytest.fixture
def folder(tmp_path) -> Path:
    job = Job(
        id="0123456789abcdef",
        created="2026-01-01",
        files=(StoredFile(number=1, name="a.csv", size_bytes=1),),
    )
    (tmp_path / "job.json").write_text(job.model_dump_json())
    return tmp_path


def said_by(folder: Path, monkeypatch, deed):
    """Exit code and messages of a task that does this."""
    monkeypatch.setattr("kinefuse.app.pipeline.recognise", deed)
    said: list[str] = []
    code = work("recognise", folder, said.append, forever)
    return code, [MESSAGE.validate_json(line) for line in said]


def test_a_users_mistake_names_files_but_no_places(folder, monkeypatch):
    def deed(*_):
        yield Progress(1, 2, "x")
        raise UnreadableFile(folder / "recording" / "a.csv", "it is empty", "record again")

    code, said = said_by(folder, monkeypatch, deed)
    assert code == 2
    assert isinstance(said[0], Stepped)
    assert isinstance(said[1], HasFailed)
    assert said[1].trouble.sentence == "a.csv: it is empty; record again."
    assert said[1].trouble.reference is None


def test_what_is_no_recording_is_told_without_commands(folder):
    (folder / "recording").mkdir()
    (folder / "recording" / "notes.docx").write_text("buy milk")
    said: list[str] = []
    assert work("recognise", folder, said.append, forever) == 2
    last = MESSAGE.validate_json(said[-1])
    assert isinstance(last, HasFailed)
    assert "kinefuse formats" not in last.trouble.sentence
    assert "None of these files is a recording" in last.trouble.sentence


def test_a_mistake_of_the_program_is_a_reference_and_its_traceback_in_the_log(
    folder, monkeypatch, caplog
):
    def deed(*_):
        raise ZeroDivisionError("inner words")
        yield

    code, said = said_by(folder, monkeypatch, deed)
    assert code == 1
    assert isinstance(said[0], HasFailed)
    trouble = said[0].trouble
    assert trouble.reference is not None
    assert trouble.reference in trouble.sentence
    assert "inner words" not in said[0].model_dump_json()
    assert trouble.reference in caplog.text
    assert "inner words" in caplog.text


def test_too_little_memory_is_no_mistake_of_the_program(folder, monkeypatch):
    def deed(*_):
        raise MemoryError
        yield

    code, said = said_by(folder, monkeypatch, deed)
    assert code == 2
    assert isinstance(said[0], HasFailed)
    assert "memory" in said[0].trouble.sentence


def test_a_full_disk_is_no_mistake_of_the_program(folder, monkeypatch):
    def deed(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        yield

    code, said = said_by(folder, monkeypatch, deed)
    assert code == 2
    assert isinstance(said[0], HasFailed)
    assert "disk" in said[0].trouble.sentence
    assert said[0].trouble.reference is None


def test_progress_and_the_end_are_handed_on_as_messages(folder, monkeypatch):
    recognised = Recognised(format_name="csv", format_words="a table", sensors=())

    def deed(*_):
        yield Progress(1, 3, "one")
        return recognised, Said(name="walk")

    code, said = said_by(folder, monkeypatch, deed)
    assert code == 0
    assert said == [
        Stepped(step=Step(done=1, total=3, message="one")),
        HasRecognised(recognised=recognised, said=Said(name="walk")),
    ]


def test_places_of_the_workspace_are_left_out_of_sentences():
    folder = Path("/home/a/jobs/1")
    sentence = f"{folder}/recording/x/a.csv: bad; see {folder}/recording and {folder}."
    assert without_paths(sentence, folder) == "x/a.csv: bad; see the recording and the recording."


def test_a_process_ends_when_its_server_does(folder):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from kinefuse.app import pipeline, work; from kinefuse.progress import Progress\n"
        "pipeline.recognise = lambda *_: iter(lambda: time.sleep(0.05) or Progress(0, 1, ''), 1)\n"
        "print('begun', flush=True)\n"
        f"work.work('recognise', Path({str(folder)!r}), print, sys.stdin.read)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"begun\n"
    process.stdin.close()
    assert process.wait(timeout=60) in (1, 3)
    process.stdout.close()
