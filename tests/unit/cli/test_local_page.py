"""``kinefuse app`` before any page opens."""

import socket

import pytest

from kinefuse.app.serve import LOOPBACK, PortTaken, _listening
from kinefuse.cli import local_page


def test_without_its_libraries_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(local_page, "EXTRA", ("no_such_library",))
    with pytest.raises(local_page.NoAppExtra, match=r"pip install 'kinefuse\[app\]'"):
        local_page.local_page()


def test_it_listens_at_the_loopback_and_nowhere_else():
    with _listening(0) as listener:
        assert listener.getsockname()[0] == LOOPBACK == "127.0.0.1"


def test_a_taken_port_is_told_when_it_was_asked_for():
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        with pytest.raises(PortTaken, match="--port"), _listening(other.getsockname()[1]):
            pass


def test_a_taken_usual_port_is_no_reason_to_stop(monkeypatch):
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr("kinefuse.app.serve.USUAL_PORT", taken)
        with _listening(None) as listener:
            assert listener.getsockname()[1] != taken
