"""The page opens from disk, fetches nothing, moves, and stands as the Python side says."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np

from chromium import until
from kinefuse.alignment import SegmentAlignment
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.estimation import Estimate
from kinefuse.simulation.body import Body
from kinefuse.simulation.body_points import points_from_pelvis_m
from kinefuse.viewer import render, write_view
from kinefuse.viewer.page import built_page, script_safe
from kinefuse.viewer.recording_data import motion_of
from known_angles import finding, sines

PROJECT = Path(__file__).parents[3] / "viewer"
HOSTILE = "walk </script><script>document.title='stolen'</script> \u2028 &"


def estimated(name="walk 7"):
    angles = sines()
    return Estimate(
        session_name=name,
        activity="walking",
        method="classical",
        model_name=None,
        angles=angles,
        alternatives={},
        alignment={
            s: SegmentAlignment(
                segment=s,
                R_segment_sensor=np.eye(3),
                method="",
                tilt_sd_deg=2.0,
                heading_sd_deg=5.0,
            )
            for s in SEGMENTS
        },
        contacts_s={"r": np.arange(1.0, 19.5), "l": np.arange(1.5, 19.5)},
        findings=(finding(),),
    )


def test_the_committed_page_was_built_from_the_committed_sources():
    names = ["index.html", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts"]
    below = [p for folder in ("src", "tools") for p in (PROJECT / folder).rglob("*") if p.is_file()]
    names += [p.relative_to(PROJECT).as_posix() for p in below]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + (PROJECT / name).read_bytes() + b"\0")
    found = re.search(r'name="built-from" content="(\w+)"', built_page())
    assert found
    assert found[1] == digest.hexdigest(), "run 'make viewer'"


def test_no_name_can_leave_its_script_element():
    text = script_safe({"name": HOSTILE})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": HOSTILE}
    assert HOSTILE not in render(estimated(HOSTILE))


def test_the_page_plays_and_agrees_with_python(browser, tmp_path):
    found = estimated(HOSTILE)
    write_view(found, tmp_path / "view.html", truth=found.angles, height_m=1.8)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "view.html").as_uri())
    until(page, "Boolean(document.querySelector('#stage canvas'))")
    assert page.title() != "stolen"
    expected = points_from_pelvis_m(motion_of(found).R_world_segment, Body(height_m=1.8))
    for sample in (0, 125, 1999):
        points = page.evaluate(f"pointsAt({sample / 100})")
        for joint, segment in (("hip", "thigh"), ("knee", "shank"), ("ankle", "foot")):
            for side in "rl":
                np.testing.assert_allclose(
                    points["origins"][f"{segment}_{side}"],
                    expected[f"{joint}_{side}"][sample],
                    atol=5e-4,  # of 16-bit quaternions
                )
    before = page.locator("#stage").screenshot()
    page.click("#play")
    until(page, "Number(document.getElementById('scrub').value) > 0.2")
    page.click("#play")
    assert page.locator("#stage").screenshot() != before
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []
    page.close()
