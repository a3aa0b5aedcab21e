// Files from wherever they are dropped or chosen, and their way to the server, one after the other.

import { send } from "./api.js";

export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

export function chosen(input) {
  return [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

async function walk(entry, above, found) {
  const name = above + entry.name;
  if (entry.isFile) {
    found.push({ name, file: await new Promise((ok, no) => entry.file(ok, no)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((ok, no) => reader.readEntries(ok, no)); // at most 100 at once
    if (!some.length) return;
    for (const inner of some) await walk(inner, `${name}/`, found);
  }
}

export async function sendAll(jobId, files, onProgress) {
  const total = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
  let before = 0;
  for (const [index, { name, file }] of files.entries()) {
    const tell = (bytes) => onProgress({ share: (before + bytes) / total, index, count: files.length, name });
    tell(0);
    await send(jobId, name, file, tell);
    before += file.size;
  }
}

// Refused here before anything is sent; the server counts again.
export function tooMuch(files, facts) {
  const big = files.find(({ file }) => file.size > facts.file_bytes);
  const limit = (bytes) => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
  if (big) return `${big.name}: more than ${limit(facts.file_bytes)}; cut the recording in pieces.`;
  if (files.length > facts.job_files) return `More than ${facts.job_files} files; drop one recording at a time.`;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return total > facts.job_bytes ? `The files together: more than ${limit(facts.job_bytes)}; drop one recording at a time.` : "";
}
