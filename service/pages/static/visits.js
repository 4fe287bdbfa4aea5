/* The pages of visits where scripts run: what is done is kept on the phone first, then sent, at once or when it can be. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { visits } = window;
  const said = JSON.parse(document.getElementById("visits-words").textContent);
  const panel = document.getElementById("visits-queue");
  const { account } = panel.dataset;
  const number = document.getElementById("visit")?.dataset.number;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let touched = false;
  let waited = false;

  function made(tag, text, more = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    return Object.assign(element, more);
  }

  function button(text, act) {
    const element = made("button", text, { type: "button", className: "second" });
    element.addEventListener("click", act);
    return element;
  }

  /* Whether an act changes what this page shows. */
  function ours(act) {
    return number === undefined || act.visit === number;
  }

  /* The queue as the panel shows it, and at each entry what waits there. */
  async function show() {
    const acts = await visits.all(account);
    waited ||= acts.some(ours);
    panel.hidden = acts.length === 0;
    panel.querySelector("[data-count]").textContent = acts.length;
    panel.querySelector("ul").replaceChildren(...acts.map(line));
    for (const old of document.querySelectorAll("[data-waiting]")) old.remove();
    for (const act of acts.filter((one) => one.visit === number)) {
      if (act.kind === "findings") {
        const note = made("p", `${act.refusal ? said.refused : said.waiting}${act.answer}`, { className: "notice" });
        note.dataset.waiting = "";
        document.querySelector(`[data-entry="${CSS.escape(act.place)}"] [data-standing]`)?.append(note);
      }
    }
    const entering = acts.some((act) => act.visit === number && act.kind in said.ways && !act.refusal);
    for (const door of document.querySelectorAll("[data-door]")) door.hidden = entering;
    for (const after of document.querySelectorAll("[data-after-door]")) after.hidden = !entering;
    return acts;
  }

  function line(act) {
    const row = made("li", "");
    const link = made("a", act.called, { href: `/console/visits/${encodeURIComponent(act.visit)}` });
    row.append(link, made("span", act.label));
    if (act.refusal) {
      const why = made("div", "", { className: "refusal" });
      why.append(made("strong", act.refusal.title), ...act.refusal.said.map((one) => made("p", one)));
      const acts = made("p", "", { className: "acts" });
      acts.append(button(said.again, () => again(act)), button(said.drop, () => drop(act)));
      row.append(why, acts);
    }
    return row;
  }

  async function again(act) {
    await visits.queue.again(act);
    await sync();
  }

  async function drop(act) {
    if (!window.confirm(fill(said.dropSure, { what: act.label }))) return;
    await visits.remove(act.id);
    await sync();
  }

  function tell(state) {
    const text = panel.querySelector("[data-state]");
    text.replaceChildren(said[state] || "");
    if (state === "expired") {
      text.append(made("a", said.signIn, { href: `/console/sign-in?beyond=${encodeURIComponent(location.pathname)}` }));
    }
    const notice = document.getElementById("visits-offline");
    notice.hidden = state !== "offline";
    if (state === "offline") {
      const at = new Date(panel.dataset.at).toLocaleString(document.documentElement.lang);
      notice.textContent = fill(said.keptPage, { at });
    }
  }

  /* Send what waits; once all that waited here is sent, by this call, an earlier one or another window, the page is
     looked at anew. */
  async function sync() {
    await show();
    const became = await visits.queue.flush(show);
    const left = await show();
    if (became.account && became.account !== account) {
      location.replace("/console/visits");
      return became;
    }
    tell(became.state);
    if (became.keep) keepPages(became.keep);
    const over = number === undefined ? became.sent > 0 : !left.some(ours);
    if (waited && over && !touched) location.replace(location.pathname);
    return became;
  }

  async function keepPages(keep) {
    const worker = await navigator.serviceWorker?.ready;
    worker?.active?.postMessage({ keep, account });
  }

  visits.page = {
    account,
    number,
    said,
    called: document.querySelector("h1").textContent,
    fill,
    made,
    sync,
    show,
    touch: (now) => { touched = now; },
  };

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/console/visits/worker.js", { scope: "/console/visits" }).catch(() => {});
  }
  panel.querySelector("[data-send]").addEventListener("click", () => sync());
  window.addEventListener("online", () => sync());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") sync(); });
  setInterval(async () => { if ((await visits.all(account)).some((act) => !act.refusal)) sync(); }, 30000);
  sync();
});
