"""One page on a reproduction of the whole paper: self-contained, needs no network to be read."""

import base64
from importlib.metadata import version
from pathlib import Path

from kinefuse.report.comparison import SCORE_WORDS, columns_of, comparisons, headlines
from kinefuse.report.published_figures import PAPER, RERUN
from kinefuse.report.reproduction import Picture, Reproduction
from kinefuse.report.setting_words import setting
from kinefuse.report.templating import environment
from kinefuse.whole_files import write_text


def write_reproduction(found: Reproduction, path: Path) -> None:
    """Write the page; a reader never meets half of it. An existing one is replaced."""
    write_text(path, render_reproduction(found))


def render_reproduction(found: Reproduction) -> str:
    """The page as text."""
    scored = not found.final.is_empty()  # without a score there may not even be columns
    tables = comparisons(found.final) if scored else []
    conditions = list(dict.fromkeys(table.condition for table in tables))
    return (
        environment(setting=setting)
        .get_template("reproduction.html")
        .render(
            found=found,
            conditions=conditions,
            headlines={condition: headlines(found.final, condition) for condition in conditions},
            tables={c: [table for table in tables if table.condition == c] for c in conditions},
            columns_of=columns_of,
            score_words=SCORE_WORDS,
            pictures=[(picture, _carried(picture)) for picture in found.pictures],
            sources={"calibrated": PAPER, "raw": RERUN},
            version=version("kinefuse"),
        )
    )


def _carried(picture: Picture) -> str:
    """The drawing as an image's address: what is in it can neither run nor restyle the page."""
    if not picture.svg:
        return ""
    packed = base64.b64encode(picture.svg.encode()).decode()
    return f"data:image/svg+xml;base64,{packed}"
