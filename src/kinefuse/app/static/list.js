// All recordings of the workspace, the newest first.

import { h, replace } from "./dom.js";

const WORDS = { draft: "being described", queued: "waiting", running: "estimating", done: "done", failed: "no result", cancelled: "cancelled" };

export function nameOf(job) {
  return job.said?.name || job.came_in || job.files[0]?.name || "";
}

export function drawList(list, jobs, current, choose) {
  replace(list, jobs.map((job) => {
    const waits = job.state === "queued" && job.step ? "waiting for room" : WORDS[job.state];
    const busy = job.look ? "looking" : waits;
    const wrong = job.state === "draft" && job.trouble ? "cannot be read" : busy;
    const step = job.state === "running" && job.step ? job.step : null;
    return h("li", {},
      h("a", { href: `#${job.id}`, id: `job-${job.id}`, class: "job", "aria-current": job.id === current ? "page" : null, onclick: (event) => (event.preventDefault(), choose(job.id)) },
        h("span", { class: "clip" }, nameOf(job) || "No files yet"),
        h("span", { class: `badge ${job.trouble ? "failed" : job.state}` }, wrong),
        step ? h("progress", { max: step.total, value: step.done, "aria-label": `Progress of ${nameOf(job)}` }) : null));
  }));
}
