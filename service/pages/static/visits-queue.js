/* Sends what waits: in order, each act under its own key, so that one whose answer was lost is sent again and done once. */
"use strict";
window.visits.queue = (() => {
  const STATE = "/console/visits/state";
  const AGAIN = new Set(["idempotency_in_progress", "page_expired"]);
  const DONE = "idempotency_answer_lost";

  /* Who is signed in and what forms hold now: "offline", "expired", "later", or {account, csrf, keep}. */
  async function standing() {
    let answer;
    try {
      answer = await fetch(STATE, { headers: { Accept: "application/json" }, cache: "no-store" });
    } catch {
      return "offline";
    }
    if (answer.status === 401) return "expired";
    return answer.ok ? answer.json() : "later";
  }

  async function sent(act, csrf) {
    const file = act.kind === "files";
    const answer = await fetch(`/console/visits/${encodeURIComponent(act.visit)}/sync/${act.kind}`, {
      method: "POST",
      headers: { "X-Csrf": csrf, "X-Once": act.key, "Content-Type": file ? "application/octet-stream" : "application/json" },
      body: file ? act.blob : JSON.stringify(act.body),
    });
    const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
    return { status: answer.status, told };
  }

  /* What became of an act: "done", why everything waits, or "refused" with its words kept beside it. */
  async function one(act, csrf) {
    let answer;
    try {
      answer = await sent(act, csrf);
    } catch {
      return "offline";
    }
    const { status, told } = answer;
    if (status < 300 || told.code === DONE) {
      await window.visits.remove(act.id);
      return "done";
    }
    if (status === 401) return "expired";
    if (status === 429 || status >= 500 || AGAIN.has(told.code) || !told.code) return "later";
    const faults = (told.errors || [told]).map((fault) => `${fault.detail} ${fault.next}`);
    await window.visits.put({ ...act, refusal: { code: told.code, title: told.title, said: faults } });
    return "refused";
  }

  async function flush(moved) {
    const state = await standing();
    if (typeof state === "string") return { state, sent: 0 };
    const stuck = new Set();
    let count = 0;
    for (const act of await window.visits.all(state.account)) {
      if (act.refusal) stuck.add(act.visit);
      if (stuck.has(act.visit)) continue;
      const became = await one(act, state.csrf);
      if (became === "refused") stuck.add(act.visit);
      else if (became === "done") count += 1;
      else return { state: became, sent: count, account: state.account };
      await moved();
    }
    return { state: "sent", sent: count, account: state.account, keep: state.keep };
  }

  return {
    standing,
    /* One window at a time sends; `moved` is called after each act. */
    flush: (moved) => (navigator.locks ? navigator.locks.request("visits", () => flush(moved)) : flush(moved)),
    /* Send a refused act again: as a new one, since the answer to the old one is kept under its key. */
    again: (act) => window.visits.put({ ...act, key: window.visits.key(), refusal: null }),
  };
})();
