"""From a vendor's files to a session: which sensor is where, and all of them on one clock.

``read`` is the way in: it opens whatever lies at a path and assembles it. ``propose`` says which
sensor is where when nobody has said it yet.
"""

from kinefuse.sessions.assembly import assemble, read
from kinefuse.sessions.description_file import FILE_NAME, read_description
from kinefuse.sessions.description_text import write_description
from kinefuse.sessions.opened import Opened, find, names_its_joints, open_session
from kinefuse.sessions.proposal import Proposal, propose, proposed

__all__ = [
    "FILE_NAME",
    "Opened",
    "Proposal",
    "assemble",
    "find",
    "names_its_joints",
    "open_session",
    "propose",
    "proposed",
    "read",
    "read_description",
    "write_description",
]
