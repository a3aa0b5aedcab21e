"""However many drivers keep the book, each trial is one driver's, and their number is right."""

import threading
from datetime import datetime, timedelta

import pytest
from optuna.trial import TrialState

from kinefuse.search import ledger as ledger_module
from kinefuse.search.address import Address, mend_journal
from kinefuse.search.lease import Lease
from kinefuse.search.ledger import FINISHED, Ledger
from kinefuse.search.space import space

SPACE = space("cnn", 0.01)


@pytest.fixture
def book(tmp_path):
    """Opens hands on one study."""
    hands = []

    def opened(total=3, seed=0):
        address = Address(
            storage=str(tmp_path / "journal.log"),
            name="s",
            pruner="none",
            report_every=1,
            longest=100,
        )
        hands.append(Ledger(address, SPACE, total, seed, tmp_path))
        return hands[-1]

    yield opened
    for hand in hands:
        hand.close()


def died(hand):
    """End a driver as SIGKILL does: its lock goes, nothing else."""
    hand._lease.release()
    (hand._leases / f"{hand._lease.name}.lock").touch()
    hand.close = lambda: None


def test_as_many_trials_are_asked_for_as_are_wanted(book):
    hand = book(total=3)
    asked = [hand.ask() for _ in range(3)]
    assert [a.number for a in asked] == [0, 1, 2]
    assert [a.origin for a in asked] == [0, 1, 2]
    assert all(set(a.settings) == set(SPACE) for a in asked)
    assert hand.ask() is None
    assert hand.fail(1)
    assert hand.ask().number == 3  # a failed one does not count
    assert hand.ask() is None


def test_choices_depend_on_seed_and_number_alone(book):
    first = book(total=8)
    choices = [first.ask().settings for _ in range(2)]
    died(first)
    again = book(total=8)  # a restart begins no sequence anew
    choices += [again.ask().settings for _ in range(2)]
    assert len({c["learning_rate"] for c in choices}) == 4


def test_what_is_done_is_done_once(book):
    first, second = book(), book()
    number = first.ask().number
    assert second.complete(number, 5.0)
    assert not first.complete(number, 4.0)
    assert not first.fail(number)
    assert not first.prune(number)
    (trial,) = first.trials(*FINISHED)
    assert trial.value == 5.0


def test_nobody_rescues_what_is_still_driven(book):
    first, second = book(), book()
    number = first.ask().number
    first.rescue()
    second.rescue()
    assert first.trial(number).state == TrialState.RUNNING
    assert first.complete(number, 5.0)


def test_trials_of_a_dead_driver_are_run_again_once(book):
    dead, first, second = book(total=2), book(total=2), book(total=2)
    asked = [dead.ask(), dead.ask()]
    first.rescue()
    assert first.trials(TrialState.WAITING) == []  # it lives
    died(dead)
    second.rescue()
    first.rescue()
    again = [first.ask(), second.ask()]
    assert [a.settings for a in again] == [a.settings for a in asked]
    assert [a.origin for a in again] == [0, 1]  # their checkpoints lie there
    assert [a.number for a in again] == [2, 3]
    assert first.ask() is None
    assert second.ask() is None
    assert not dead.complete(0, 1.0)  # too late


def test_run_again_and_again_it_stays_the_same_work(book):
    hand = book(total=1)
    asked = hand.ask()
    for _ in range(3):
        hand.run_again(asked.number)
        asked, before = hand.ask(), asked
        assert asked.settings == before.settings
        assert asked.origin == 0


def test_a_trial_without_a_driver_is_left_alone_while_it_may_be_newborn(book, monkeypatch):
    hand = book(total=1)
    hand._study.ask()
    hand.rescue()
    assert len(hand.trials(TrialState.RUNNING)) == 1

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(minutes=5)

    monkeypatch.setattr(ledger_module, "datetime", Later)
    hand.rescue()
    assert hand.trials(TrialState.RUNNING) == []
    assert hand.ask() is not None


def test_drivers_that_ask_at_once_ask_for_no_more_than_wanted(book):
    total, hands = 6, [book(total=6) for _ in range(4)]
    numbers, start = [], threading.Barrier(len(hands))

    def ask_all(hand):
        start.wait()
        while (asked := hand.ask()) is not None:
            numbers.append(asked.number)

    threads = [threading.Thread(target=ask_all, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == len(set(numbers)) == total


def test_of_two_that_asked_at_once_the_later_is_one_too_many(book, monkeypatch):
    first, second = book(total=1), book(total=1)
    looked, true = [second.trials()], second.trials  # before the first has asked
    number = first.ask().number
    monkeypatch.setattr(second, "trials", lambda *s: looked.pop() if looked else true(*s))
    assert second.ask() is None
    assert [t.number for t in first.trials(TrialState.RUNNING)] == [number]


def test_pruned_trials_count_with_what_they_last_reported(book):
    hand = book(total=2)
    asked = hand.ask()
    hand._storage.set_trial_intermediate_value(asked.trial_id, 3, 7.5)
    assert hand.prune(asked.number)
    assert hand.prune(hand.ask().number)  # NaN before any report
    assert [t.value for t in hand.trials(*FINISHED)] == [7.5, None]
    assert hand.ask() is None


def test_what_is_to_be_published_is_ones_own_or_a_dead_drivers(book):
    first, second = book(total=3), book(total=3)
    numbers = [first.ask().number, second.ask().number]
    first.complete(numbers[0], 1.0)
    second.complete(numbers[1], 2.0)
    assert [t.number for t in first.to_publish(set())] == [numbers[0]]
    assert first.to_publish({numbers[0]}) == []
    died(second)
    assert [t.number for t in first.to_publish(set())] == numbers


def test_a_line_cut_short_by_a_crash_is_taken_away(tmp_path):
    file = tmp_path / "journal.log"
    mend_journal(file)
    assert not file.exists()
    file.write_bytes(b'{"a":1}\n{"b":')
    mend_journal(file)
    assert file.read_bytes() == b'{"a":1}\n'
    mend_journal(file)
    assert file.read_bytes() == b'{"a":1}\n'
    assert sorted(f.name for f in tmp_path.iterdir()) == ["journal.log"]


def test_a_cut_journal_goes_on(book, tmp_path):
    hand = book()
    number = hand.ask().number
    with (tmp_path / "journal.log").open("ab") as journal:
        journal.write(b'{"op_code": 4')
    again = book()
    assert again.complete(number, 3.0)
    assert isinstance(again._lease, Lease)
