"""What is known of a recording on the page, as it lies on disk and as the browser gets it."""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from kinefuse.session_description import Person, SensorPlace, SessionDescription

Kind = TypeVar("Kind", bound="Record")
State = Literal["draft", "queued", "running", "done", "failed", "cancelled"]
"""Draft: files arrive and are described. The others: of the estimate."""
Look = Literal["recognise", "check"]
DOWNLOAD = "everything.zip"
"""All files of results in one, beside them."""


class Record(BaseModel):
    """Frozen, checked when made, and nothing in it that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def changed(self: Kind, **fields: Any) -> Kind:
        """The same with other values, checked again."""
        return type(self)(**(dict(self) | fields))


class StoredFile(Record):
    """A file that arrived."""

    number: int
    name: str
    """As its owner calls it, folders included: words to show, never a path."""
    size_bytes: int


class Sensor(Record):
    """A sensor that was recognised in the files."""

    label: str
    rate_hz: float
    samples: int
    duration_s: float
    missing: int = 0
    """Samples without a value."""


class Place(Record):
    """Which sensor a segment is believed to wear."""

    label: str
    certainty: float | None = None
    """Probability; None where somebody said so, or a name does."""
    why: str = ""


class Recognised(Record):
    """What the files are."""

    format_name: str
    format_words: str
    sensors: tuple[Sensor, ...]
    notes: tuple[str, ...] = ()
    """What reading left out or converted."""
    doubts: tuple[str, ...] = ()
    """What to look at before believing the proposal."""
    proposal: dict[str, Place] = Field(default_factory=dict)
    """By segment."""


class Said(Record):
    """What the person at the page says of the recording."""

    name: str = Field(min_length=1, max_length=120)
    activity: Literal["walking", "running"] = "walking"
    sensors: dict[str, str] = Field(default_factory=dict)
    """Label by segment."""
    height_m: float | None = None
    mass_kg: float | None = None

    def description(self) -> SessionDescription:
        """The same as the rest of the program has it.

        Raises:
            UnknownChoice: A segment that does not exist, a sensor on two of them, or a height or
                mass that nobody has.
        """
        return SessionDescription(
            name=self.name,
            activity=self.activity,
            sensors={s: SensorPlace(label=label) for s, label in self.sensors.items()},
            person=Person(height_m=self.height_m, mass_kg=self.mass_kg),
        )


class FindingRow(Record):
    """What one check of the data doctor says, in words."""

    check: str
    subject: str
    passed: bool
    severity: str
    evidence: str
    limit: str
    consequence: str
    remedy: str
    source: str


class Checked(Record):
    """What all checks say of the recording as it is described."""

    of: Said
    """The description that was looked at."""
    findings: tuple[FindingRow, ...]
    mends: tuple[str, ...] = ()
    """What would be changed in a copy, if the mends were applied."""


class Step(Record):
    """How far a computation is; of a queued one, what is waited for besides its turn."""

    done: int
    total: int
    message: str = ""


class Trouble(Record):
    """Why there is no result."""

    sentence: str
    reference: str | None = None
    """Under which the log tells more, where it is a mistake of the program."""


class ResultFile(Record):
    """A file of results."""

    name: str
    size_bytes: int
    what: str


class Outcome(Record):
    """What an estimate ended with."""

    files: tuple[ResultFile, ...]
    level: str
    """Of the verdict: sound, care or doubt."""
    headline: str
    doubts: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    seconds: float


class Job(Record):
    """A recording on the page, from its first file to its results."""

    id: str
    created: str
    """ISO 8601, UTC."""
    state: State = "draft"
    queued_at: float = 0.0
    """Seconds since 1970; the queue's order."""
    started_at: float | None = None
    files: tuple[StoredFile, ...] = ()
    came_in: str = ""
    """The folder that held all the files, if they came in one; words, never a path."""
    look: Look | None = None
    """What is to be looked at in the files."""
    recognised: Recognised | None = None
    said: Said | None = None
    checked: Checked | None = None
    mend: bool = False
    """Whether the offered mends are to be applied to a copy before estimating."""
    step: Step | None = None
    trouble: Trouble | None = None
    outcome: Outcome | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        if self.said:
            return self.said.name
        return self.files[0].name if self.files else "a new recording"

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.size_bytes for file in self.files)
