"""What a search did as drawings (SVG): its history, what mattered, and the score of every choice.

Finished trials are full dots, pruned ones faint rings at their last report. Scores that lie far
above the others would press these together; they are marked by a wedge at the upper edge.
"""

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from kinefuse.report.figures import Panel
from kinefuse.report.importance import Importance
from kinefuse.report.plot_frame import HEIGHT, Frame, Limits, ticks, widened
from kinefuse.report.setting_words import setting
from kinefuse.report.studies import FinishedStudy, FinishedTrial, Setting, scored, settings_of

WIDE, NARROW = 700, 340
_LEAST_SPAN_DEG = 0.2  # so that chance does not look like progress
_FEW_VALUES = 8  # whole numbers with a place of their own on an axis
_MOST_COURSES = 400  # drawn as lines
_ABOVE = 3.0  # how often the best lies below the ordinary, so far above it may a score be drawn
_ABOVE_AT_FIRST = 12.0  # while it is trained


def history(study: FinishedStudy) -> Panel:
    """Score by trial, and the best so far as a staircase."""
    shown = _shown(study)
    numbers = [trial.number for trial, _ in shown]
    frame = Frame(WIDE, widened(min(numbers), max(numbers), 4), _score_limits(study))
    places = [(tick, f"{tick:g}") for tick in ticks(*frame.x_limits) if tick == int(tick) >= 0]
    parts = [*frame.rows(), *frame.columns(places, "trial")]
    parts += _staircase(study, frame)
    parts += [_mark(frame, trial, trial.number, score) for trial, score in shown]
    label = f"Score of {len(shown)} trials in the order of their numbers, and the best so far"
    return Panel("History", frame.svg(parts, label))


def importances(found: Importance) -> Panel:
    """A bar a setting, the longest on top."""
    rows = list(found.shares.items())
    step = min(26.0, (HEIGHT - 24) / len(rows))
    parts = []
    for i, (name, share) in enumerate(rows):
        y, reach = 12 + i * step, 170 * share
        parts.append(
            f'<text class="tick end" x="112" y="{y + step / 2 + 4:.1f}">{_words(name)}</text>'
            f'<rect class="bar" x="120" y="{y + 3:.1f}" width="{max(reach, 0.5):.1f}" '
            f'height="{step - 6:.1f}"/>'
            f'<text class="tick" x="{126 + reach:.1f}" y="{y + step / 2 + 4:.1f}">'
            f"{100 * share:.0f} %</text>"
        )
    frame = Frame(NARROW, (0, 1), (0, 1))
    label = "; ".join(f"{name} {100 * share:.0f} %" for name, share in rows)
    return Panel("Importance", frame.svg(parts, f"Importance of each setting: {label}"))


def courses(study: FinishedStudy) -> Panel | None:
    """Score by iteration, a line a trial; None if nothing was reported on the way."""
    told = [trial for trial in study.trials if len(trial.history) > 1][:_MOST_COURSES]
    if not told:
        return None
    longest = max(step for trial in told for step, _ in trial.history)
    frame = Frame(NARROW, (0, float(longest)), _score_limits(study, _ABOVE_AT_FIRST))
    places = [(tick, f"{tick:g}") for tick in ticks(*frame.x_limits)]
    parts = [*frame.rows(), *frame.columns(places, "iteration")]
    for trial in sorted(told, key=lambda trial: trial.state == "complete"):
        top = frame.y_limits[1]
        points = " ".join(
            f"{frame.x(step):.1f},{frame.y(min(score, top)):.1f}"
            for step, score in trial.history
            if np.isfinite(score)
        )
        parts.append(f'<polyline class="course {_kind(trial)}" points="{points}"/>')
    return Panel("Course", frame.svg(parts, f"Score of {len(told)} trials while they trained"))


def slices(study: FinishedStudy, found: Importance | None) -> list[Panel]:
    """The score against every setting, the most important first."""
    order = list(found.shares) if found else []
    names = sorted(settings_of(study), key=lambda n: order.index(n) if n in order else len(order))
    return [_slice(study, name) for name in names]


def _slice(study: FinishedStudy, name: str) -> Panel:
    shown = [(trial, score) for trial, score in _shown(study) if name in trial.settings]
    values = sorted({trial.settings[name] for trial, _ in shown})
    few = len(values) <= _FEW_VALUES and not any(isinstance(value, float) for value in values)
    if few:
        limits, places = (-0.5, len(values) - 0.5), [(i, setting(v)) for i, v in enumerate(values)]
    else:
        limits = _setting_limits(values)
        places = [(tick, f"{tick:g}") for tick in ticks(*limits)]
    frame = Frame(NARROW, limits, _score_limits(study))
    parts = [*frame.rows(), *frame.columns(places, name.replace("_", " "))]
    for trial, score in shown:
        value = trial.settings[name]
        x = values.index(value) + _aside(trial.number) if few else float(value)
        parts.append(_mark(frame, trial, x, score))
    return Panel(name.replace("_", " ").capitalize(), frame.svg(parts, f"Score against {name}"))


def _shown(study: FinishedStudy) -> list[tuple[FinishedTrial, float]]:
    """Finished and pruned trials with a score, the finished last, so that they lie on top."""
    every = scored(study, "complete", "pruned")
    return sorted(every, key=lambda pair: pair[0].state == "complete")


def _score_limits(study: FinishedStudy, above: float = _ABOVE) -> Limits:
    """From the best to what lies not too far above the ordinary."""
    finished = [score for _, score in scored(study)]
    told = [score for trial in study.trials for _, score in trial.history if np.isfinite(score)]
    reached = [score for _, score in _shown(study)] if above == _ABOVE else [*finished, *told]
    low, middle = min(reached), float(np.median(finished))
    high = min(max(reached), middle + above * max(middle - low, _LEAST_SPAN_DEG))
    return widened(low, high, _LEAST_SPAN_DEG)


def _setting_limits(values: Sequence[Setting]) -> Limits:
    low, high = float(values[0]), float(values[-1])
    return widened(low, high, 0.0 if high > low else abs(low) or 1.0)


def _staircase(study: FinishedStudy, frame: Frame) -> Iterator[str]:
    """The best so far, and its value at the end."""
    best = float("inf")
    path = ""
    for trial, score in scored(study):
        if score < best:
            best = score
            x, y = f"{frame.x(trial.number):.1f}", f"{frame.y(min(score, frame.y_limits[1])):.1f}"
            path += f"H{x}V{y}" if path else f"M{x} {y}"
    if path:
        yield f'<path class="best" d="{path}H{frame.x(frame.x_limits[1]):.1f}"/>'
        x, y = frame.x(frame.x_limits[1]), frame.y(best)
        yield f'<text class="tick end value" x="{x:.1f}" y="{y + 14:.1f}">best {best:.2f}°</text>'


def _mark(frame: Frame, trial: FinishedTrial, x: float, score: float) -> str:
    told = f"trial {trial.number}, {trial.state}: {score:.2f}°"
    title = f"<title>{escape(told)}</title>"
    kind, across = _kind(trial), frame.x(x)
    if not frame.inside(score):
        y = frame.y(frame.y_limits[1])
        wedge = f"M{across - 4:.1f} {y + 7:.1f}h8l-4 -7z"
        return f'<path class="dot {kind}" d="{wedge}">{title}</path>'
    y = frame.y(score)
    return f'<circle class="dot {kind}" cx="{across:.1f}" cy="{y:.1f}" r="3">{title}</circle>'


def _kind(trial: FinishedTrial) -> str:
    return "complete" if trial.state == "complete" else "pruned"


def _aside(number: int) -> float:
    """Keeps dots of one value apart; evenly spread by the golden ratio, not by chance."""
    return 0.5 * (number * 0.6180339887 % 1) - 0.25


def _words(name: str) -> str:
    return escape(name.replace("_", " "))
