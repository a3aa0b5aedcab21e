"""The page to watch: its size, how soon it is there, and how many frames a second it draws.

    python benchmarks/viewer.py [MINUTES ...]

Seven segments, six joints with intervals, truth and touchdowns of a made-up walk at 100 Hz, for 10
and 60 minutes unless told otherwise. Chromium draws headless and in software (SwiftShader), on the
processor: a computer with a graphics card draws more frames. A page is timed three times, the
median told; frames are counted over ten seconds of playing at single speed, 1280 x 800.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from kinefuse.estimation import Estimate
from kinefuse.recordings import JointAngles
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.simulation.gait import simulate_person
from kinefuse.viewer import write_view

RATE_HZ = 100.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
TIMES = 3
WATCHED_S = 10.0
DRAWN = "Boolean(window.timesDrawn?.() && document.querySelector('.values span'))"


def main(minutes: list[float]) -> None:
    """Write a page of each length, open it, play it, say what it took."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    print(f"{chromium}, software rendering, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        for length in minutes:
            path = Path(folder) / "view.html"
            estimate, truth = _made_up(round(length * 60 * RATE_HZ))
            write_view(estimate, path, truth, 1.75)
            busy = os.getloadavg()[0]
            browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
            loaded_s = [_loaded_s(browser, path) for _ in range(TIMES)]
            frames_hz, scripting_ms, said = _played(browser, path)
            browser.close()
            print(
                f"{length:g} min: {path.stat().st_size / 1e6:.1f} MB, drawn after "
                f"{median(loaded_s):.2f} s, {frames_hz:.1f} frames/s, "
                f"{scripting_ms:.2f} ms of script a frame; load average before: {busy:.1f}; "
                f"the page says: {said}"
            )


def _made_up(samples: int) -> tuple[Estimate, JointAngles]:
    """A simulated minute, repeated; the truth is two degrees away."""
    trial = simulate_person(
        "walking", np.random.default_rng(0), seconds=60, rate_hz=RATE_HZ, standing_s=3
    )
    angles = {j: _repeated(a, samples) for j, a in trial.angles.angles_rad.items()}
    found = JointAngles(rate_hz=RATE_HZ, angles_rad=angles)
    R = {s: _repeated(a, samples) for s, a in trial.poses.R_world_segment.items()}
    ends_s = samples / RATE_HZ
    estimate = Estimate(
        session_name="made up",
        activity="walking",
        method="map",
        model_name=None,
        angles=found,
        alternatives={},
        alignment={},
        contacts_s={"r": np.arange(0.5, ends_s, 1.1), "l": np.arange(1.05, ends_s, 1.1)},
        findings=(),
        angles_sd_rad={j: 0.02 + 0.05 * np.abs(a) for j, a in angles.items()},
        orientations=SegmentOrientations(rate_hz=RATE_HZ, R_world_segment=R),
    )
    off = {j: a + np.deg2rad(2.0) for j, a in angles.items()}
    return estimate, JointAngles(rate_hz=RATE_HZ, angles_rad=off)


def _repeated(values: np.ndarray, samples: int) -> np.ndarray:
    times = -(-samples // len(values))
    return np.tile(values, (times,) + (1,) * (values.ndim - 1))[:samples]


def _loaded_s(browser: Browser, path: Path) -> float:
    """From asking for the page to its first body and its first curves."""
    page = _opened(browser, path)
    took_ms = page.evaluate("performance.now()")
    page.close()
    return took_ms / 1000


def _played(browser: Browser, path: Path) -> tuple[float, float, str]:
    """Drawn frames a second, script of each, and what the page says of itself."""
    page = _opened(browser, path)
    told = page.context.new_cdp_session(page)
    told.send("Performance.enable")

    def script_s() -> float:
        listed = told.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in listed if m["name"] == "ScriptDuration")

    page.keyboard.press("Space")
    began = page.evaluate("[performance.now(), timesDrawn()]")
    script_began_s = script_s()
    page.wait_for_timeout(WATCHED_S * 1000)
    script_took_s = script_s() - script_began_s
    ended = page.evaluate("[performance.now(), timesDrawn()]")
    said = page.inner_text("#facts")
    page.close()
    frames = ended[1] - began[1]
    return frames / (ended[0] - began[0]) * 1000, script_took_s / frames * 1000, said


def _opened(browser: Browser, path: Path) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri(), wait_until="commit")
    while not page.evaluate(DRAWN):  # the page's own policy forbids to wait for an expression in it
        page.wait_for_timeout(5)
    return page


if __name__ == "__main__":
    main([float(word) for word in sys.argv[1:]] or [10.0, 60.0])
