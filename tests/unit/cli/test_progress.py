"""Showing progress neither eats nor changes it."""

import io
import threading
import time

import pytest
from rich.progress import Progress as Bar

from kinefuse.cli.progress import show, watch
from kinefuse.progress import Progress
from processes import PATIENCE_S, wait_until

SHOW_CURSOR = "\x1b[?25h"
UP_AND_ERASE = "\x1b[1A\x1b[2K"
STEPS = [Progress(1, 3, "a"), Progress(2, 3, "b"), Progress(3, 3)]


def work():
    yield from STEPS
    return "the model"


def test_every_step_is_handed_on_in_order():
    assert list(show(work(), "working")) == STEPS
    assert list(show(STEPS, "working")) == STEPS


def test_the_result_of_the_work_is_returned():
    assert watch(work(), "working") == "the model"


def test_steps_are_taken_one_at_a_time():
    taken = []

    def slowly():
        for step in STEPS:
            taken.append(step)
            yield step

    shown = show(slowly(), "working")
    next(shown)
    assert taken == STEPS[:1]


def test_nothing_is_drawn_where_nobody_looks(capsys):
    watch(work(), "working")
    assert capsys.readouterr() == ("", "")


def test_an_error_in_the_work_comes_through():
    def broken():
        yield STEPS[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch(broken(), "working")


def test_long_work_says_where_it_is_even_into_a_file(capsys, monkeypatch):
    monkeypatch.setattr("kinefuse.cli.progress.LINE_EVERY_S", -1.0)
    watch(work(), "working")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[:2] == ["working: 1/3 a", "working: 2/3 b"]


def test_lines_in_a_file_are_ten_seconds_apart(capsys, monkeypatch):
    now_s = [0.0]
    monkeypatch.setattr("kinefuse.cli.progress.monotonic", lambda: now_s[0])

    def steady():
        for done in range(6):
            now_s[0] += 4.0
            yield Progress(done, 6)

    watch(steady(), "working")
    assert capsys.readouterr().err.split() == ["working:", "2/6", "working:", "5/6"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def looked_at(monkeypatch) -> Terminal:
    """Called within tests: pytest takes stderr back between their phases."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    return terminal


@pytest.mark.parametrize("after_s", [0.0, 0.05])
def test_a_bar_ends_with_the_work_and_one_of_patience_leaves_no_line(after_s, monkeypatch):
    terminal = looked_at(monkeypatch)

    def slow():
        yield Progress(0, 1, "one long file")
        wait_until(lambda: "one long file" in terminal.getvalue(), "the bar")

    watch(slow(), "reading", after_s=after_s)
    assert SHOW_CURSOR in terminal.getvalue()
    assert terminal.getvalue().endswith(UP_AND_ERASE) == (after_s > 0)


def test_a_bar_that_appears_as_the_work_ends_goes_as_well(monkeypatch):
    terminal = looked_at(monkeypatch)
    begun, start = threading.Event(), Bar.start

    def slow_start(bar):
        begun.set()
        time.sleep(0.2)
        start(bar)

    def quick():
        yield Progress(0, 1)
        assert begun.wait(PATIENCE_S)

    monkeypatch.setattr(Bar, "start", slow_start)
    watch(quick(), "reading", after_s=0.01)
    assert terminal.getvalue().endswith(UP_AND_ERASE)


@pytest.mark.parametrize(("after_s", "drawn"), [(0.0, True), (30.0, False), (0.05, True)])
def test_a_bar_is_drawn_once_patience_ends_even_within_a_step(after_s, drawn, monkeypatch):
    terminal = looked_at(monkeypatch)

    def slow():
        yield Progress(0, 1, "one long file")
        if 0 < after_s < 1:
            wait_until(lambda: "one long file" in terminal.getvalue(), "the bar")

    watch(slow(), "reading", after_s=after_s)
    assert ("reading" in terminal.getvalue()) == drawn
    assert (terminal.getvalue() == "") == (not drawn)
