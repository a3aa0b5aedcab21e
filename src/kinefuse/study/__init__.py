"""Many sessions estimated alike: a folder each, one table of all, and what failed and why."""

from kinefuse.study.drive import Outcome, estimate_all
from kinefuse.study.request import StudyRequest
from kinefuse.study.sessions import Session, is_study, sessions_of

__all__ = ["Outcome", "Session", "StudyRequest", "estimate_all", "is_study", "sessions_of"]
