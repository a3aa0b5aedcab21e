"""How much is computed: the paper's own amount, or what fits into an hour on two cores."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kinefuse.errors import UnknownChoice
from kinefuse.training.correction_config import CorrectionConfig, WearingConfig


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What may be spent on an activity."""

    name: str
    trials: Mapping[str, int]
    """Of a search, by network; a joint each."""
    iterations: float
    """Of a trial's training, as a share of the published ones."""
    orientation_iterations: int
    """Of each orientation network, both stages together."""
    correction: CorrectionConfig = field(default_factory=CorrectionConfig)
    """How the network that corrects our optimiser is trained."""

    @property
    def in_words(self) -> str:
        """What it allows."""
        searches = " and ".join(f"{n} {network.upper()}s" for network, n in self.trials.items())
        return (
            f"'{self.name}': {searches} tried a joint and activity, each trained for "
            f"{100 * self.iterations:g} % of the published iterations; orientation networks for "
            f"{self.orientation_iterations} iterations (published 10,000); our correction for "
            f"{self.correction.iterations}"
        )


BUDGETS: Mapping[str, Budget] = {
    "small": Budget(
        name="small",
        trials={"cnn": 10, "lstm": 5},
        iterations=0.1,
        orientation_iterations=400,
        correction=CorrectionConfig(
            wearings=WearingConfig(times={"aligned": 1, "as worn": 2, "mounted": 1}),
            shares={"aligned": 0.3, "as worn": 0.4, "mounted": 0.3},
            iterations=600,
        ),
    ),
    "paper": Budget(
        name="paper",
        trials={"cnn": 300, "lstm": 200},
        iterations=1.0,
        orientation_iterations=10_000,
    ),
}
"""Rapp et al. 2021 tried 300 CNNs and 200 LSTMs a joint and activity. 'small' was chosen to end
within an hour on two cores with 40 people an activity."""


def budget(name: str) -> Budget:
    """The budget of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in BUDGETS:
        raise UnknownChoice("budget", name, known=BUDGETS)
    return BUDGETS[name]
