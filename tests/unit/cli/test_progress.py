"""Showing progress neither eats nor changes it."""

import io

import pytest

from kinefuse.cli.progress import show, watch
from kinefuse.progress import Progress
from processes import wait_until

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


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("after_s", "drawn"), [(0.0, True), (30.0, False), (0.05, True)])
def test_a_bar_is_drawn_once_patience_ends_even_within_a_step(after_s, drawn, monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)  # here: pytest takes it back between phases

    def slow():
        yield Progress(0, 1, "one long file")
        if 0 < after_s < 1:
            wait_until(lambda: "one long file" in terminal.getvalue(), "the bar")

    watch(slow(), "reading", after_s=after_s)
    assert ("reading" in terminal.getvalue()) == drawn
    assert (terminal.getvalue() == "") == (not drawn)
