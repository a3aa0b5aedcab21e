"""Searches small enough to run in every test: tiny people, few iterations, no other process."""

from collections import deque
from dataclasses import replace

from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.executor import Finished
from kinefuse.search.plan import SearchPlan
from toy import puppet_trial

PEOPLE = ("p1", "p2", "p3", "p4")
SPLIT = Split(train=("p1", "p2"), validation=("p3",), test=("p4",))
SCALE = 0.002  # 1, 2 and 10 iterations a stage


def puppet_store(folder, seconds=2.0):
    """Four people, a short walk each."""
    for person in PEOPLE:
        write_trial(folder, puppet_trial(person, seconds=seconds))
    return open_store(folder)


def small_plan(store, trials=3, **other):
    """A search for the knee's CNN."""
    plan = SearchPlan(
        stores=(store,),
        split=SPLIT,
        activity="walking",
        joint="knee",
        network="cnn",
        trials=trials,
        scale=SCALE,
    )
    return replace(plan, **other)


class HereExecutor:
    """Does the work in this process when asked what is finished; another engine than Dask."""

    def __init__(self, slots=1, work=None):
        self.slots, self.replacement, self.queue = slots, work, deque()
        self.submitted, self.closed = [], False

    def submit(self, name, work, argument):
        self.submitted.append(argument)
        self.queue.append((name, self.replacement or work, argument))

    def finished(self, wait_s):
        del wait_s
        if not self.queue:
            return []
        name, work, argument = self.queue.popleft()
        try:
            return [Finished(name, work(argument))]
        except ZeroDivisionError as error:
            return [Finished(name, fault=str(error))]

    def cancel(self, name):
        self.queue = deque(row for row in self.queue if row[0] != name)

    def close(self):
        self.closed = True
