"""Every way to prune is one that Optuna can use, and the hopeless are given up by all but one."""

import numpy as np
import optuna
import pytest

from kinefuse.errors import UnknownChoice
from kinefuse.search.pruning import DEFAULT, NO_PRUNING, PRUNERS, pruner

EVERY, LONGEST = 5, 200


def given_up(name, curves):
    """Reports at which trials with these scores end, in order."""
    # Hyperband deals trials out by a hash of the study's name, else a random one.
    study = optuna.create_study(pruner=pruner(name, EVERY, LONGEST), study_name=name)
    ends = []
    for curve in curves:
        trial, end = study.ask(), len(curve)
        for i, score in enumerate(curve, start=1):
            trial.report(score, i * EVERY)
            if trial.should_prune():
                end = i
                break
        pruned = end < len(curve)
        state = optuna.trial.TrialState.PRUNED if pruned else None
        study.tell(trial, None if pruned else curve[-1], state=state)
        ends.append(end)
    return ends


GOOD = [[5.0 - 0.01 * k] * 40 for k in range(12)]  # ever better
BAD = [[90.0] * 40 for _ in range(12)]


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.mark.parametrize("name", PRUNERS)
def test_who_is_better_than_all_before_is_never_given_up(name):
    assert given_up(name, GOOD) == [40] * 12


@pytest.mark.parametrize("name", [name for name in PRUNERS if name != NO_PRUNING])
def test_the_hopeless_are_given_up(name):
    ends = given_up(name, GOOD + BAD)[12:]
    assert sum(ends) < 0.5 * 12 * 40


def test_the_default_gives_the_hopeless_up_at_the_first_report():
    assert given_up(DEFAULT, GOOD + BAD)[12:] == [1] * 12
    assert given_up(NO_PRUNING, GOOD + BAD) == [40] * 24


def test_a_better_third_goes_on():
    """Scores in random order, all far apart: about a third beyond a rung, a ninth, a 27th."""
    order = np.random.default_rng(0).permutation(90)
    curves = [[float(score)] * 40 for score in order]
    ends = given_up("halving", curves)
    beyond = [sum(end > rung for end in ends) / len(ends) for rung in (1, 3, 9)]
    assert 0.2 < beyond[0] < 0.45  # 90 draws: SD 0.05
    assert 0.04 < beyond[1] < 0.25
    assert 0.01 < beyond[2] < 0.2


@pytest.mark.parametrize("name", ["halving", "hyperband"])
def test_rungs_lie_three_times_as_far_each(name):
    """Nobody is given up between 1, 3, 9 and 27 reports, whatever the scores."""
    order = np.random.default_rng(1).permutation(90)
    ends = given_up(name, [[float(score)] * 40 for score in order])
    assert set(ends) <= {1, 3, 9, 27, 40}


def test_an_unknown_way_lists_those_there_are():
    with pytest.raises(UnknownChoice, match="none, halving, hyperband, median"):
        pruner("guess", EVERY, LONGEST)
