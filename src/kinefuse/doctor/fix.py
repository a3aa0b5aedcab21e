"""A corrected copy of a recording and of what was said about it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kinefuse.doctor.case import Case
from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.examine import UNPLACED, examine, examine_unplaced
from kinefuse.doctor.mends import MENDS
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """The corrected copy, and what was done to it."""

    streams: SensorStreams
    description: SessionDescription
    log: tuple[str, ...]
    """A sentence for each change; empty where nothing could be mended."""


def fixed(
    streams: SensorStreams, description: SessionDescription, diagnoses: Sequence[Diagnosis]
) -> Fixed:
    """Mend what a row of ``MENDS`` mends; what was given stays as it is.

    A mend is kept if, examined again, its check passes everywhere and no other check finds a fault
    on more sensors than before; doubts may come to light. What a fault hid is mended in its turn.

    Args:
        streams: The recording.
        description: Which sensor is where.
        diagnoses: What ``examine`` (or ``examine_unplaced``) found of exactly these.
    """
    now = Fixed(streams=streams, description=description, log=())
    look: Callable[[Fixed], tuple[Diagnosis, ...]] = _examined
    if any(found.check == UNPLACED for found in diagnoses):
        look = _examined_unplaced
    left = tuple(diagnoses)
    for check, mend in MENDS.items():
        subjects = tuple(d.subject for d in left if d.check == check and not d.passed)
        if not subjects:
            continue
        case = Case(streams=now.streams, description=now.description, subjects=subjects)
        mended = mend.apply(case)
        if mended is None:
            continue
        tried = Fixed(
            streams=mended.streams, description=mended.description, log=(*now.log, *mended.log)
        )
        after = look(tried)
        if _is_better(check, left, after):
            now, left = tried, after
    return now


def _is_better(check: str, before: Sequence[Diagnosis], after: Sequence[Diagnosis]) -> bool:
    """Whether a check passes now, and none that could be measured before is at fault more often.

    Counts, since subjects change where labels do; a fault may appear that the mended one hid, and
    doubts do (a gyroscope in the wrong unit is never noisy).
    """
    had, has = _faults(before), _faults(after)
    measured = {one.check for one in before}
    verdicts = [one.passed for one in after if one.check == check]
    return bool(verdicts) and all(verdicts) and all(has[other] <= had[other] for other in measured)


def _faults(diagnoses: Sequence[Diagnosis]) -> Counter[str]:
    return Counter(one.check for one in diagnoses if one.is_fault)


def _examined(case: Fixed) -> tuple[Diagnosis, ...]:
    return examine(case.streams, case.description)


def _examined_unplaced(case: Fixed) -> tuple[Diagnosis, ...]:
    return examine_unplaced(case.streams)
