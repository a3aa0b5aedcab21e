"""Changes of records as they happen, in the browser's own format for that (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncIterator

from kinefuse.app.store import JobStore

LOOK_EVERY_S = 0.15
"""Quicker than the eye asks for; looking costs microseconds."""
SIGN_OF_LIFE_S = 15.0
"""So that neither end mistakes quiet for a broken line."""


async def changes(store: JobStore, look_every_s: float = LOOK_EVERY_S) -> AsyncIterator[str]:
    """All records at first, then each that changes, until whoever listens has gone.

    Events: ``all`` with a list, ``job`` with a record, ``deleted`` with a number.
    """
    seen, _ = store.changed_since(0)
    yield _event("all", [json.loads(job.model_dump_json()) for job in store.all()])
    quiet_s = 0.0
    while True:
        seen, changed = store.changed_since(seen)
        for job_id, job in changed.items():
            if job is None:
                yield _event("deleted", job_id)
            else:
                yield _event("job", json.loads(job.model_dump_json()))
        quiet_s = 0.0 if changed else quiet_s + look_every_s
        if quiet_s >= SIGN_OF_LIFE_S:
            quiet_s = 0.0
            yield ": alive\n\n"
        await asyncio.sleep(look_every_s)


def _event(kind: str, what: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(what)}\n\n"
