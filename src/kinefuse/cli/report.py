"""``kinefuse report``: results of recordings compared, and pages printed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kinefuse.errors import KinefuseError

if TYPE_CHECKING:
    from kinefuse.report.compared import Compared

SEED = 20150  # any: the same folders give the same page


class NamedAsItsPrint(KinefuseError):
    """The page is to have the name of what is printed from it."""

    def __init__(self, out: Path) -> None:
        super().__init__(
            f"{out} is the name of a print, and --out is that of the page; say "
            f"--out {out.with_suffix('.html')} --pdf for both."
        )


def report(
    results: Annotated[
        list[Path], typer.Argument(help="Folders that 'kinefuse estimate' or 'demo' wrote.")
    ],
    against: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of the other side of the comparison; repeat it for more."),
    ] = None,
    paired: Annotated[
        bool, typer.Option("--paired", help="The first belongs to the first, and so on.")
    ] = False,
    sides: Annotated[
        bool, typer.Option("--sides", help="Right against left (what one folder alone gets).")
    ] = False,
    truth: Annotated[
        Path | None, typer.Option(help="True angles of the one recording: .csv like ours, or .mot.")
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print to PDF; one folder alone: its report.html.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The page to write; by default named by what it compares.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier page.")] = False,
) -> None:
    """Compare recordings, the sides of one, or an estimate with the truth; print pages.

    Two folders: the first against the second, stride by stride. More on a side: name the other
    side's with --against, and mean strides of recordings are compared. One folder, or
    three and more without --against: right against left. Where curves differ is found by
    permutation, with 5 % for the whole cycle.
    """
    from kinefuse.report.compared_page import write_comparison
    from kinefuse.report.printing import find_browser, print_page
    from kinefuse.whole_folders import refuse_files

    if out is not None and out.suffix.lower() == ".pdf":
        raise NamedAsItsPrint(out)
    browser = find_browser() if pdf else None
    if browser and len(results) == 1 and not (against or sides or truth or out):
        page, printed = results[0] / "report.html", results[0] / "report.pdf"
        _has_page(page)
        refuse_files([printed], force=force)
        print_page(page, printed, browser)
        print(f"Printed: {printed}")
        return
    found, name = _asked(results, against or [], paired=paired, sides=sides, truth=truth)
    page = out or name
    refuse_files([page, *([page.with_suffix(".pdf")] if browser else [])], force=force)
    write_comparison(page, found, against_truth=truth is not None)
    from kinefuse.report.compared_page import caution, headline

    print(headline(found))
    print(caution(found))
    print(f"Page: {page}")
    if browser:
        print_page(page, page.with_suffix(".pdf"), browser)
        print(f"Printed: {page.with_suffix('.pdf')}")


def _asked(
    results: list[Path], against: list[Path], *, paired: bool, sides: bool, truth: Path | None
) -> "tuple[Compared, Path]":
    """What is compared with what, and the name of a page for it."""
    import numpy as np

    from kinefuse.formats.angle_tables import read_angles
    from kinefuse.report.compared import by_joint, by_side, compared
    from kinefuse.report.results import read_result, with_truth

    _refuse_contradictions(results, against, paired=paired, sides=sides, truth=truth)
    rng = np.random.default_rng(SEED)
    if not against and len(results) == 2 and not sides:
        results, against = results[:1], results[1:]
    first = [read_result(folder) for folder in results]
    if truth is not None:
        ours, theirs = with_truth(first[0], read_angles(truth)[0])
        groups = by_joint(ours.name, [ours]), by_joint("truth", [theirs])
        return compared(*groups, rng, paired=True), results[0] / "truth.html"
    if against:
        second = [read_result(folder) for folder in against]
        groups = by_joint(_name(first), first), by_joint(_name(second), second)
        return compared(*groups, rng, paired=paired), Path("comparison.html")
    groups = by_side("r", first), by_side("l", first)
    place = results[0] if len(results) == 1 else Path()
    return compared(*groups, rng, paired=len(first) > 1), place / "sides.html"


def _refuse_contradictions(
    results: list[Path], against: list[Path], *, paired: bool, sides: bool, truth: Path | None
) -> None:
    from kinefuse.errors import Impossible

    if truth is not None and (len(results) > 1 or against or sides):
        raise Impossible("--truth", "is of one recording", "name one folder alone")
    if sides and against:
        raise Impossible("--sides", "and --against compare different things", "say one of them")
    if paired and (len(against) < 2 or len(against) != len(results)):
        raise Impossible(
            "--paired",
            f"cannot pair {len(results)} with {len(against)}",
            "name as many folders after --against as before it, two or more",
        )


def _name(results: list) -> str:
    return (
        results[0].name if len(results) == 1 else f"{results[0].name} and {len(results) - 1} more"
    )


def _has_page(page: Path) -> None:
    from kinefuse.errors import UnreadableFile

    if not page.is_file():
        raise UnreadableFile(page, "there is no such page", "name a folder of results")
