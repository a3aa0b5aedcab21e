"""Where a study's trials are kept, in words that any process can open: a journal or a database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import sleep
from warnings import catch_warnings, simplefilter

import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, ProgrammingError, SQLAlchemyError

from kinefuse.search.engine_errors import NoDatabase
from kinefuse.search.pruning import pruner

HEARTBEAT_S, GRACE_S = 15, 90
"""A database's trials show this often that somebody drives them; if not, they are run again."""

_ATTEMPTS, _PAUSE_S = 5, 1.0
_DRIVER = "postgresql+psycopg"  # psycopg 3, where SQLAlchemy's default would be version 2


@dataclass(frozen=True, kw_only=True)
class Address:
    """A study, wherever its trials are kept."""

    storage: str
    """A journal's absolute path, or the URL of a PostgreSQL database."""
    name: str
    """Of the study in that storage."""
    pruner: str
    """One of ``pruning.PRUNERS``."""
    report_every: int
    """Iterations between reports."""
    longest: int
    """Iterations of the longest possible trial."""

    @property
    def is_database(self) -> bool:
        """Whether drivers may be on machines that share no folder."""
        return "://" in self.storage


def without_password(url: str) -> str:
    """The address of a database as it may be shown and kept.

    Raises:
        NoDatabase: It is no PostgreSQL URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise NoDatabase(url, "this is no URL") from error
    if parsed.get_backend_name() != "postgresql":
        raise NoDatabase(parsed.render_as_string(), "only PostgreSQL is known here")
    return parsed.render_as_string(hide_password=True)


@lru_cache(maxsize=4)
def opened(address: Address) -> optuna.Study:
    """The study, in a process that works for it; kept for the next trial."""
    return optuna.load_study(
        study_name=address.name,
        storage=storage_of(address),
        pruner=pruner(address.pruner, address.report_every, address.longest),
    )


def created(address: Address, when_stale: Callable[..., None]) -> optuna.Study:
    """The study, in the process that drives it; made if it is new.

    Args:
        address: Where it is.
        when_stale: Called with a study and a trial of a database whose driver has gone silent.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if not address.is_database:
        mend_journal(Path(address.storage))
    return optuna.create_study(
        study_name=address.name,
        storage=storage_of(address, when_stale),
        pruner=pruner(address.pruner, address.report_every, address.longest),
        direction="minimize",
        load_if_exists=True,
    )


def storage_of(address: Address, when_stale: Callable[..., None] | None = None) -> BaseStorage:
    """Open the journal or the database.

    Raises:
        NoDatabase: The server does not answer or refuses.
    """
    if not address.is_database:
        return JournalStorage(JournalFileBackend(address.storage))
    refusal: Exception | None = None
    for _ in range(_ATTEMPTS):
        try:
            return _database(address.storage, when_stale)
        except (IntegrityError, ProgrammingError) as error:  # another driver makes the same tables
            refusal = error
            sleep(_PAUSE_S)
        except SQLAlchemyError as error:
            refusal = error
            break
    why = str(refusal).splitlines()[0]
    raise NoDatabase(without_password(address.storage), why) from refusal


def _database(storage: str, when_stale: Callable[..., None] | None) -> RDBStorage:
    url = make_url(storage)
    if url.drivername == "postgresql":
        url = url.set(drivername=_DRIVER)
    named = url.render_as_string(hide_password=False)
    if when_stale is None:
        return RDBStorage(named)
    with experiments_allowed():
        return RDBStorage(
            named,
            heartbeat_interval=HEARTBEAT_S,
            grace_period=GRACE_S,
            heartbeat_stale_trial_callback=when_stale,
        )


def mend_journal(file: Path) -> None:
    """Take away a last line that a crash of the machine cut short; nothing could be added to it."""
    if not file.exists():
        return
    lock = JournalFileSymlinkLock(str(file))
    lock.acquire()
    try:
        written = file.read_bytes()
        whole = written.rfind(b"\n") + 1
        if whole < len(written):
            with file.open("r+b") as journal:
                journal.truncate(whole)
    finally:
        lock.release()


@contextmanager
def experiments_allowed() -> Iterator[None]:
    """Optuna calls heartbeats an experiment, and means them for its own loop; both are known."""
    with catch_warnings():
        simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        simplefilter("ignore", UserWarning)
        yield
