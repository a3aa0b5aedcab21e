"""A page on this computer for people who do not program: from dropped files to a report.

The server keeps records and refuses strangers; every computation runs in a process of its own,
which may be cancelled, may die, and is started again when the server comes back.
"""
