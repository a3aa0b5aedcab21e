"""A process that answers as the real one does, at once, and misbehaves as its recording asks.

``python page_worker.py TASK FOLDER``; the recording's name (its only file's) says what happens.
"""

import json
import os
import sys
import time
from pathlib import Path

SENSORS = ("pelvis", "thigh_r", "shank_r")


def say(**words) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main(task: str, folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    wish = job["files"][0]["name"]
    with (folder / "began.txt").open("a") as began:
        began.write(f"{task} {os.getpid()} {time.time()}\n")
    sys.stdout.write("not a message\n")
    if f"die at {task}" in wish:
        os._exit(9)
    if f"refuse at {task}" in wish:
        say(kind="failed", trouble={"sentence": "the file is empty; record again."})
        return
    say(kind="step", step={"done": 1, "total": 4, "message": "Half of it"})
    while f"wait at {task}" in wish and not (folder / "go on").exists():
        time.sleep(0.01)
    {"recognise": recognised, "check": checked, "estimate": estimated}[task](job, folder)


def recognised(job: dict, _: Path) -> None:
    sensors = [{"label": s, "rate_hz": 100, "samples": 500, "duration_s": 5} for s in SENSORS]
    say(
        kind="recognised",
        recognised={"format_name": "csv", "format_words": "a table", "sensors": sensors},
        said={"name": job["files"][0]["name"], "sensors": {s: s for s in SENSORS}},
    )


def checked(job: dict, _: Path) -> None:
    say(kind="checked", checked={"of": job["said"], "findings": []})


def estimated(job: dict, folder: Path) -> None:
    (folder / "results").mkdir(exist_ok=True)
    text = f"<!doctype html><title>{job['said']['activity']}</title>"
    for name in ("report.html", "angles.csv", "everything.zip"):
        (folder / "results" / name).write_text(text)
    files = [
        {"name": n, "size_bytes": len(text), "what": "what"} for n in ("report.html", "angles.csv")
    ]
    outcome = {"files": files, "level": "sound", "headline": "Sound.", "seconds": 0.1}
    say(kind="estimated", outcome=outcome)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
