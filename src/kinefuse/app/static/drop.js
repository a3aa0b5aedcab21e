// Where a recording begins: the place to drop it, and the bar while it travels.

import { h, replace, size } from "./dom.js";
import { chosen, dropped } from "./files.js";

export function dropSection(facts, take) {
  const files = h("input", { type: "file", id: "pick-files", multiple: true, class: "hidden", tabindex: "-1", "aria-hidden": "true" });
  const folder = h("input", { type: "file", id: "pick-folder", webkitdirectory: true, class: "hidden", tabindex: "-1", "aria-hidden": "true" });
  for (const input of [files, folder])
    input.addEventListener("change", () => {
      const list = chosen(input);
      input.value = "";
      if (list.length) take(list);
    });
  const bar = h("div", { class: "travel", hidden: true, role: "status" });
  const zone = h("div", { class: "drop", id: "drop" },
    h("p", { class: "big" }, "Drop a recording here"),
    h("p", { class: "soft" }, "Files of the sensors, a folder with them, or a .zip. One recording at a time."),
    h("p", { class: "buttons" },
      h("button", { type: "button", class: "primary", onclick: () => files.click() }, "Choose files"),
      h("button", { type: "button", onclick: () => folder.click() }, "Choose a folder")),
    bar, files, folder);
  const element = h("section", { class: "card", "aria-labelledby": "drop-title" },
    h("h2", { id: "drop-title" }, "A new recording"), zone,
    h("ol", { class: "steps soft" },
      h("li", {}, "Drop what the sensors' own program saved; it is recognised."),
      h("li", {}, "See which sensor is where, and say who walked or ran."),
      h("li", {}, "Read what was checked, start the estimate, and open the report.")),
    h("details", {}, h("summary", {}, `What can be read (${facts.formats.length} formats)`),
      h("ul", { class: "small" }, facts.formats.map((words) => h("li", {}, words))),
      h("p", { class: "small soft" }, `At most ${size(facts.file_bytes)} a file, ${size(facts.job_bytes)} and ${facts.job_files} files a recording.`)));
  return { element, zone, bar };
}

export function acceptDrops(zone, take) {
  zone.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  zone.addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("dragging"));
  zone.addEventListener("drop", async (event) => {
    document.body.classList.remove("dragging");
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    const list = await dropped(event.dataTransfer);
    if (list.length) take(list);
  });
}

export function showTravel(bar, progress) {
  bar.hidden = progress === null;
  if (progress === null) return;
  const { share, index, count, name } = progress;
  replace(bar,
    h("progress", { max: 1, value: share, "aria-label": "Files taken in" }),
    h("p", { class: "small soft clip" }, count > 1 ? `File ${index + 1} of ${count}: ${name}` : name));
}
