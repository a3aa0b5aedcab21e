"""A comparison of recordings as one self-contained page."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from kinefuse import metrics
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.report.agreement_figure import agreement_drawing
from kinefuse.report.compared import Compared, CurveRow, FigureRow
from kinefuse.report.cycle_drawing import Band, Scene, drawing, runs
from kinefuse.report.figures import PLANE_WORDS, Panel
from kinefuse.report.templating import environment, limits
from kinefuse.report.verdict import readable
from kinefuse.statistics.permutation import ALPHA
from kinefuse.whole_files import write_text


@dataclass(frozen=True)
class RegionRow:
    """Where one curve differs, for the table."""

    joint: str
    plane: str
    p: float
    differs: bool
    regions: str
    """Parts of the stride, such as '10 to 25 %'."""
    largest_deg: float
    at_percent: float


@dataclass(frozen=True)
class TruthRow:
    """Errors of one joint and plane over all strides [deg]."""

    joint: str
    plane: str
    rmse_deg: float
    rmse_mean_removed_deg: float


def write_comparison(path: Path, found: Compared, *, against_truth: bool) -> None:
    """Write the page whole or not at all."""
    write_text(path, render(found, against_truth=against_truth))


def render(found: Compared, *, against_truth: bool) -> str:
    """The page as text.

    Args:
        found: The comparison.
        against_truth: Whether the second side is known to be right.
    """
    agreeing = [row for row in found.figures if row.agreement]
    return (
        environment(readable=readable, limits=limits)
        .get_template("compared.html")
        .render(
            found=found,
            labels=("R", "L") if found.first.name == "right" else ("A", "B"),
            headline=headline(found),
            caution=caution(found),
            panels=panels(found),
            regions=[region_row(row) for row in found.curves],
            figures=found.figures,
            timing=found.timing,
            agreeing=agreeing,
            scatter=[agreement_panel(row) for row in agreeing if _drawn(row)],
            errors=[_errors(row) for row in found.curves] if against_truth else [],
            words=plane_words,
            version=version("kinefuse"),
            alpha_percent=round(100 * ALPHA),
            against_truth=against_truth,
        )
    )


def headline(found: Compared) -> str:
    """What came out, in a sentence."""
    if not found.can_tell:
        smallest = min(row.test.smallest_p for row in found.curves)
        return (
            f"Too few cases: with {found.cases[0]} against {found.cases[1]} no difference can "
            f"reach {ALPHA:.0%} (the smallest possible p is {smallest:.2g})."
        )
    count, total = found.differing, len(found.curves)
    if not count:
        return f"None of {total} curves differs at any point of the stride."
    return (
        f"{count} of {total} curves differ{'s' if count == 1 else ''} at some part of the stride."
    )


def caution(found: Compared) -> str:
    """Whom such a result speaks of."""
    if found.unit == "stride" and found.paired:
        return (
            f"The same {found.cases[0]} strides by both; signs of their differences were turned. "
            "Strides of one recording are not independent people: this tells whether the two "
            "differ in this recording, by however little."
        )
    if found.unit == "stride":
        return (
            f"Single strides were exchanged ({found.cases[0]} and {found.cases[1]}). Strides of "
            "one recording are not independent people: this tells whether these recordings differ, "
            "not whether people do, nor why. Sensors put on anew make a difference of their own."
        )
    how = "in pairs" if found.paired else "without pairs"
    return (
        f"The mean strides of {found.cases[0]} and {found.cases[1]} recordings were exchanged "
        f"{how}. This speaks of people only as far as each recording is of somebody else"
        + (", but for its pair." if found.paired else ".")
    )


def panels(found: Compared) -> list[Panel]:
    """A drawing a curve."""
    sides = found.first.name == "right"
    labels = ("R", "L") if sides else ("A", "B")
    drawn = []
    for row in found.curves:
        title = f"{readable(row.joint)} {plane_words(row.joint, row.plane)}".capitalize()
        bands = [
            Band(key, curves.mean(axis=0), curves.std(axis=0, ddof=1), label=label)
            for key, curves, label in zip("rl", (row.first, row.second), labels, strict=True)
        ]
        told = (
            f"{title}: {found.first.name} from {bands[0].mean_deg.min():.0f} to "
            f"{bands[0].mean_deg.max():.0f}, {found.second.name} from "
            f"{bands[1].mean_deg.min():.0f} to {bands[1].mean_deg.max():.0f} degrees; "
            f"{region_row(row).regions or 'no difference found'}"
        )
        scene = Scene(title=title, told=told, bands=bands, beyond=row.test.differs)
        drawn.append(Panel(title, drawing(scene)))
    return drawn


def region_row(row: CurveRow) -> RegionRow:
    """Where and how much."""
    test = row.test
    at = int(np.abs(test.difference).argmax())
    regions = ", ".join(_percents(a, b) for a, b in runs(test.differs))
    return RegionRow(
        joint=row.joint,
        plane=plane_words(row.joint, row.plane),
        p=test.p,
        differs=bool(test.differs.any()),
        regions=regions,
        largest_deg=float(test.difference[at]),
        at_percent=100 * at / (len(test.difference) - 1),
    )


def _percents(begin: float, end: float) -> str:
    ends = dict.fromkeys((f"{begin:.0f}", f"{end:.0f}"))  # one, where both are alike
    return " to ".join(ends) + " %"


def plane_words(joint: str, plane: int | None) -> str:
    """What a plane is called at a joint or a kind of joint."""
    if plane is None:
        return ""
    kind = JOINTS[joint].kind if joint in JOINTS else joint
    return PLANE_WORDS[kind][plane]


def agreement_panel(row: FigureRow) -> Panel:
    """A Bland-Altman drawing."""
    title = f"{readable(row.joint)} {plane_words(row.joint, row.plane)}, {row.figure}".capitalize()
    assert row.pairs is not None and row.agreement is not None  # noqa: PT018  # those that agree
    return Panel(title, agreement_drawing(title, *row.pairs, row.agreement))


def _drawn(row: FigureRow) -> bool:
    """One drawing a joint: the range of flexion."""
    return row.figure == "range" and row.plane == PLANES.index("flexion")


def _errors(row: CurveRow) -> TruthRow:
    both = row.first.reshape(-1), row.second.reshape(-1)
    return TruthRow(
        row.joint,
        plane_words(row.joint, row.plane),
        float(metrics.rmse(*both)),
        float(metrics.rmse_mean_removed(*both)),
    )
