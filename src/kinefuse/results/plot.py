"""Mean strides as a drawing for a notebook, a page or a paper; no plotting library is needed.

The panels are those of the report. Here they carry their own colours, since a notebook has none
for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from kinefuse.anatomy.joints import PLANES
from kinefuse.errors import KinefuseError, UnknownChoice
from kinefuse.estimation import Estimate
from kinefuse.recordings import JointAngles
from kinefuse.report.cycles import cut_cycles
from kinefuse.report.figures import HEIGHT, WIDTH, Panel, plot_cycles
from kinefuse.whole_files import write_text

_COLUMNS = len(PLANES)
_TITLE_PX, _GAP_PX = 26, 10
_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
_PAPER = "background: #ffffff; color: #1b1f24; max-width: 1080px; font: 14px system-ui, sans-serif"
_GRID = "display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 10px"
# Okabe & Ito (2008), as in the report; on white, since papers and most notebooks are.
_STYLE = f"""
.kinefuse text {{ font: 12px {_FONT}; fill: #5a626c; }}
.kinefuse .title {{ font-weight: 600; font-size: 14px; fill: #1b1f24; }}
.kinefuse .end {{ text-anchor: end; }} .kinefuse .middle {{ text-anchor: middle; }}
.kinefuse .grid {{ stroke: #d9dde3; }} .kinefuse .zero {{ stroke: #5a626c; }}
.kinefuse text.side {{ font-weight: 700; font-size: 14px; }}
.kinefuse text.r, .kinefuse polygon.r {{ fill: #0060a0; }}
.kinefuse text.l, .kinefuse polygon.l {{ fill: #c04a00; }}
.kinefuse polyline {{ fill: none; stroke-width: 2.4; stroke-linejoin: round; }}
.kinefuse polyline.r, .kinefuse polygon.r {{ stroke: #0060a0; }}
.kinefuse polyline.l, .kinefuse polygon.l {{ stroke: #c04a00; }}
.kinefuse polyline.l {{ stroke-dasharray: 8 4; }}
.kinefuse .band {{ fill-opacity: .28; stroke-opacity: 0; }}
.kinefuse .interval {{ fill-opacity: .12; stroke-opacity: .5; stroke-width: .8; }}
.kinefuse polyline.truth {{ stroke: #1b1f24; stroke-width: 1.2; }}
.kinefuse polyline.truth.l {{ stroke-dasharray: 2 3; }}
"""


class NothingToDraw(KinefuseError):
    """There is no complete stride to lay over others."""

    def __init__(self, session: str) -> None:
        super().__init__(
            f"{session}: no complete stride was found, so there is no mean stride to draw; "
            "use to_polars() for the curves over time, or record some steps straight on."
        )


@dataclass(frozen=True)
class Plot:
    """Panels of mean strides; shows itself in notebooks."""

    title: str
    panels: tuple[Panel, ...]

    def _repr_html_(self) -> str:
        """What a notebook shows: panels beside each other as far as there is room."""
        figures = "".join(
            f'<figure style="margin: 0"><figcaption>{escape(panel.title)}</figcaption>'
            f"{panel.svg}</figure>"
            for panel in self.panels
        )
        return (
            f'<div class="kinefuse" style="{_PAPER}"><style>{_STYLE}</style>'
            f'<div style="{_GRID}">{figures}</div><p>{self.legend}</p></div>'
        )

    @property
    def legend(self) -> str:
        """What lines and bands are."""
        known = any('class="interval' in panel.svg for panel in self.panels)
        interval = "; light band: 90 % interval of the mean" if known else ""
        return f"Right solid, left dashed; dark band: SD over strides{interval}."

    def to_svg(self) -> str:
        """One drawing of all panels, three in a row, that needs nothing else."""
        columns = min(_COLUMNS, len(self.panels))
        rows = -(-len(self.panels) // columns)
        width = columns * (WIDTH + _GAP_PX)
        below = rows * (HEIGHT + _TITLE_PX + _GAP_PX)
        height = below + _TITLE_PX
        placed = "".join(
            _placed(panel, (i % columns) * (WIDTH + _GAP_PX), i // columns)
            for i, panel in enumerate(self.panels)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="kinefuse" viewBox="0 0 {width} '
            f'{height}" role="img" aria-label="{escape(self.title, quote=True)}">'
            f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#ffffff"/>'
            f'{placed}<text x="8" y="{below + 14}">{self.legend}</text></svg>'
        )

    def to_html(self) -> str:
        """A page with the drawing alone."""
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(self.title)}</title></head><body style="margin: 12px">'
            f"<h1 style='font: 600 20px system-ui, sans-serif'>{escape(self.title)}</h1>"
            f"{self._repr_html_()}</body></html>\n"
        )

    def save(self, path: Path | str) -> Path:
        """Write a ``.svg`` or ``.html``; an existing file is replaced.

        Raises:
            UnknownChoice: The name ends otherwise.
        """
        path = Path(path)
        if path.suffix not in _WRITTEN_AS:
            raise UnknownChoice("kind of picture", path.suffix or path.name, known=_WRITTEN_AS)
        write_text(path, _WRITTEN_AS[path.suffix](self))
        return path


_WRITTEN_AS: Mapping[str, Callable[[Plot], str]] = {".svg": Plot.to_svg, ".html": Plot.to_html}


def plotted(found: Estimate, joints: Sequence[str] | None, truth: JointAngles | None) -> Plot:
    """The plot of an estimate.

    Raises:
        UnknownChoice: A joint that the estimate does not have.
        NothingToDraw: There is no complete stride.
    """
    known = found.angles.angles_rad
    wanted = tuple(known) if joints is None else tuple(joints)
    for name in wanted:
        if name not in known:
            raise UnknownChoice("joint of this result", name, known=known)
    cycles = cut_cycles(found.angles, found.contacts_s, found.angles_sd_rad)
    true_cycles = cut_cycles(truth, found.contacts_s) if truth else {}
    panels = plot_cycles(
        {name: cycles[name] for name in wanted if name in cycles},
        {name: true_cycles[name] for name in wanted if name in true_cycles},
    )
    if not panels:
        raise NothingToDraw(found.session_name)
    return Plot(f"{found.session_name}: mean strides, {found.activity}", tuple(panels))


def _placed(panel: Panel, x: int, row: int) -> str:
    """A panel as a drawing within the drawing, under its title."""
    y = row * (HEIGHT + _TITLE_PX + _GAP_PX)
    inner = panel.svg.replace(
        "<svg ", f'<svg x="{x}" y="{y + _TITLE_PX}" width="{WIDTH}" height="{HEIGHT}" ', 1
    )
    title = f'<text class="title" x="{x + 8}" y="{y + 18}">{escape(panel.title)}</text>'
    return title + inner
