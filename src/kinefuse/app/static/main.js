// The page: what is known of every recording, which one is looked at, and what is sent when.

import { ask } from "./api.js";
import { filesSection, findingsSection, personSection, startSection } from "./describe.js";
import { h, replace } from "./dom.js";
import { acceptDrops, dropSection, showTravel } from "./drop.js";
import { sendAll, tooMuch } from "./files.js";
import { drawList, nameOf } from "./list.js";
import { follow } from "./live.js";
import { placesSection } from "./places.js";
import { progressSection, resultsSection, troubleSection } from "./results.js";

const SEND_AFTER_MS = 500; // so that a word or several sensors are one change
const jobs = new Map();
const unsent = new Map(); // by recording: what was said and not yet sent
const [main, list, toast, line] = ["main", "list", "toast", "line"].map((id) => document.getElementById(id));
let facts = null;
let shown = { id: null, shape: "", sections: [], written: new Map() };
let timer = 0;

async function begin() {
  history.replaceState(null, "", `/${location.hash}`); // the token does not stay in the address
  facts = await ask("GET", "/api/facts");
  document.getElementById("privacy").title = `Recordings are kept in ${facts.workspace}`;
  document.getElementById("new").addEventListener("click", () => go(null));
  window.addEventListener("hashchange", draw);
  acceptDrops(document.body, (files) => takeIn(files));
  follow({
    all: (records) => {
      jobs.clear();
      for (const record of records) jobs.set(record.id, record);
      draw();
    },
    job: (record) => (jobs.set(record.id, record), draw()),
    deleted: (id) => (jobs.delete(id), draw()),
    line: (alive, words) => (line.textContent = alive ? "" : words),
  });
}

function current() {
  const id = location.hash.slice(1);
  const job = jobs.get(id);
  if (!job) return null;
  const said = unsent.get(id);
  return said ? { ...job, said, look: job.look ?? "check" } : job;
}

function go(id) {
  if (id === null) history.pushState(null, "", "/");
  else history.pushState(null, "", `#${id}`);
  draw();
  main.focus({ preventScroll: true });
  if (main.getBoundingClientRect().top > innerHeight * 0.6 || scrollY > main.offsetTop) main.scrollIntoView();
}

// --- what is done -------------------------------------------------------------------------------

async function attempt(deed) {
  toast.hidden = true;
  try {
    return await deed();
  } catch (trouble) {
    toast.hidden = false;
    replace(toast, h("p", {}, trouble.message), h("button", { type: "button", onclick: () => (toast.hidden = true) }, "Close"));
    return null;
  }
}

async function takeIn(files) {
  const open = current();
  const into = open?.state === "draft" ? open : null;
  await attempt(async () => {
    const why = tooMuch(files, facts);
    if (why) throw new Error(why);
    const job = into ?? (await ask("POST", "/api/jobs"));
    jobs.set(job.id, jobs.get(job.id) ?? job);
    unsent.delete(job.id);
    if (!into) go(job.id);
    try {
      await sendAll(job.id, files, (progress) => travel(job.id, progress));
      jobs.set(job.id, await ask("POST", `/api/jobs/${job.id}/recognise`));
    } catch (trouble) {
      const left = jobs.get(job.id);
      if (!into && left && !left.files.length) await ask("DELETE", `/api/jobs/${job.id}`); // nothing got in
      throw trouble;
    } finally {
      travel(job.id, null);
    }
  });
  draw();
}

function travel(id, progress) {
  if (shown.id === id && shown.bar) showTravel(shown.bar, progress);
}

function change(id, fields) {
  const job = jobs.get(id);
  unsent.set(id, { ...(unsent.get(id) ?? job.said), ...fields });
  clearTimeout(timer);
  timer = setTimeout(() => attempt(() => sendSaid(id)), SEND_AFTER_MS);
  draw();
}

async function sendSaid(id) {
  clearTimeout(timer);
  const said = unsent.get(id);
  if (!said) return;
  try {
    jobs.set(id, await ask("PUT", `/api/jobs/${id}/said`, said));
  } finally {
    if (unsent.get(id) === said) unsent.delete(id);
    draw();
  }
}

async function act(id, verb, body) {
  await attempt(async () => {
    await sendSaid(id);
    jobs.set(id, await ask("POST", `/api/jobs/${id}/${verb}`, body));
  });
  draw();
}

async function takeOut(id, number) {
  await attempt(async () => {
    unsent.delete(id);
    const left = await ask("DELETE", `/api/jobs/${id}/files/${number}`);
    jobs.set(id, left.files.length ? await ask("POST", `/api/jobs/${id}/recognise`) : left);
  });
  draw();
  if (document.activeElement === document.body) main.focus({ preventScroll: true }); // its button is gone
}

async function remove(job) {
  const name = nameOf(job) || "this recording";
  if (!confirm(`Delete ${name} with its files and results? This cannot be undone.`)) return;
  await attempt(async () => {
    await ask("DELETE", `/api/jobs/${job.id}`);
    jobs.delete(job.id);
    go(null);
  });
  draw();
}

// --- what is seen -------------------------------------------------------------------------------

function shapeOf(job) {
  if (!job) return "new";
  if (job.state === "draft" && job.trouble && !job.recognised) return "unreadable";
  if (job.state === "draft") return job.recognised ? "described" : "arriving";
  return { queued: "computing", running: "computing", done: "done", failed: "failed", cancelled: "failed" }[job.state];
}

const SHAPES = {
  new: () => [fresh()],
  arriving: (id) => [fresh(), filesSection({ look: () => act(id, "recognise"), takeOut: (file) => takeOut(id, file) })],
  unreadable: (id) => [troubleSection(() => act(id, "reopen")), filesSection({ takeOut: (file) => takeOut(id, file) }), fresh()],
  described: (id) => [filesSection({ takeOut: (file) => takeOut(id, file) }), placesSection((f) => change(id, f)), personSection((f) => change(id, f)), draftTrouble(), findingsSection(), startSection((mend) => act(id, "start", { mend }))],
  computing: (id) => [progressSection(() => act(id, "cancel")), filesSection()],
  done: (id) => [resultsSection(() => act(id, "reopen"))],
  failed: (id) => [troubleSection(() => act(id, "reopen")), filesSection()],
};

function fresh() {
  const { element, bar } = dropSection(facts, (files) => takeIn(files));
  shown.bar = bar;
  return { element, update: () => {} };
}

function draftTrouble() {
  const section = troubleSection(() => {});
  return { element: section.element, update: (job) => ((section.element.hidden = !job.trouble), section.update(job)) };
}

function draw() {
  const job = current();
  drawList(list, [...jobs.values()].sort((a, b) => (a.created < b.created ? 1 : -1)), job?.id ?? null, go);
  const shape = shapeOf(job);
  if (shown.id !== (job?.id ?? null) || shown.shape !== shape) {
    shown = { id: job?.id ?? null, shape, sections: [], written: new Map(), bar: null };
    shown.sections = SHAPES[shape](job?.id);
    replace(main, job ? head(job) : null, shown.sections.map((section) => section.element));
    document.title = job && nameOf(job) ? `${nameOf(job)} – kinefuse` : "kinefuse";
  }
  if (!job) return;
  const title = document.getElementById("title");
  if (title) title.textContent = nameOf(job) || "A new recording";
  const text = JSON.stringify(job);
  for (const section of shown.sections) {
    if (shown.written.get(section) === text) continue; // nothing changed: keep the keyboard where it is
    shown.written.set(section, text);
    section.update(job);
  }
}

function head(job) {
  return h("div", { class: "head" }, h("h2", { id: "title", class: "title" }, nameOf(job)),
    h("button", { type: "button", id: "delete", class: "quiet", onclick: () => remove(jobs.get(job.id)) }, "Delete"));
}

attempt(begin);
