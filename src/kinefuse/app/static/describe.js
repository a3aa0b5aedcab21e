// What a person says of a recording, and what the program says to that: the sections of a draft.

import { capital, duration, fold, h, replace, size } from "./dom.js";
import { joints, readable } from "./segments.js";

export function filesSection({ look = null, takeOut = null } = {}) {
  const body = h("div", {});
  const element = h("section", { class: "card", "aria-labelledby": "files-title" }, h("h2", { id: "files-title" }, "Files"), body);
  return {
    element,
    update(job) {
      const total = job.files.reduce((sum, file) => sum + file.size_bytes, 0);
      const list = h("ul", { class: "files small" }, byName(job.files).map((file) => fileRow(file, job.state === "draft" && takeOut)));
      replace(body,
        job.recognised ? recognised(job.recognised) : null,
        job.look === "recognise" ? busy(job, "Looking at the files") : null,
        job.recognised ? remarks(job.id, job.recognised.notes) : null,
        look && job.files.length && job.state === "draft" && !job.look && !job.recognised && !job.trouble
          ? h("p", { class: "buttons" }, h("button", { type: "button", id: "look", onclick: look }, "These are all: look at them"))
          : null,
        job.files.length > 3
          ? fold(`files-${job.id}`, `${job.files.length} files, ${size(total)}`, list)
          : list);
    },
  };
}

const byName = (files) => [...files].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));

function fileRow(file, takeOut) {
  const remove = () => takeOut(file.number);
  return h("li", {},
    h("span", {}, file.name),
    h("span", { class: "soft" }, size(file.size_bytes),
      takeOut ? h("button", { type: "button", class: "quiet take-out", "aria-label": `Remove ${file.name}`, title: "Remove this file from the recording", onclick: remove }, "Remove") : null));
}

function remarks(id, notes) {
  if (!notes.length) return null;
  const list = h("ul", { class: "small" }, notes.map((note) => h("li", {}, readable(note))));
  return notes.length > 2 ? fold(`remarks-${id}`, `${notes.length} remarks on what was read`, list) : list;
}

function recognised({ sensors, format_words: words }) {
  const longest = Math.max(...sensors.map((sensor) => sensor.duration_s));
  const rates = [...new Set(sensors.map((sensor) => sensor.rate_hz.toFixed(0)))].join(", ");
  const count = sensors.length === 1 ? "1 sensor" : `${sensors.length} sensors`;
  return [
    h("p", { class: "sure-line" }, h("span", { class: "sign", "aria-hidden": "true" }, "✓"), h("span", {}, h("strong", {}, "Recognised: "), words)),
    h("p", { class: "soft" }, `${count}, ${duration(longest)}, ${rates} samples a second.`),
  ];
}

export function busy(job, words) {
  const step = job.step;
  return h("div", { class: "busy", role: "status" },
    h("progress", step && step.total > 1 ? { max: step.total, value: step.done, "aria-label": words } : { "aria-label": words }),
    h("p", { class: "small soft" }, `${step?.message || words} …`));
}

export function personSection(change) {
  const field = (name, label, unit, attributes) => {
    const input = h("input", { id: `said-${name}`, ...attributes });
    return { input, element: h("label", { class: "field", for: input.id }, h("span", {}, label), h("span", { class: "with-unit" }, input, unit ? h("span", { class: "soft" }, unit) : null)) };
  };
  const name = field("name", "Name of the recording", "", { type: "text", maxlength: 120, required: true, autocomplete: "off" });
  const height = field("height", "Height (if known)", "cm", { type: "number", min: 40, max: 260, step: "any", inputmode: "decimal" });
  const mass = field("mass", "Mass (if known)", "kg", { type: "number", min: 2, max: 400, step: "any", inputmode: "decimal" });
  const radios = ["walking", "running"].map((activity) =>
    h("label", { class: "choice", for: `activity-${activity}` },
      h("input", { type: "radio", name: "activity", id: `activity-${activity}`, value: activity, onchange: () => change({ activity }) }), capital(activity)));
  const number = (input, scale) => (input.value === "" ? null : Number(input.value) / scale);
  name.input.addEventListener("change", () => name.input.value.trim() && change({ name: name.input.value.trim() }));
  height.input.addEventListener("change", () => height.input.reportValidity() && change({ height_m: number(height.input, 100) }));
  mass.input.addEventListener("change", () => mass.input.reportValidity() && change({ mass_kg: number(mass.input, 1) }));
  const element = h("section", { class: "card", "aria-labelledby": "person-title" },
    h("h2", { id: "person-title" }, "Who, and doing what"),
    h("div", { class: "fields" }, name.element,
      h("fieldset", { class: "field" }, h("legend", {}, "Activity"), h("div", { class: "choices" }, radios)),
      height.element, mass.element));
  return {
    element,
    update({ said }) {
      const put = (input, value) => document.activeElement !== input && (input.value = value);
      put(name.input, said.name);
      put(height.input, said.height_m === null ? "" : +(said.height_m * 100).toFixed(1));
      put(mass.input, said.mass_kg ?? "");
      for (const radio of radios) radio.querySelector("input").checked = radio.textContent.toLowerCase() === said.activity;
    },
  };
}

export function findingsSection() {
  const body = h("div", { "aria-live": "polite" });
  const element = h("section", { class: "card", "aria-labelledby": "findings-title" }, h("h2", { id: "findings-title" }, "What was checked"), body);
  return {
    element,
    update(job) {
      if (job.look === "check" || !job.checked) {
        replace(body, job.look ? busy(job, "Checking the recording") : h("p", { class: "soft" }, "Not checked yet."));
        return;
      }
      const failed = job.checked.findings.filter((finding) => !finding.passed);
      const passed = job.checked.findings.filter((finding) => finding.passed);
      const count = passed.length === 1 ? "1 check" : `${passed.length} checks`;
      replace(body,
        failed.length
          ? h("p", {}, failed.length === 1 ? "One thing to look at:" : `${failed.length} things to look at:`)
          : h("p", { class: "sure-line" }, h("span", { class: "sign", "aria-hidden": "true" }, "✓"), h("span", {}, "Nothing that was checked speaks against this recording.")),
        failed.length ? h("ul", { class: "findings" }, failed.map(finding)) : null,
        passed.length
          ? fold(`passed-${job.id}`, `${count} passed`, h("ul", { class: "small" }, passed.map((row) => h("li", {}, h("strong", {}, heading(row)), `: ${readable(row.evidence)}`))))
          : null);
    },
  };
}

const heading = (row) => capital(readable(`${row.check}${row.subject ? `, ${row.subject}` : ""}`));

function finding(row) {
  const grave = ["error", "grave", "fatal", "severe"].includes(row.severity);
  return h("li", { class: `finding ${grave ? "doubt" : "care"}` },
    h("h3", {}, h("span", { class: "sign", "aria-hidden": "true" }, grave ? "✕" : "!"), heading(row)),
    h("p", {}, capital(readable(row.evidence))),
    row.consequence ? h("p", {}, readable(row.consequence)) : null,
    row.remedy ? h("p", {}, h("strong", {}, "What to do: "), readable(row.remedy)) : null,
    row.limit || row.source ? h("p", { class: "soft small" }, [row.limit && `Limit: ${row.limit}`, row.source].filter(Boolean).join(". ")) : null);
}

export function startSection(start) {
  const mend = h("input", { type: "checkbox", id: "mend" });
  const mends = h("div", { class: "mends" });
  const button = h("button", { type: "button", id: "start", class: "primary large", onclick: () => start(mend.checked) }, "Estimate the joint angles");
  const told = h("p", { class: "soft", id: "start-told" });
  button.setAttribute("aria-describedby", told.id);
  const element = h("section", { class: "card", "aria-labelledby": "start-title" }, h("h2", { id: "start-title" }, "Estimate"), mends, told, button);
  return {
    element,
    update(job) {
      const offered = job.checked?.mends ?? [];
      if (!offered.length) mend.checked = false;
      replace(mends, offered.length
        ? [h("label", { class: "choice", for: "mend" }, mend, "Apply the mends to a copy; your files stay as they are"),
           h("ul", { class: "small" }, offered.map((words) => h("li", {}, readable(words))))]
        : null);
      const found = joints(job.said.sensors);
      button.disabled = !found.length;
      told.textContent = found.length === 6
        ? "Hip, knee and ankle of both legs."
        : found.length
          ? `With these sensors: ${found.join(", ")}. A joint needs a sensor above and below it.`
          : "No joint has a sensor above and below it yet: give at least two neighbouring segments a sensor.";
    },
  };
}
