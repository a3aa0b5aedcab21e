"""Every change of a record reaches the page that listens."""

import asyncio
import json

from kinefuse.app.events import changes
from kinefuse.app.limits import Limits
from kinefuse.app.store import JobStore


def parsed(text: str):
    kind, data = text.strip().split("\n")
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_all_records_first_and_then_what_changes(tmp_path):
    store = JobStore(tmp_path, Limits(spare_bytes=0))
    old = store.create()

    async def listen():
        told = changes(store, look_every_s=0.001)
        heard = [await anext(told)]
        store.show(old.id, step={"done": 1, "total": 2})
        heard.append(await anext(told))
        store.delete(old.id)
        heard.append(await anext(told))
        new = store.create()
        heard.append(await anext(told))
        await told.aclose()
        return [parsed(text) for text in heard], new

    heard, new = asyncio.run(listen())
    assert [kind for kind, _ in heard] == ["all", "job", "deleted", "job"]
    assert [job["id"] for job in heard[0][1]] == [old.id]
    assert heard[1][1]["step"]["done"] == 1
    assert heard[2][1] == old.id
    assert heard[3][1]["id"] == new.id
