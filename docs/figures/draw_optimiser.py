"""Draws the figures of ``docs/optimiser.md`` with the program's own functions on a simulated walk.

Run it from anywhere: ``python docs/figures/draw_optimiser.py``. A minute; nothing is drawn that was
not computed, but for the two sketches of bones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kinefuse.dataset.conditions import on_flesh
from kinefuse.optimiser import estimate_body, fitted
from kinefuse.optimiser.joint_centres import LeverArm
from kinefuse.optimiser.paths import Knots
from kinefuse.optimiser.paths import Path as Reckoned
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import Trial
from kinefuse.simulation.gait import simulate_person

HOME = Path(__file__).parent
SEED, RATE_HZ, SECONDS = 20260, 100.0, 30.0
BIAS_DEG_S = np.array([0.6, -0.4, 1.8])
STYLE = """
svg { --ink: #1b1f24; --soft: #626a74; --bone: #aeb6c0; --rule: #d9dde3; --a: #0060a0; --b: #c04a00;
  --c: #00734d; --paper: #fff; background: var(--paper); font: 14px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8eaed; --soft: #a3abb5; --bone: #555d68;
  --rule: #353b43; --a: #6bbcf0; --b: #f2a13c; --c: #4fc3a1; --paper: #14171b; } }
text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 12px; }
.title { font-weight: 700; }
.mid { text-anchor: middle; } .end { text-anchor: end; }
.rule { stroke: var(--rule); } .axis { stroke: var(--soft); } .dash { stroke-dasharray: 5 4; }
.a { --tone: var(--a); } .b { --tone: var(--b); } .c { --tone: var(--c); }
.i { --tone: var(--ink); }
.curve { fill: none; stroke: var(--tone); stroke-width: 1.8; stroke-linejoin: round; }
.name { fill: var(--tone); font-weight: 600; } .dot { fill: var(--tone); }
.bone { stroke: var(--bone); stroke-width: 14; stroke-linecap: round; }
.box { fill: var(--paper); stroke: var(--tone); stroke-width: 2.5; }
.arrow { stroke: var(--tone); stroke-width: 2; fill: none; }
.cell { fill: var(--rule); opacity: .6; }
.area { fill: var(--tone); opacity: .16; }
"""


class Plot:
    """One system of axes: numbers in, SVG out."""

    def __init__(self, box, x, y, words=("", "", "")) -> None:
        self.left, self.top, self.width, self.height = box
        self.x, self.y, self.words = x, y, words
        self.parts: list[str] = []

    def at(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        """Pixels."""
        (x0, x1), (y0, y1) = self.x, self.y
        return (
            self.left + (np.asarray(x, float) - x0) / (x1 - x0) * self.width,
            self.top + (y1 - np.asarray(y, float)) / (y1 - y0) * self.height,
        )

    def curve(self, x, y, tone: str, extra: str = "") -> None:
        """A line through all points that are inside."""
        inside = (np.asarray(x) >= self.x[0]) & (np.asarray(x) <= self.x[1])
        px, py = self.at(np.asarray(x)[inside], np.clip(np.asarray(y)[inside], *self.y))
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py, strict=True))
        self.parts.append(f'<polyline class="curve {tone} {extra}" points="{points}"/>')

    def say(self, x, y, text: str, tone: str, anchor: str = "") -> None:
        """A word at a place."""
        px, py = self.at(x, y)
        self.parts.append(f'<text class="name {tone} {anchor}" x="{px}" y="{py}">{text}</text>')

    def drawn(self, x_ticks: Sequence[float], y_ticks: Sequence[float], unit: str = "") -> str:
        """Axes below, curves above."""
        title, x_words, y_words = self.words
        floor = self.top + self.height
        out = [f'<text class="title" x="{self.left}" y="{self.top - 12}">{title}</text>']
        for tick in y_ticks:
            y = self.at(0, tick)[1]
            out.append(
                f'<line class="rule" x1="{self.left}" x2="{self.left + self.width}" '
                f'y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<text class="soft end" x="{self.left - 6}" y="{y + 4:.1f}">{tick:g}{unit}</text>'
            )
        for tick in x_ticks:
            x = self.at(tick, 0)[0]
            out.append(f'<text class="soft mid" x="{x:.1f}" y="{floor + 18}">{tick:g}</text>')
        middle = self.left + self.width / 2
        out.append(f'<text class="soft mid" x="{middle}" y="{floor + 36}">{x_words}</text>')
        out.append(f'<text class="soft" x="{self.left}" y="{self.top + 4}">{y_words}</text>')
        return "".join(out + self.parts)


def svg(name: str, size: tuple[int, int], label: str, parts: Sequence[str]) -> None:
    """Write one drawing."""
    width, height = size
    (HOME / name).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{label}"><style>{STYLE}</style>{"".join(parts)}</svg>\n'
    )


def walk() -> Trial:
    """A person nobody was fitted on, sensors on soft flesh with a known bias."""
    trial = simulate_person(
        "walking", np.random.default_rng(SEED), seconds=SECONDS, rate_hz=RATE_HZ, name="figure"
    )
    trial = on_flesh(trial, 1.0)
    sensors = {
        s: replace(imu, gyr_rad_s=imu.gyr_rad_s + np.deg2rad(BIAS_DEG_S))
        for s, imu in trial.imus.sensors.items()
    }
    return replace(trial, imus=replace(trial.imus, sensors=sensors))


def cells(trial: Trial) -> None:
    """What a knot is: samples, cells, and the slow turn that mends the gyroscope's path."""
    segment, shown = "thigh_r", 8.0
    body = estimate_body(trial.imus, "walking")
    R_true = trial.poses.R_world_segment[segment]
    reckoned = R_true[0] @ dead_reckoning(trial.imus[segment].gyr_rad_s, RATE_HZ)
    t = np.arange(len(R_true)) / RATE_HZ
    plot = Plot((70, 60, 620, 190), (0, shown), (-40, 50), ("Thigh: forward tilt", "", ""))
    for k in range(0, int(shown) + 1, 2):
        a, b = (float(plot.at(np.clip(k + side, 0, shown), 0)[0]) for side in (-0.5, 0.5))
        plot.parts.append(
            f'<rect class="cell" x="{a:.1f}" y="60" width="{b - a:.1f}" height="236"/>'
        )
    plot.curve(t, tilt_deg(R_true), "i", "dash")
    plot.curve(t, tilt_deg(reckoned), "b")
    plot.curve(t, tilt_deg(body.R_world_segment[segment]), "a")
    words = (("i", "truth (dashed)"), ("b", "S: gyroscope"), ("a", "C S: slowly turned"))
    legend = [
        f'<text class="name {tone}" x="{250 + 140 * n}" y="48">{text}</text>'
        for n, (tone, text) in enumerate(words)
    ]
    marks = []
    for k in range(int(shown) + 1):
        x = float(plot.at(k, 0)[0])
        marks.append(f'<circle class="dot c" cx="{x:.1f}" cy="282" r="6"/>')
        marks.append(f'<text class="soft mid" x="{x:.1f}" y="312">{k} s</text>')
    for i in range(int(shown * 10) + 1):
        x = float(plot.at(i / 10, 0)[0])
        marks.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="262" y2="268"/>')
    text = (
        '<text class="name c" x="70" y="340">knots: C, bias, alignment</text>'
        '<text class="soft" x="285" y="340">ticks: every tenth sample; stripes: cells, what lies '
        "nearest to a knot</text>"
    )
    parts = [plot.drawn((), (-20, 0, 20, 40), "°"), *legend, *marks, text]
    svg("optimiser_cells.svg", (740, 360), "Samples, cells and knots", parts)


def tilt_deg(R: np.ndarray) -> np.ndarray:
    """Of the segment's long axis, forwards, in the plane it walks in."""
    ahead = R[:, :, 0].mean(axis=0) * [1, 0, 1]
    ahead /= np.linalg.norm(ahead)
    return np.rad2deg(np.arctan2(-R[:, :, 1] @ ahead, R[:, 1, 1]))


def shared_joint(trial: Trial) -> None:
    """One knee, two sensors; what they feel, and what both say the knee feels."""
    trust, joint, pair = fitted("walking"), "knee_r", ("thigh_r", "shank_r")
    body = estimate_body(trial.imus, "walking")
    t = np.arange(trial.imus.samples) / RATE_HZ - 10.0
    own = Plot((330, 60, 330, 140), (0, 3), (-16, 16), ("What each sensor feels, forwards", "", ""))
    knee = Plot((330, 260, 330, 140), (0, 3), (-16, 16), ("The same, carried to the knee", "", ""))
    knots = Knots.every(1.0, trial.imus.samples, RATE_HZ)
    ahead = body.R_world_segment["pelvis"][:, :, 0].mean(axis=0)
    for segment, centre, tone in zip(pair, body.joint_centres_m[joint], ("a", "b"), strict=True):
        imu = trial.imus[segment]
        R = body.R_world_segment[segment]
        arm = LeverArm(imu=imu, band_hz=trust.band_hz)
        start = Reckoned(imu, knots, np.zeros((knots.count, 3))).S[0]
        for plot, place in ((own, np.zeros(3)), (knee, centre)):
            still = np.broadcast_to(start, R.shape)
            felt = np.einsum("tij,tj->ti", R, arm.at(place, still))
            plot.curve(t, felt @ ahead, tone)
    words = [
        '<text class="name a" x="330" y="442">thigh</text>',
        '<text class="name b" x="385" y="442">shank</text>',
        '<text class="soft mid" x="520" y="440">s; m/s²</text>',
    ]
    ticks = (0, 1, 2, 3), (-10, 0, 10)
    parts = [own.drawn(*ticks), knee.drawn(*ticks), *_leg(), *words]
    svg("optimiser_shared_joint.svg", (690, 450), "A knee shared by two sensors", parts)


def _leg() -> Iterator[str]:
    hip, knee, ankle = np.array([90, 40]), np.array([170, 215]), np.array([95, 400])
    yield '<text class="title" x="20" y="30">One knee, two sensors</text>'
    for a, b in ((hip, knee), (knee, ankle)):
        yield f'<line class="bone" x1="{a[0]}" y1="{a[1]}" x2="{b[0]}" y2="{b[1]}"/>'
    for name, place, tone in (("p", (160, 110), "a"), ("d", (165, 325), "b")):
        x, y = place
        yield f'<line class="arrow {tone} dash" x1="{x}" y1="{y}" x2="{knee[0]}" y2="{knee[1]}"/>'
        yield f'<rect class="box {tone}" x="{x - 14}" y="{y - 10}" width="28" height="20" rx="3"/>'
        middle = (np.array(place) + knee) / 2
        yield f'<text class="name {tone}" x="{middle[0] + 8}" y="{middle[1] + 4}">r_{name}</text>'
    yield '<text class="name a" x="182" y="104">thigh: feels f_p</text>'
    yield '<text class="name b" x="187" y="345">shank: feels f_d</text>'
    yield f'<circle class="dot c" cx="{knee[0]}" cy="{knee[1]}" r="8"/>'
    yield '<text class="name c" x="186" y="212">one centre,</text>'
    yield '<text class="name c" x="186" y="230">one acceleration</text>'


def gravity(trial: Trial) -> None:
    """The force along the way, and its mean over a few strides."""
    segment, t = "pelvis", np.arange(trial.imus.samples) / RATE_HZ
    knots = Knots.every(fitted("walking").knot_s, trial.imus.samples, RATE_HZ)
    felt = np.einsum(
        "tij,tj->ti", trial.poses.R_world_segment[segment], trial.imus[segment].acc_m_s2
    )
    mean = knots.windowed(felt, fitted("walking").window_s)
    whole = knots.whole(fitted("walking").window_s)
    title = "Pelvis: force along the walk, level [m/s²]"
    plot = Plot((60, 50, 620, 180), (0, 15), (-6, 6), (title, "s", ""))
    plot.curve(t, felt[:, 0], "b")
    px, py = plot.at(knots.at[whole] / RATE_HZ, mean[whole, 0])
    inside = px <= 680
    dots = [
        f'<circle class="dot a" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        for x, y in zip(px[inside], py[inside], strict=True)
    ]
    words = (
        '<text class="name b" x="390" y="38">sample by sample</text>'
        '<text class="name a" x="540" y="38">mean around a knot</text>'
    )
    parts = [plot.drawn((0, 5, 10, 15), (-5, 0, 5)), *dots, words]
    svg("optimiser_gravity.svg", (720, 280), "Force, and its mean over strides", parts)


def losses() -> None:
    """What a row costs, and how much it counts."""
    limit, r = fitted("walking").huber, np.linspace(-6, 6, 241)
    square, far = r**2 / 2, np.abs(r) > fitted("walking").huber
    huber = np.where(far, limit * (np.abs(r) - limit / 2), square)
    cost = Plot((60, 50, 270, 170), (-6, 6), (0, 18), ("What a row costs", "SDs from zero", ""))
    cost.curve(r, square, "b", "dash")
    cost.curve(r, huber, "a")
    weight = np.where(far, limit / np.maximum(np.abs(r), 1e-9), 1.0)
    counts = Plot(
        (400, 50, 270, 170), (-6, 6), (0, 1.2), ("How much it counts", "SDs from zero", "")
    )
    counts.curve(r, np.ones_like(r), "b", "dash")
    counts.curve(r, weight, "a")
    words = (
        '<text class="name b" x="150" y="82">least squares (dashed)</text>'
        '<text class="name a" x="192" y="200">Huber</text>'
    )
    ticks = (-6, -2, 0, 2, 6)
    parts = [cost.drawn(ticks, (0, 6, 12, 18)), counts.drawn(ticks, (0, 0.5, 1)), words]
    svg("optimiser_losses.svg", (700, 270), "Huber's loss and weight", parts)


def switched_off(trial: Trial) -> Mapping[str, np.ndarray]:
    """Median SD of all angles [deg] by plane, with everything and without one witness each."""
    found = {}
    for off in ("nothing", "gravity", "shared joint", "posture"):
        trust = replace(fitted("walking"), off=frozenset({off} - {"nothing"}))
        body = estimate_body(trial.imus, "walking", trust=trust)
        sds = [np.median(sd, axis=0) for sd in body.angles_sd_rad.values()]
        found[off] = np.rad2deg(np.mean(sds, axis=0))
    return found


def witnesses(trial: Trial) -> None:
    """How unsure the angles become without each witness."""
    found = switched_off(trial)
    highest = 1.1 * max(values.max() for values in found.values())
    title = "Standard deviation of the joint angles, one witness switched off"
    plot = Plot((60, 60, 600, 170), (0, 1), (0, highest), (title, "", ""))
    bars = []
    for i, (off, values) in enumerate(found.items()):
        left = 80 + 150 * i
        for j, (value, tone) in enumerate(zip(values, "abc", strict=True)):
            top = float(plot.at(0, value)[1])
            x = left + 36 * j
            bars.append(
                f'<rect class="dot {tone}" x="{x}" y="{top:.1f}" width="30" '
                f'height="{230 - top:.1f}"/>'
                f'<text class="soft mid" x="{x + 15}" y="{top - 5:.1f}">{value:.1f}</text>'
            )
        bars.append(f'<text class="mid" x="{left + 51}" y="250">{off}</text>')
    words = "".join(
        f'<text class="name {tone}" x="{80 + 110 * i}" y="280">{plane}</text>'
        for i, (plane, tone) in enumerate(
            zip(("flexion", "adduction", "rotation"), "abc", strict=True)
        )
    )
    step = next(s for s in (1, 2, 5, 10, 20, 50) if highest / s <= 6)
    ticks = [i * step for i in range(int(highest / step) + 1)]
    svg("optimiser_witnesses.svg", (700, 300), title, [plot.drawn((), ticks, "°"), *bars, words])


def main() -> None:
    """All of them."""
    trial = walk()
    cells(trial)
    shared_joint(trial)
    gravity(trial)
    losses()
    witnesses(trial)


if __name__ == "__main__":
    main()
