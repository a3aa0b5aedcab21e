"""A corrected copy of a recording and of what was said about it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kinefuse.doctor.case import Case, Mended
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
    diagnoses: tuple[Diagnosis, ...]
    """What is found of the copy."""


def fixed(
    streams: SensorStreams, description: SessionDescription, diagnoses: Sequence[Diagnosis]
) -> Fixed:
    """Mend what a row of ``MENDS`` mends; what was given stays as it is.

    A mend is kept if, examined again, its check passes all whom it mended and no other check finds
    a fault on more sensors than before; doubts may come to light. What a fault hid is mended in its
    turn.

    Args:
        streams: The recording.
        description: Which sensor is where.
        diagnoses: What ``examine`` (or ``examine_unplaced``) found of exactly these.
    """
    now = Fixed(streams=streams, description=description, log=(), diagnoses=tuple(diagnoses))
    look: Callable[[Mended], tuple[Diagnosis, ...]] = _examined
    if any(found.check == UNPLACED for found in diagnoses):
        look = _examined_unplaced
    for check, mend in MENDS.items():
        subjects = tuple(d.subject for d in now.diagnoses if d.check == check and not d.passed)
        if not subjects:
            continue
        case = Case(streams=now.streams, description=now.description, subjects=subjects)
        mended = mend.apply(case)
        if mended is None:
            continue
        after = look(mended)
        if _is_better(check, mended.subjects, now.diagnoses, after):
            now = Fixed(
                streams=mended.streams,
                description=mended.description,
                log=(*now.log, *mended.log),
                diagnoses=after,
            )
    return now


def _is_better(
    check: str,
    subjects: Sequence[str],
    before: Sequence[Diagnosis],
    after: Sequence[Diagnosis],
) -> bool:
    """Whether a check passes its subjects now, and no other is at fault on more of whom it asked.

    Counts, since subjects change where labels do; a fault may appear that the mended one hid, and
    doubts do (a gyroscope in the wrong unit is never noisy).
    """
    asked = [one.passed for one in after if one.check == check and one.subject in subjects]
    verdicts = asked if subjects else [one.passed for one in after if one.check == check]
    if not verdicts or not all(verdicts):
        return False
    had, has = _faults(before), _faults(after)
    now_asked = Counter(one.check for one in after)
    now_asked.subtract(Counter(one.check for one in before))
    return all(has[one] <= had[one] + max(0, now_asked[one]) for one in has)


def _faults(diagnoses: Sequence[Diagnosis]) -> Counter[str]:
    return Counter(one.check for one in diagnoses if one.is_fault)


def _examined(case: Mended) -> tuple[Diagnosis, ...]:
    return examine(case.streams, case.description)


def _examined_unplaced(case: Mended) -> tuple[Diagnosis, ...]:
    return examine_unplaced(case.streams)
