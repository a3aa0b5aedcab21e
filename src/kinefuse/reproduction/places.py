"""Where the files of a reproduction lie below its folder."""

from dataclasses import dataclass
from pathlib import Path

PUBLISHED, OURS = "published", "ours"
RECIPES = (PUBLISHED, OURS)
NETWORKS = ("cnn", "lstm")


@dataclass(frozen=True)
class Places:
    """Every path is a function of the folder and of what the file is about."""

    out: Path

    @property
    def page(self) -> Path:
        """The page at the end."""
        return self.out / "reproduction.html"

    @property
    def results(self) -> Path:
        """Folder of the final tables."""
        return self.out / "results"

    @property
    def summary(self) -> Path:
        """Folder of what the searches found."""
        return self.out / "summary"

    @property
    def records(self) -> Path:
        """Folder of what each stage noted."""
        return self.out / "stages"

    def store(self, activity: str, recipe: str) -> Path:
        """Trials as that recipe prepares them."""
        return self.out / "stores" / f"{activity}_{recipe}"

    def description(self, activity: str) -> Path:
        """Folder of the description of the people."""
        return self.out / "people" / activity

    def split(self, activity: str) -> Path:
        """Who is trained on, tuned on and scored."""
        return self.out / "splits" / f"{activity}.json"

    def exclusions(self, activity: str, recipe: str) -> Path:
        """Whom the recipe's own quality check drops."""
        return self.out / "quality" / f"{activity}_{recipe}.json"

    def study(self, activity: str, joint: str, network: str) -> Path:
        """One search."""
        return self.out / "search" / f"{activity}_{joint}_{network}"

    def orientation(self, activity: str) -> Path:
        """Model of the orientation networks, with their predictions."""
        return self.out / "orientation" / activity

    def model(self, activity: str, recipe: str) -> Path:
        """The model that is scored."""
        return self.out / "models" / f"{activity}_{recipe}"

    def correction_work(self, activity: str) -> Path:
        """Worn trials and the unfinished training of our correction."""
        return self.out / "work" / f"{activity}_correction"

    def estimates(self, activity: str, recipe: str) -> Path:
        """Orientations and angles of the test people."""
        return self.out / "optimised" / f"{activity}_{recipe}"

    def scores(self, activity: str, recipe: str) -> Path:
        """Errors of one method."""
        return self.out / "scores" / f"{activity}_{recipe}.csv"
