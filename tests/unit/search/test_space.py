"""The space is the published one, and every choice in it is a training that can begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.errors import UnknownChoice
from kinefuse.networks.estimator import settings_of
from kinefuse.search.space import (
    BUDGETS,
    SPACES,
    Between,
    OneOf,
    Steps,
    budget,
    space,
    training_config,
)


def values(choice):
    if isinstance(choice, Steps):
        return list(range(choice.low, choice.high + 1, choice.step))
    return list(choice.values)


def any_of(choice):
    if isinstance(choice, Between):
        return st.floats(choice.low, choice.high)
    return st.sampled_from(values(choice))


def settings(network):
    return st.fixed_dictionaries({n: any_of(c) for n, c in space(network, 0.01).items()})


def test_the_space_is_that_of_the_paper():
    cnn, lstm = space("cnn", 1.0), space("lstm", 1.0)
    assert (cnn["learning_rate"], cnn["decay"]) == (Between(1e-5, 1e-2), Between(0.9, 0.9997))
    assert cnn["dropout"] == Between(0.0, 0.3)
    assert values(cnn["iterations"]) == [500, 1000, 5000]
    assert values(cnn["layers"]) == [1, 2, 3]
    assert values(cnn["width"]) == [10, 20, 30, 40, 50, 60, 70]
    assert values(cnn["window"]) == [11, 21, 31, 41, 51]
    assert values(lstm["bidirectional"]) == [False, True]
    assert "window" not in lstm
    assert "bidirectional" not in cnn
    assert {n: c for n, c in cnn.items() if n != "window"} == {
        n: c for n, c in lstm.items() if n != "bidirectional"
    }


@given(cnn=settings("cnn"), lstm=settings("lstm"))
def test_every_choice_is_a_training(cnn, lstm):
    for network, chosen in (("cnn", cnn), ("lstm", lstm)):
        config = training_config(network, chosen, 7, seed=5)
        settings_of(config.network, config.settings)  # else UnknownChoice
        assert config.iterations == 2 * chosen["iterations"]
        assert [stage.window_s for stage in config.stages] == [1.0, 2.0]  # 200, then 400 samples
        assert (config.learning_rate, config.decay) == (chosen["learning_rate"], chosen["decay"])
        assert (config.rate_hz, config.schedule, config.seed) == (200.0, "exponential", 5)
        assert config.settings["dropout"] == chosen["dropout"]
        assert config.validate_every == config.checkpoint_every == 7
    assert config.settings["bidirectional"] is lstm["bidirectional"]


def test_a_smaller_budget_scales_the_iterations_and_nothing_else():
    whole, part = space("lstm", 1.0), space("lstm", 0.05)
    assert isinstance(part["iterations"], OneOf)
    assert part["iterations"].values == (25, 50, 250)
    assert whole | {"iterations": None} == part | {"iterations": None}
    tiny = space("lstm", 1e-6)["iterations"]
    assert isinstance(tiny, OneOf)
    assert min(tiny.values) == 1
    assert budget("published") == 1.0
    assert 0 < budget("small") < 0.1


@pytest.mark.parametrize(
    ("look", "known"), [(lambda: space("rnn", 1.0), SPACES), (lambda: budget("big"), BUDGETS)]
)
def test_an_unknown_name_lists_those_there_are(look, known):
    with pytest.raises(UnknownChoice, match=", ".join(known)):
        look()
