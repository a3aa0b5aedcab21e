"""The page from dropped files to a report, in a browser, with everything real behind it."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from app_pages import Browser, Serving, chromium, serving, until
from kinefuse.formats.csv_session import write_session_csv
from vendor_files import EXAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def served(tmp_path, browser):
    with serving(tmp_path / "workspace") as at_work:
        browser.home, browser.complaints = at_work.home, []
        yield at_work
        browser.forget()


@pytest.fixture(scope="session")
def walk(walker, tmp_path_factory) -> Path:
    """Seven sensors, strapped on anyhow, under their segments' names."""
    file = tmp_path_factory.mktemp("recordings") / "walk.csv"
    session, _ = walker.worn(np.random.default_rng(3))
    write_session_csv(file, session)
    return file


DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const how = { dataTransfer: transfer, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"])
    document.getElementById("drop").dispatchEvent(new DragEvent(kind, how));
}"""


def drop(page, *files: tuple[str, str]) -> None:
    """Files by name and content, as if let go over the page."""
    page.wait_for_selector("#drop")
    page.evaluate(DROP, [list(file) for file in files])


def record(served: Serving, name: str) -> dict:
    files = (served.workspace / "jobs").glob("*/job.json")
    records = [json.loads(file.read_text()) for file in files]
    return next(job for job in records if job["files"][0]["name"] == name)


def test_the_whole_journey(served: Serving, browser: Browser, walk: Path):
    page = browser.page()
    page.goto(served.address)
    page.wait_for_selector("#drop")
    assert "token" not in page.url
    drop(page, ("walk.csv", walk.read_text()))
    page.wait_for_selector("#place-pelvis")
    assert "Recognised" in page.text_content("main")
    assert page.input_value("#select-thigh_r") == "thigh_r"

    # Put two sensors on each other's place with the keyboard alone, and back in the list.
    page.focus("#place-foot_r")
    page.keyboard.press("Enter")
    page.focus("#place-foot_l")
    page.keyboard.press("Enter")
    assert page.input_value("#select-foot_l") == "foot_r"
    assert page.input_value("#select-foot_r") == "foot_l"
    page.select_option("#select-foot_r", "foot_r")
    assert page.input_value("#select-foot_l") == "foot_l"

    # By mouse: off its place, picked up, and on it again.
    page.focus("#place-shank_l")
    page.keyboard.press("Delete")
    assert page.input_value("#select-shank_l") == ""
    assert "right knee" in page.text_content("#start-told")
    page.drag_and_drop("text=shank_l >> nth=0", "#place-shank_l")
    assert page.input_value("#select-shank_l") == "shank_l"

    page.fill("#said-name", "Anna <b>1</b>")
    page.fill("#said-height", "171")
    page.fill("#said-mass", "64.5")
    page.keyboard.press("Tab")
    until(lambda: (record(served, "walk.csv")["said"] or {}).get("mass_kg") == 64.5)
    said = record(served, "walk.csv")["said"]
    assert said["height_m"] == pytest.approx(1.71)
    assert said["sensors"] == {s: s for s in said["sensors"]}
    assert page.text_content("#title") == "Anna <b>1</b>"

    page.reload()  # in the middle of it
    page.wait_for_selector("#place-pelvis")
    assert page.input_value("#said-name") == "Anna <b>1</b>"
    page.wait_for_selector("#findings-title ~ div .sure-line, #findings-title ~ div .findings")

    page.click("#start")
    page.wait_for_selector("#cancel")
    page.close()  # a closed tab loses nothing
    page = browser.page()
    page.goto(served.address)
    page.click(".job")
    page.wait_for_selector("#everything")

    with page.expect_download() as download:
        page.click("#everything")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        names = {Path(name).name for name in archive.namelist()}
        summary = next(name for name in archive.namelist() if name.endswith("summary.json"))
        found = json.loads(archive.read(summary))
    assert {"report.html", "angles.csv", "angles.mot", "summary.json"} <= names
    assert found["session"] == "Anna <b>1</b>"
    assert 30 < found["range_of_motion_deg"]["knee_r"]["flexion"] < 80
    with page.expect_download() as download:
        page.click("text=angles.csv")
    assert download.value.suggested_filename.endswith("angles.csv")

    frame = page.frame_locator("iframe")
    assert "Over the gait cycle" in frame.locator("main").text_content()
    with page.context.expect_page() as opened:
        page.click("[id='open-report.html']")
    report = opened.value
    report.wait_for_selector("h1")
    assert report.text_content("h1") == "Anna <b>1</b>"
    assert report.evaluate("window.origin") == "null"  # nothing in it may ask the server
    assert browser.complaints == []


def test_two_recordings_wait_for_each_other_and_survive_a_killed_server(
    served: Serving, browser: Browser, walk: Path
):
    page = browser.page()
    page.goto(served.address)
    for name in ("first.csv", "second.csv"):
        page.click("#new")
        page.wait_for_selector("#drop")
        drop(page, (name, walk.read_text()))
        page.wait_for_selector("#start")
        page.click("#start")
        page.wait_for_selector("#cancel")
    page.wait_for_selector(".badge.running")
    assert page.text_content(".badge.queued") == "waiting"
    served.kill()
    page.wait_for_selector("#line:has-text('kinefuse app')")
    page.context.close()
    assert {record(served, n)["state"] for n in ("first.csv", "second.csv")} == {
        "running",
        "queued",
    }
    with serving(served.workspace) as again:
        browser.home = again.home
        page = browser.page()
        page.goto(again.address)
        page.wait_for_selector(".badge.done >> nth=1")
        page.click(".job >> nth=1")
        page.on("dialog", lambda dialog: dialog.accept())
        page.click("#delete")
        until(lambda: page.locator(".job").count() == 1)
        assert len(list((served.workspace / "jobs").iterdir())) == 1


def test_what_cannot_be_used_is_refused_in_its_sentence(
    served: Serving, browser: Browser, walk: Path
):
    page = browser.page()
    page.goto(served.address)
    page.wait_for_selector("#drop")
    drop(page, ("holiday.jpg", "not a recording"))
    page.wait_for_selector(".sentence")
    said = page.text_content(".sentence")
    assert said.endswith(".")
    assert "Traceback" not in said
    assert str(served.workspace) not in said
    page.click("#new")
    drop(page, ("walk.csv", walk.read_text().replace("_rad_s", "_foot_s")))
    page.wait_for_selector(".sentence")
    page.click("#new")
    small = {"formats": [], "file_bytes": 10, "job_bytes": 10, "job_files": 1, "workspace": ""}
    page.route("**/api/facts", lambda route: route.fulfill(json=small))
    page.reload()
    page.click("#new")
    drop(page, ("walk.csv", "more than ten bytes"))
    page.wait_for_selector("#toast:not([hidden])")
    assert "walk.csv: more than" in page.text_content("#toast")
    assert browser.complaints == []


def test_a_file_too_many_is_taken_back_out(served: Serving, browser: Browser, walk: Path):
    page = browser.page()
    page.goto(served.address)
    drop(page, ("walk.csv", walk.read_text()), ("again.csv", walk.read_text()))
    page.wait_for_selector(".sentence")  # the same sensors twice
    page.click("[aria-label='Remove again.csv']")
    page.wait_for_selector("#place-pelvis")
    assert [file["name"] for file in record(served, "walk.csv")["files"]] == ["walk.csv"]
    page.click("[aria-label='Remove walk.csv']")
    page.wait_for_selector("#drop")
    assert page.locator(".take-out").count() == 0
    drop(page, ("walk.csv", walk.read_text()))
    page.wait_for_selector("#place-pelvis")
    assert browser.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(served: Serving, browser: Browser, walk: Path, width):
    page = browser.page(viewport={"width": width, "height": 800})
    page.goto(served.address)
    page.wait_for_selector("#drop")
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= width
    drop(page, (f"{'long' * 40}.csv", walk.read_text()))
    page.wait_for_selector("#place-pelvis")
    assert page.evaluate(wide) <= width


def test_every_control_has_a_name(served: Serving, browser: Browser, walk: Path):
    page = browser.page()
    page.goto(served.address)
    page.wait_for_selector("#drop")
    drop(page, ("walk.csv", walk.read_text()))
    page.wait_for_selector("#start")
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, a, input, select, [role=button], progress")]
        .filter((e) => e.getAttribute("aria-hidden") !== "true" && !e.closest("[aria-hidden=true]"))
        .filter((e) => !(e.textContent.trim() || e.ariaLabel || e.title || e.labels?.length))
        .map((e) => e.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("way", ["folder", "zip"])
def test_a_vendors_folder_is_placed_by_its_movement(
    served: Serving, browser: Browser, walker, tmp_path, way
):
    """Serial numbers say nothing: the page fills in what the movement tells, and how surely."""
    session, _ = walker.worn(np.random.default_rng(4))
    example, folder = EXAMPLES["xsens_txt"], tmp_path / "rawimu"
    example.write(folder, session)
    page = browser.page()
    page.goto(served.address)
    if way == "folder":
        page.set_input_files("#pick-folder", folder)
    else:
        with zipfile.ZipFile(tmp_path / "rawimu.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in folder.rglob("*.txt"):
                archive.write(file, file.relative_to(tmp_path))
        page.set_input_files("#pick-files", tmp_path / "rawimu.zip")
    page.wait_for_selector("#place-pelvis")
    page.click("summary:has-text('7 files')")
    assert "Xsens" in page.text_content("main")
    assert page.input_value("#said-name") == "rawimu"
    for segment, label in example.labels.items():
        assert page.input_value(f"#select-{segment}") == label
    assert page.text_content(".row >> nth=0").strip().endswith("% sure")
    page.wait_for_selector("#findings-title ~ div .sure-line, #findings-title ~ div .findings")
    assert page.locator(".take-out:visible").count() == 7  # what was opened stays open
    assert browser.complaints == []
