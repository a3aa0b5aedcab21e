"""Recordings compared and printed through the command line, and looked at in a browser."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from chromium import CHROMIUM, FLAGS, needs_chromium
from kinefuse.cli.app import app
from kinefuse.formats.angle_files import write_angles_csv
from kinefuse.report import write_report
from known_estimates import estimate, sure, truth
from result_folders import noisy_sines, write_result

__all__ = ["estimate", "sure", "truth"]  # fixtures


def report(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path):
    return [write_result(tmp_path / name, i, 3.0 * i) for i, name in enumerate("abcd")]


def test_before_and_after_on_one_page(folders, tmp_path):
    page = tmp_path / "comparison.html"
    run = report(*folders[:2], "--out", page)
    assert run.exit_code == 0, run.output
    assert "of 18 curves differ" in run.stdout
    assert "not independent people" in run.stdout
    assert str(page) in run.stdout.replace("\n", "")
    assert "a against b" in page.read_text()
    again = report(*folders[:2], "--out", page)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert report(*folders[:2], "--out", page, "--force").exit_code == 0


def test_groups_sides_and_truth(folders, tmp_path):
    page = tmp_path / "groups.html"
    a, b, c, d = folders
    run = report(a, b, "--against", c, "--against", d, "--paired", "--out", page)
    assert run.exit_code == 0, run.output
    assert "Too few cases" in run.stdout
    assert report(a).exit_code == 0
    assert "right against left" in (a / "sides.html").read_text()
    write_angles_csv(tmp_path / "truth.csv", noisy_sines(0))
    run = report(a, "--truth", tmp_path / "truth.csv")
    assert run.exit_code == 0, run.output
    assert "ICC(2,1)" in (a / "truth.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "nowhere"),
        (("a", "--paired"), "cannot pair"),
        (("a", "b", "--paired"), "cannot pair"),
        (("a", "--against", "b", "--paired"), "cannot pair"),
        (("a", "b", "--against", "c", "--paired"), "cannot pair"),
        (("a", "--sides", "--against", "b"), "--sides"),
        (("a", "b", "--truth", "t.csv"), "--truth"),
        (("a", "--truth", "t.csv"), "t.csv"),
    ],
)
@pytest.mark.usefixtures("folders")
def test_a_mistake_is_one_sentence_and_leaves_nothing(tmp_path, arguments, words):
    named = [tmp_path / a if len(a) == 1 or a in ("nowhere", "t.csv") else a for a in arguments]
    before = {file for file in tmp_path.rglob("*")}
    run = report(*named)
    assert run.exit_code == 2
    assert len(run.stderr.strip().splitlines()) == 1
    assert words in run.stderr
    assert {file for file in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("options", [(), ("--pdf",)])
def test_a_page_is_not_named_as_its_print(folders, monkeypatch, tmp_path, options):
    monkeypatch.setenv("KINEFUSE_CHROMIUM", "/bin/true")
    out = tmp_path / "both.PDF"
    run = report(*folders[:2], "--out", out, *options)
    assert run.exit_code == 2
    assert run.stderr.strip().endswith(f"say --out {tmp_path / 'both.html'} --pdf for both.")
    assert not out.exists()


def test_printing_without_a_browser_is_one_sentence(folders, monkeypatch):
    monkeypatch.setenv("KINEFUSE_CHROMIUM", "/nowhere/chromium")
    run = report(folders[0], "--pdf")
    assert run.exit_code == 2
    assert "KINEFUSE_CHROMIUM" in run.stderr
    assert not (folders[0] / "report.pdf").exists()


@needs_chromium
def test_a_page_is_printed(folders):
    run = report(folders[0], "--pdf")
    assert run.exit_code == 0, run.output
    assert (folders[0] / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.fixture
def pages(folders, sure, truth, tmp_path) -> list[Path]:
    """The page of a recording, and that of a comparison with agreement."""
    write_report(sure, tmp_path / "report.html", truth)
    a, b, c, d = folders
    page = tmp_path / "comparison.html"
    assert report(a, b, c, "--against", b, "--against", c, "--against", d, "--paired",
                  "--out", page).exit_code == 0  # fmt: skip
    return [tmp_path / "report.html", page]


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_open_offline_at_every_width_and_light(pages, width, scheme):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        for path in pages:
            page = context.new_page()
            said, asked = [], []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(path.as_uri(), timeout=120_000)
            assert said == []
            assert asked == [path.as_uri()]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CUT_OFF) == []
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}[scheme]
            assert page.evaluate(FAINT) == []
        browser.close()


CUT_OFF = """[...document.querySelectorAll('figure svg text')].filter((text) => {
  const box = text.getBoundingClientRect();
  const paper = text.closest('svg').getBoundingClientRect();
  return box.left < paper.left - 1 || box.right > paper.right + 1
    || box.top < paper.top - 1 || box.bottom > paper.bottom + 1;
}).map((text) => text.textContent)"""
"""Labels of drawings that do not lie inside them."""

FAINT = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('p, li, th, td, small, h1, h2, figure svg text')]
    .filter((e) => e.textContent.trim())
    .filter((e) => {
      const style = getComputedStyle(e);
      const inside = e.namespaceURI.endsWith('svg') ? style.fill : style.color;
      const [a, b] = [luminance(inside), luminance(behind(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    }).map((e) => e.textContent.trim().slice(0, 40));
})()"""
"""Words with less contrast than 4.5 to 1 (WCAG 2.2, 1.4.3)."""
