// Records as they change: told by the server, or asked for where that does not get through.

import { ask } from "./api.js";

const ASK_EVERY_MS = 2000;

export function follow({ all, job, deleted, line }) {
  let asking = 0;
  const source = new EventSource("/api/events");
  source.addEventListener("all", (event) => {
    clearInterval(asking);
    asking = 0;
    line(true);
    all(JSON.parse(event.data));
  });
  source.addEventListener("job", (event) => job(JSON.parse(event.data)));
  source.addEventListener("deleted", (event) => deleted(JSON.parse(event.data)));
  source.onerror = () => {
    if (asking) return;
    asking = setInterval(poll, ASK_EVERY_MS);
    poll();
  };
  async function poll() {
    try {
      all(await ask("GET", "/api/jobs"));
      line(true);
    } catch (refusal) {
      line(false, refusal.message);
    }
  }
}
