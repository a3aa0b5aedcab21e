// The estimate under way, and what it left.

import { capital, duration, fold, h, replace, size } from "./dom.js";
import { readable } from "./segments.js";

export function progressSection(cancel) {
  const body = h("div", { role: "status" });
  const clock = h("p", { class: "soft small" });
  const element = h("section", { class: "card", "aria-labelledby": "progress-title" },
    h("h2", { id: "progress-title" }, "The estimate"), body, clock,
    h("p", { class: "buttons" }, h("button", { type: "button", id: "cancel", onclick: cancel }, "Cancel")));
  let begun = null;
  let whenBegun = "";
  const tick = () => {
    if (!element.isConnected) return clearInterval(timer);
    clock.textContent = begun ? `For ${duration(Math.max(0, Date.now() / 1000 - begun))}. You may close this page: it goes on, and is here when you come back.` : whenBegun;
  };
  let timer = 0;
  return {
    element,
    update(job) {
      begun = job.state === "running" ? job.started_at : null;
      const step = job.step;
      const words = step?.message || (job.state === "queued" ? "Waiting for its turn" : "Starting");
      whenBegun = step
        ? "It begins by itself once there is room: delete recordings that are no longer needed, or other files. You may close this page."
        : "It begins when those before it are done. You may close this page.";
      replace(body,
        h("progress", job.state === "running" && step ? { max: step.total, value: step.done, "aria-label": "Progress of the estimate" } : { "aria-label": "Progress of the estimate" }),
        h("p", {}, job.state === "running" && step ? `${words} (${Math.min(step.done + 1, step.total)} of ${step.total}) …` : `${words} …`));
      clearInterval(timer);
      timer = setInterval(tick, 1000);
      queueMicrotask(tick);
    },
  };
}

export function troubleSection(reopen) {
  const body = h("div", {});
  const element = h("section", { class: "card doubt-edge", role: "alert" }, body);
  return {
    element,
    update(job) {
      const cancelled = job.state === "cancelled";
      replace(body,
        h("h2", {}, cancelled ? "Cancelled" : job.state === "draft" ? "This cannot be used as it is" : "No result"),
        h("p", { class: "sentence" }, cancelled ? "The estimate was stopped on request." : capital(job.trouble?.sentence ?? "")),
        job.state === "draft" ? null : h("p", { class: "buttons" }, h("button", { type: "button", id: "reopen", class: "primary", onclick: reopen }, "Change something and try again")));
    },
  };
}

const SHOWN = { "report.html": "Report", "view.html": "Watch" };

export function resultsSection(reopen) {
  const body = h("div", {});
  const element = h("section", { class: "results", "aria-labelledby": "results-title" }, body);
  let shown = "report.html";
  function draw(job) {
    const outcome = job.outcome;
    const link = (name) => `/results/${job.id}/${encodeURIComponent(name)}`;
    const pages = outcome.files.filter((file) => SHOWN[file.name]);
    if (!pages.some((page) => page.name === shown)) shown = pages[0]?.name;
    const tabs = pages.map((page) =>
      h("button", { type: "button", id: `tab-${page.name}`, "aria-pressed": page.name === shown ? "true" : "false", onclick: () => ((shown = page.name), draw(job)) }, SHOWN[page.name]));
    replace(body,
      h("div", { class: `card verdict ${outcome.level}` },
        h("h2", { id: "results-title" }, h("span", { class: "sign", "aria-hidden": "true" }, { sound: "✓", care: "!", doubt: "✕" }[outcome.level] ?? "✓"), readable(outcome.headline)),
        outcome.doubts.length ? h("ul", {}, outcome.doubts.slice(0, 4).map((doubt) => h("li", {}, capital(readable(doubt))))) : null,
        outcome.doubts.length > 4 ? h("p", { class: "soft small" }, `And ${outcome.doubts.length - 4} more in the report.`) : null,
        outcome.mended.length ? fold(`mended-${job.id}`, `Mended in a copy (${outcome.mended.length})`, h("ul", { class: "small" }, outcome.mended.map((words) => h("li", {}, readable(words))))) : null,
        h("p", { class: "buttons" },
          pages.map((page, index) => h("a", { class: index ? "button" : "button primary", id: `open-${page.name}`, href: link(page.name), target: "_blank", rel: "noopener" }, page.name === "report.html" ? "Open the report" : "Watch the movement")),
          h("a", { class: "button", id: "everything", href: link("everything.zip"), download: "" }, "Download everything (.zip)")),
        h("p", { class: "soft small" }, `Computed in ${duration(outcome.seconds)}.`)),
      h("div", { class: "card" },
        h("h2", {}, "Files"),
        h("ul", { class: "files" }, outcome.files.map((file) =>
          h("li", {}, h("span", {}, h("a", { href: `${link(file.name)}?download=true`, download: "" }, file.name), h("span", { class: "soft small" }, ` ${file.what}`)), h("span", { class: "soft small" }, size(file.size_bytes))))),
        h("p", { class: "buttons" }, h("button", { type: "button", id: "reopen", onclick: reopen }, "Change something and estimate again"))),
      pages.length ? h("div", { class: "card preview" },
        h("div", { class: "tabs", role: "group", "aria-label": "What to look at here" }, tabs),
        h("iframe", { title: SHOWN[shown], src: link(shown), sandbox: "allow-scripts allow-downloads", loading: "lazy" })) : null);
  }
  return { element, update: draw };
}
