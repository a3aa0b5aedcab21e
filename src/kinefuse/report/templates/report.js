"use strict";
// Draws the packed curves on canvases that can be moved and zoomed; no library, no network.
(() => {
  const packed = JSON.parse(document.getElementById("packed").textContent);
  const kinds = Object.keys(packed.curves);
  const planes = Object.keys(packed.curves[kinds[0]]);
  const words = {
    r: "right", l: "left", truth_r: "truth right", truth_l: "truth left",
  };
  const meanings = {
    ankle: { flexion: "dorsiflexion", adduction: "inversion" },
    rotation: "internal rotation",
  };
  const ninety = 1.6449; // standard deviations to either side that hold 90 % of a normal error
  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const whole = new DataView(bytes.buffer);
    const degrees = new Float32Array(bytes.length / 2);
    for (let i = 0; i < degrees.length; i++) {
      const step = whole.getInt16(2 * i, true);
      degrees[i] = step === packed.missing ? NaN : step * packed.step_deg;
    }
    return degrees;
  }
  const curves = {}, deviations = {};
  let samples = 0;
  for (const kind of kinds) {
    curves[kind] = {};
    deviations[kind] = {};
    for (const plane of planes) {
      curves[kind][plane] = {};
      deviations[kind][plane] = {};
      for (const [who, text] of Object.entries(packed.curves[kind][plane])) {
        curves[kind][plane][who] = unpacked(text);
        samples = Math.max(samples, curves[kind][plane][who].length);
      }
      for (const [who, text] of Object.entries(packed.deviations[kind]?.[plane] ?? {})) {
        deviations[kind][plane][who] = unpacked(text);
      }
    }
  }
  // Half the width of a curve's 90 % interval at one of its samples.
  function reach(kind, plane, who, i) {
    const sd = deviations[kind][plane][who];
    if (!sd) return 0;
    const at = Math.floor(i / packed.rate_hz * packed.deviations_rate_hz);
    return ninety * sd[Math.min(sd.length - 1, at)];
  }
  const last = (samples - 1) / packed.rate_hz;
  const begins = Object.values(packed.contacts_s).map((times) => times[0] ?? 0);
  const first = last > 15 && begins.length ? Math.max(0, Math.min(...begins) - 1) : 0;
  const view = { plane: planes[0], from: first, to: Math.min(last, first + (innerWidth < 620 ? 5 : 12)), at: null };
  const room = { left: 46, right: 8, top: 24, bottom: 22 };

  const charts = document.getElementById("charts");
  const canvases = kinds.map((kind) => {
    const canvas = document.createElement("canvas");
    canvas.tabIndex = 0;
    charts.append(canvas);
    return { kind, canvas };
  });
  const overview = document.getElementById("overview");
  const readout = document.getElementById("readout");

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const style = (who) => ({
    r: ["--right", [], 1.8], l: ["--left", [7, 4], 1.8],
    truth_r: ["--truth", [], 1], truth_l: ["--truth", [2, 3], 1],
  })[who];

  const inDegrees = (number) => `${number}°`.replace("-", "\u2212");

  function prepare(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    pen.font = "12px system-ui, sans-serif";
    return { pen, width: box.width, height: box.height };
  }

  function limits(kind, plane) {
    const sorted = [];
    for (const [who, degrees] of Object.entries(curves[kind][plane])) {
      const stride = Math.max(1, Math.floor(degrees.length / 5000));
      for (let i = 0; i < degrees.length; i += stride) {
        const wide = reach(kind, plane, who, i);
        if (!Number.isNaN(degrees[i])) sorted.push(degrees[i] - wide, degrees[i] + wide);
      }
    }
    if (!sorted.length) return [-10, 10];
    sorted.sort((a, b) => a - b);
    const low = sorted[Math.floor(0.001 * sorted.length)];
    const high = sorted[Math.ceil(0.999 * sorted.length) - 1];
    const margin = 0.08 * Math.max(high - low, 10);
    return [low - margin, high + margin];
  }

  function round(span, most) {
    const power = 10 ** Math.floor(Math.log10(span / most));
    return [1, 2, 5, 10].map((n) => n * power).find((step) => span / step <= most);
  }

  function ticks(low, high, most) {
    const step = round(high - low, most);
    const found = [];
    for (let n = Math.ceil(low / step); n <= high / step + 1e-9; n++) {
      found.push(Number((n * step).toFixed(6)));
    }
    return found;
  }

  // More samples than pixels: the lowest and highest of each pixel column, so no peak is lost.
  function trace(pen, degrees, x, y, width) {
    const from = Math.max(0, Math.floor(view.from * packed.rate_hz) - 1);
    const to = Math.min(degrees.length - 1, Math.ceil(view.to * packed.rate_hz) + 1);
    const bin = Math.max(1, Math.floor((to - from) / (2 * width)));
    pen.beginPath();
    let down = false;
    for (let i = from; i <= to; i += bin) {
      let low = Infinity, high = -Infinity, gap = false;
      for (let k = i; k < Math.min(i + bin, to + 1); k++) {
        if (Number.isNaN(degrees[k])) gap = true;
        else { low = Math.min(low, degrees[k]); high = Math.max(high, degrees[k]); }
      }
      if (gap) { down = false; continue; }
      const at = x(i / packed.rate_hz);
      if (down) pen.lineTo(at, y(low)); else pen.moveTo(at, y(low));
      if (high > low) pen.lineTo(at, y(high));
      down = true;
    }
    pen.stroke();
  }

  // The 90 % interval around a curve: the widest of each pixel column.
  function shade(pen, kind, who, x, y, width) {
    const degrees = curves[kind][view.plane][who];
    const from = Math.max(0, Math.floor(view.from * packed.rate_hz) - 1);
    const to = Math.min(degrees.length - 1, Math.ceil(view.to * packed.rate_hz) + 1);
    const bin = Math.max(1, Math.floor((to - from) / (2 * width)));
    let above = [], below = [];
    const fill = () => {
      pen.beginPath();
      above.forEach(([at, deg], n) => (n ? pen.lineTo(x(at), y(deg)) : pen.moveTo(x(at), y(deg))));
      below.reverse().forEach(([at, deg]) => pen.lineTo(x(at), y(deg)));
      pen.fill();
      above = []; below = [];
    };
    for (let i = from; i <= to; i += bin) {
      let low = Infinity, high = -Infinity, gap = false;
      for (let k = i; k < Math.min(i + bin, to + 1); k++) {
        const wide = reach(kind, view.plane, who, k);
        if (Number.isNaN(degrees[k]) || Number.isNaN(wide)) gap = true;
        else { low = Math.min(low, degrees[k] - wide); high = Math.max(high, degrees[k] + wide); }
      }
      if (gap) { fill(); continue; }
      above.push([i / packed.rate_hz, high]);
      below.push([i / packed.rate_hz, low]);
    }
    fill();
  }

  function draw({ kind, canvas }) {
    const { pen, width, height } = prepare(canvas);
    const [low, high] = limits(kind, view.plane);
    const x = (s) => room.left + (s - view.from) / (view.to - view.from) * (width - room.left - room.right);
    const y = (deg) => room.top + (high - deg) / (high - low) * (height - room.top - room.bottom);
    pen.lineWidth = 1;
    pen.fillStyle = colour("--soft");
    for (const tick of ticks(low, high, 5)) {
      pen.strokeStyle = colour(tick === 0 ? "--soft" : "--rule");
      pen.beginPath(); pen.moveTo(room.left, y(tick)); pen.lineTo(width - room.right, y(tick)); pen.stroke();
      pen.textAlign = "right"; pen.fillText(inDegrees(tick), room.left - 6, y(tick) + 4);
    }
    pen.textAlign = "center";
    for (const tick of ticks(view.from, view.to, width / 90)) {
      if (x(tick) < width - 24) pen.fillText(`${tick} s`, x(tick), height - 4);
    }
    pen.textAlign = "left";
    pen.font = "600 13px system-ui, sans-serif";
    pen.fillStyle = colour("--ink");
    const plane = meanings[kind]?.[view.plane] ?? meanings[view.plane] ?? view.plane;
    pen.fillText(`${kind[0].toUpperCase()}${kind.slice(1)} ${plane}`, room.left, 15);
    pen.save();
    pen.beginPath(); pen.rect(room.left, 0, width - room.left - room.right, height - room.bottom + 3); pen.clip();
    pen.globalAlpha = 0.16;
    for (const who of Object.keys(deviations[kind][view.plane])) {
      pen.fillStyle = colour(style(who)[0]);
      shade(pen, kind, who, x, y, width);
    }
    pen.globalAlpha = 1;
    for (const [who, degrees] of Object.entries(curves[kind][view.plane])) {
      const [name, dashes, thick] = style(who);
      pen.strokeStyle = colour(name); pen.lineWidth = thick;
      pen.setLineDash(degrees.length * (view.to - view.from) / last > 4 * width ? [] : dashes);
      trace(pen, degrees, x, y, width);
    }
    pen.setLineDash([]);
    if (view.to - view.from < 60) contacts(pen, x, height - room.bottom);
    if (view.at !== null) {
      pen.strokeStyle = colour("--soft"); pen.lineWidth = 1;
      pen.beginPath(); pen.moveTo(x(view.at), room.top); pen.lineTo(x(view.at), height - room.bottom); pen.stroke();
    }
    pen.restore();
    canvas.setAttribute("aria-label", `${kind} ${plane} from ${view.from.toFixed(1)} to ${view.to.toFixed(1)} seconds`);
  }

  function contacts(pen, x, base) {
    for (const [side, times] of Object.entries(packed.contacts_s)) {
      pen.fillStyle = pen.strokeStyle = colour(side === "r" ? "--right" : "--left");
      pen.lineWidth = 1.2;
      for (const time of times) {
        if (time < view.from || time > view.to) continue;
        pen.beginPath();
        pen.moveTo(x(time), base - 7); pen.lineTo(x(time) - 4, base); pen.lineTo(x(time) + 4, base);
        pen.closePath();
        if (side === "r") pen.fill(); else pen.stroke();
      }
    }
  }

  function drawOverview() {
    const { pen, width, height } = prepare(overview);
    const kind = kinds.includes("knee") ? "knee" : kinds[0];
    const [low, high] = limits(kind, planes[0]);
    const degrees = Object.values(curves[kind][planes[0]])[0];
    const kept = { from: view.from, to: view.to };
    view.from = 0; view.to = last;
    pen.strokeStyle = colour("--soft"); pen.lineWidth = 1;
    trace(pen, degrees, (s) => s / last * width, (d) => 4 + (high - d) / (high - low) * (height - 8), width);
    Object.assign(view, kept);
    pen.fillStyle = colour("--right"); pen.globalAlpha = 0.25;
    const left = view.from / last * width;
    pen.fillRect(left, 0, Math.max(3, (view.to - view.from) / last * width), height);
    pen.globalAlpha = 1;
  }

  function drawAll() {
    canvases.forEach(draw);
    drawOverview();
  }

  function show(from, span) {
    const wide = Math.min(last, Math.max(0.2, span));
    view.from = Math.min(Math.max(0, from), last - wide);
    view.to = view.from + wide;
    drawAll();
  }

  const zoom = (factor, centre = (view.from + view.to) / 2) => {
    const span = view.to - view.from;
    show(centre - (centre - view.from) * factor, span * factor);
  };
  const move = (fraction) => show(view.from + fraction * (view.to - view.from), view.to - view.from);
  const whole = () => show(0, last);

  function tell(seconds) {
    view.at = seconds;
    const index = Math.round(seconds * packed.rate_hz);
    readout.textContent = `${seconds.toFixed(2)} s · ` + kinds.map((kind) => `${kind} ` +
      Object.entries(curves[kind][view.plane]).map(([who, degrees]) =>
        `${words[who]} ${Number.isNaN(degrees[index] ?? NaN) ? "–" : inDegrees(degrees[index].toFixed(1))}` +
        (deviations[kind][view.plane][who] ? ` ± ${reach(kind, view.plane, who, index).toFixed(1)}°` : "")).join(", ")
    ).join(" · ");
    canvases.forEach(draw);
  }

  for (const { canvas } of canvases) {
    const held = new Map();
    const seconds = (event) => {
      const box = canvas.getBoundingClientRect();
      const share = (event.clientX - box.left - room.left) / (box.width - room.left - room.right);
      return view.from + share * (view.to - view.from);
    };
    canvas.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, event.clientX);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held.has(event.pointerId)) {
        tell(Math.min(view.to, Math.max(view.from, seconds(event))));
        return;
      }
      const before = held.get(event.pointerId);
      if (held.size === 1) {
        const width = canvas.getBoundingClientRect().width - room.left - room.right;
        move((before - event.clientX) / width);
      } else {
        const other = [...held].find(([id]) => id !== event.pointerId)[1];
        zoom(Math.max(10, Math.abs(before - other)) / Math.max(10, Math.abs(event.clientX - other)));
      }
      held.set(event.pointerId, event.clientX);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => held.delete(event.pointerId));
    }
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, seconds(event));
    }, { passive: false });
    canvas.addEventListener("dblclick", whole);
    canvas.addEventListener("keydown", (event) => {
      const actions = { ArrowLeft: () => move(-0.25), ArrowRight: () => move(0.25), "+": () => zoom(0.5), "-": () => zoom(2) };
      if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
    });
  }
  const jump = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = overview.getBoundingClientRect();
    const span = view.to - view.from;
    show((event.clientX - box.left) / box.width * last - span / 2, span);
  };
  overview.addEventListener("pointerdown", jump);
  overview.addEventListener("pointermove", jump);

  const chooser = document.getElementById("planes");
  for (const plane of planes) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = plane;
    button.setAttribute("aria-pressed", String(plane === view.plane));
    button.addEventListener("click", () => {
      view.plane = plane;
      for (const each of chooser.children) each.setAttribute("aria-pressed", String(each === button));
      drawAll();
    });
    chooser.append(button);
  }
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(Number(button.dataset.move)));
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    const factor = button.dataset.zoom;
    button.addEventListener("click", () => (factor === "all" ? whole() : zoom(Number(factor))));
  }
  window.addEventListener("resize", drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  drawAll();
  document.body.dataset.drawn = String(kinds.length);
})();
