"""From a vendor's files to a session: which sensor is where, and all of them on one clock.

``read`` is the way in: it opens whatever lies at a path and assembles it. ``propose_in_steps``
says which sensor is where when nobody has said it yet.
"""

from kinefuse.sessions.assembly import assemble, read, read_in_steps
from kinefuse.sessions.description_file import FILE_NAME, read_description
from kinefuse.sessions.description_text import write_description
from kinefuse.sessions.opened import Opened, find, names_its_joints, open_in_steps, open_session
from kinefuse.sessions.proposal import Proposal, propose_in_steps, proposed

__all__ = [
    "FILE_NAME",
    "Opened",
    "Proposal",
    "assemble",
    "find",
    "names_its_joints",
    "open_in_steps",
    "open_session",
    "propose_in_steps",
    "proposed",
    "read",
    "read_description",
    "read_in_steps",
    "write_description",
]
