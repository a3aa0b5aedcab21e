"""Printing needs a browser, says so, and leaves nothing half-done."""

import stat

import pytest

from kinefuse.report.printing import VARIABLE, NoBrowser, NotPrinted, find_browser, print_page


def program(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_named_browser_comes_first(tmp_path, monkeypatch):
    mine = program(tmp_path / "my-chromium", "true")
    monkeypatch.setenv(VARIABLE, str(mine))
    assert find_browser() == mine


def test_one_on_the_path_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    google = program(tmp_path / "google-chrome", "true")
    assert find_browser() == google


@pytest.mark.parametrize("named", [None, "/nowhere/chromium"])
def test_none_is_one_sentence_with_the_way_out(tmp_path, monkeypatch, named):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    if named:
        monkeypatch.setenv(VARIABLE, named)
    with pytest.raises(NoBrowser, match=f"{VARIABLE}.*or print the page from any browser"):
        find_browser()


@pytest.mark.parametrize("script", ["exit 3", "for a; do :; done; echo no > /dev/null"])
def test_a_browser_that_prints_nothing_leaves_the_old_file(tmp_path, script):
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text("<p>Hello")
    pdf.write_bytes(b"%PDF old")
    broken = program(tmp_path / "broken", script)
    with pytest.raises(NotPrinted, match="printed nothing"):
        print_page(page, pdf, broken)
    assert pdf.read_bytes() == b"%PDF old"
    assert {f.name for f in tmp_path.iterdir()} == {"page.html", "page.pdf", "broken"}


def test_what_a_browser_printed_is_kept(tmp_path):
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text("<p>Hello")
    script = 'for a; do case $a in --print-to-pdf=*) printf "%%PDF-1.4" > "${a#*=}";; esac; done'
    print_page(page, pdf, program(tmp_path / "printer", script))
    assert pdf.read_bytes() == b"%PDF-1.4"
