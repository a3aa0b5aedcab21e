"""Draws ``frames.svg``: the axes and the positive angles, posed by the program's own functions.

Run it from anywhere: ``python docs/figures/draw_frames.py``. Nothing is placed by hand that a sign
could get wrong: segments hang on ``rotation_of_angles`` and every curved arrow leads from the
neutral posture to one with that angle positive.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import joint

WIDTH, HEIGHT = 960, 540
X, Y, Z = np.eye(3)
VIEWS = {"side": (X, Y), "back": (Z, Y), "above": (Z, X)}
"""What points to the right and what points up on the paper; the viewer is where their cross
product points: at the person's right, behind, above."""
AXES = {"x": X, "y": Y, "z": Z}
LENGTH_M = {"pelvis": 0.16, "thigh": 0.42, "shank": 0.42, "foot": 0.2}
HIP_M = 0.13  # wider than life, for room
PIXELS_PER_M = 390

STYLE = """
svg { --ink: #1b1f24; --soft: #626a74; --bone: #aeb6c0; --x: #c04a00; --y: #00734d; --z: #0060a0;
  --plus: #8a2a6b; --paper: #fff; background: var(--paper); font: 15px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8eaed; --soft: #a3abb5; --bone: #555d68;
  --x: #f2a13c; --y: #4fc3a1; --z: #6bbcf0; --plus: #e58fc4; --paper: #14171b; } }
text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 13px; }
.title { font-weight: 700; } .bone { stroke: var(--bone); stroke-width: 12; stroke-linecap: round; }
.line { fill: none; stroke: var(--soft); stroke-width: 1.5; } .dash { stroke-dasharray: 4 4; }
.x { --tone: var(--x); } .y { --tone: var(--y); } .z { --tone: var(--z); }
.plus { --tone: var(--plus); }
.axis { stroke: var(--tone); fill: none; stroke-width: 2.6; } .tip, .dot { fill: var(--tone); }
.name { fill: var(--tone); font-weight: 700; font-size: 14px; } .ring { fill: var(--paper); }
"""


def drawing() -> str:
    """The whole picture."""
    parts = [*_side(185, 178), *_back(590, 130), *_above(830, 170), *_world(60, 460)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Axes of world, segments and sensors, and the positive joint angles">'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )


class View:
    """One way of looking at the scene: metres to pixels."""

    def __init__(self, name: str, left: float, top: float) -> None:
        self.right, self.up = VIEWS[name]
        self.towards_viewer = np.cross(self.right, self.up)
        self.origin = np.array([left, top])

    def point(self, position_m: np.ndarray) -> np.ndarray:
        """Pixel of a position."""
        flat = np.array([position_m @ self.right, -position_m @ self.up])
        return self.origin + PIXELS_PER_M * flat

    def frame(self, at_m: np.ndarray, R: np.ndarray, size_m: float = 0.13) -> list[str]:
        """Three axes; one that points at the viewer is a dot, one that points away a cross."""
        start, parts = self.point(at_m), []
        for name, axis in AXES.items():
            direction = R @ axis
            if abs(direction @ self.towards_viewer) > 0.9:
                parts.append(_out_or_in(start, name, direction @ self.towards_viewer > 0))
            else:
                end = self.point(at_m + size_m * direction)
                label = _beside(self.point(at_m + (size_m + 0.035) * direction), 0, 5)
                parts.insert(0, _arrow([start, end], name) + _text(label, name, f"name {name} mid"))
        return parts

    def turn(self, centre_m: np.ndarray, start_m: np.ndarray, R_new_old: np.ndarray) -> str:
        """A curved arrow of a positive angle: where ``start_m`` goes when R turns it."""
        tangent = so3.log(R_new_old)
        arc = [centre_m + so3.exp(share * tangent) @ start_m for share in np.linspace(0, 1, 20)]
        return _arrow([self.point(p) for p in arc], "plus")


def _side(left: float, top: float) -> list[str]:
    """A right leg in swing, seen from the person's right."""
    view, degrees = View("side", left, top), {"hip": 35.0, "knee": 50.0, "ankle": 12.0}
    at, R = np.zeros(3), np.eye(3)
    waist = at + LENGTH_M["pelvis"] * Y
    parts = [_text((left - 150, 30), "From the right: flexion", "title")]
    parts += [_bone(view, at, waist), *view.frame(waist, R)]
    parts.append(_text(_beside(view.point(waist), -70, 40), "pelvis", "soft"))
    for kind, value in degrees.items():
        named = joint(f"{kind}_r")
        neutral = 0.22 * (X if kind == "ankle" else -Y)
        R_proximal_distal = rotation_of_angles(np.deg2rad([value, 0.0, 0.0]), named)
        parts.append(_line(view, at, at + R @ (1.35 * neutral)))
        turn_in_world = R @ R_proximal_distal @ so3.transpose(R)
        parts.append(view.turn(at, R @ neutral, turn_in_world))
        middle = at + R @ so3.exp(so3.log(R_proximal_distal) / 2) @ (1.25 * neutral)
        word = "dorsiflexion +" if kind == "ankle" else f"{kind} flexion +"
        parts.append(_text(_beside(view.point(middle), *_WORD_AT[kind]), word, "name plus"))
        R = R @ R_proximal_distal
        stem = named.distal[:-2]
        end = at + R @ (LENGTH_M[stem] * (X if stem == "foot" else -Y))
        parts.insert(1, _bone(view, at, end))
        parts += view.frame(at, R)
        name_at = _beside(view.point(at + 0.6 * (end - at)), *_NAME_AT[stem])
        parts.append(_text(name_at, stem, "soft"))
        if stem == "shank":
            parts += _sensor(view, at + 0.6 * (end - at), R)
        at = end if stem != "foot" else at
    return parts


_WORD_AT = {"hip": (-135, 10), "knee": (34, -18), "ankle": (14, 8)}
_NAME_AT = {"thigh": (14, -10), "shank": (-58, -18), "foot": (-14, 34)}
"""Pixels from what is named to its name."""


def _sensor(view: View, at: np.ndarray, R: np.ndarray) -> list[str]:
    """A box with axes of its own, on the skin in front of the shank."""
    place = at + R @ (0.06 * X)
    corners = [view.point(place + R @ so3.exp(0.5 * Z) @ (0.035 * c)) for c in _SQUARE]
    outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    x, y = _beside(view.point(place), 26, 12)
    return [
        f'<polygon class="line ring" points="{outline}"/>',
        _text((x, y), "sensor: strapped on", "soft"),
        _text((x, y + 16), "in any direction", "soft"),
    ]


_SQUARE = (X + Y, X - Y, -X - Y, -X + Y)


def _back(left: float, top: float) -> list[str]:
    """Both legs from behind; positive adduction brings either towards the midline."""
    view = View("back", left, top)
    parts = [
        _text((left - 110, 30), "From behind: adduction", "title"),
        _line(view, 0.1 * Y, -0.92 * Y),
        _text(view.point(-0.97 * Y), "midline", "soft mid"),
        _bone(view, HIP_M * Z, -HIP_M * Z),
    ]
    for side, hip in (("r", HIP_M * Z), ("l", -HIP_M * Z)):
        R = rotation_of_angles(np.deg2rad([0.0, -12.0, 0.0]), joint(f"hip_{side}"))
        knee, ankle = hip - R @ (0.42 * Y), hip - R @ (0.84 * Y)
        parts += [_bone(view, hip, ankle), *view.frame(hip, R, 0.11)]
        inwards = rotation_of_angles(np.deg2rad([0.0, 13.0, 0.0]), joint(f"hip_{side}"))
        parts.append(view.turn(hip, 0.62 * (knee - hip) / 0.42, inwards))
        parts.append(_text(view.point(ankle - 0.05 * Y), _SIDE_WORDS[side], "soft mid"))
        parts.append(_text(view.point(hip - R @ inwards @ (0.67 * Y)), "+", "name plus mid"))
    return parts


_SIDE_WORDS = {"r": "right", "l": "left"}


def _above(left: float, top: float) -> list[str]:
    """Both feet from above; positive internal rotation turns the toes towards the midline."""
    view = View("above", left, top)
    parts = [
        _text((left - 120, 30), "From above: rotation", "title"),
        _line(view, 0.2 * X, -0.1 * X),
    ]
    for side, ankle in (("r", HIP_M * Z), ("l", -HIP_M * Z)):
        R = rotation_of_angles(np.deg2rad([0.0, 0.0, -15.0]), joint(f"ankle_{side}"))
        parts += [_bone(view, ankle, ankle + R @ (0.2 * X)), *view.frame(ankle, R, 0.11)]
        inwards = rotation_of_angles(np.deg2rad([0.0, 0.0, 25.0]), joint(f"ankle_{side}"))
        parts.append(view.turn(ankle, R @ (0.22 * X), inwards))
        parts.append(_text(view.point(ankle + R @ inwards @ (0.25 * X)), "+", "name plus mid"))
        parts.append(_text(view.point(ankle - 0.07 * X), _SIDE_WORDS[side], "soft mid"))
    below = top + 110
    rows = (
        ("at rest a sensor reads +9.81 m/s²", "on the axis that points up"),
        ("z axes point right on both sides,", "yet + angles mirror each other"),
        ("⊙ towards you, ⊗ away from you", ""),
    )
    for i, (first, second) in enumerate(rows):
        parts += [_text((left - 120, below + 52 * i), first, "soft")]
        parts += [_text((left - 120, below + 52 * i + 18), second, "soft")]
    return parts


def _world(left: float, top: float) -> list[str]:
    """The world's axes, and gravity's support."""
    view = View("side", left, top)
    return [
        *view.frame(np.zeros(3), np.eye(3), 0.17),
        _text((left - 40, top + 30), "world: y up", ""),
        _text((left - 40, top + 48), "x anywhere level", "soft"),
    ]


def _bone(view: View, start_m: np.ndarray, end_m: np.ndarray) -> str:
    (x1, y1), (x2, y2) = view.point(start_m), view.point(end_m)
    return f'<line class="bone" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _line(view: View, start_m: np.ndarray, end_m: np.ndarray) -> str:
    (x1, y1), (x2, y2) = view.point(start_m), view.point(end_m)
    return f'<line class="line dash" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _arrow(points: Sequence[np.ndarray], name: str) -> str:
    along = points[-1] - points[-2]
    along = along / np.linalg.norm(along)
    across, tip = np.array([-along[1], along[0]]), points[-1]
    head = " ".join(
        f"{x:.1f},{y:.1f}"
        for x, y in (tip + 4 * along, tip - 7 * along + 5 * across, tip - 7 * along - 5 * across)
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<g class="{name}"><polyline class="axis" points="{line}"/>'
        f'<polygon class="tip" points="{head}"/></g>'
    )


def _out_or_in(at: np.ndarray, name: str, out: bool) -> str:
    x, y = at
    inside = f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'
    if not out:
        inside = (
            f'<path class="axis" d="M{x - 4:.1f} {y - 4:.1f}l8 8M{x - 4:.1f} {y + 4:.1f}l8 -8"/>'
        )
    ring = f'<circle class="axis ring" style="fill: var(--paper)" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
    return f'<g class="{name}">{ring}{inside}</g>' + _text(
        _beside(at, -14, 16), name, f"name {name} mid"
    )


def _beside(at: np.ndarray, right: float, down: float) -> np.ndarray:
    return at + np.array([right, down])


def _text(at: Sequence[float], words: str, classes: str) -> str:
    anchor = ' text-anchor="middle"' if classes.endswith("mid") else ""
    return f'<text class="{classes}" x="{at[0]:.1f}" y="{at[1]:.1f}"{anchor}>{words}</text>'


if __name__ == "__main__":
    (Path(__file__).parent / "frames.svg").write_text(drawing(), encoding="utf-8")
