/* The forms of one visit: what is answered goes into the queue; what needs the network waits until the queue is empty. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { visits } = window;
  const { account, number, said, called, fill, made, sync, show, touch } = visits.page;
  const chosen = new Map();
  const act = (kind, more) => ({ account, visit: number, called, kind, ...more });

  /* What lacks stands at its entry; `told` keeps the way there. */
  function lacking(pairs) {
    for (const [entry, found] of pairs) {
      const text = typeof found === "string" ? found : "";
      let place = entry.querySelector("[data-fault]");
      if (!place) {
        place = made("p", "", { className: "fault" });
        place.dataset.fault = "";
        entry.querySelector("[data-standing]").after(place);
      }
      place.textContent = text;
      place.hidden = text === "";
      entry.classList.toggle("wrong", text !== "");
      if (text) entry.querySelector("details")?.setAttribute("open", "");
    }
    return pairs.filter(([, found]) => typeof found === "string").map(([entry, found]) => ({ text: found, href: `#${entry.id}` }));
  }

  function told({ text, href }) {
    const line = made("p", "");
    line.append(made("a", text, { href }));
    return line;
  }

  function fault(form, texts) {
    let place = form.querySelector("[data-faults]");
    if (!place) {
      place = made("div", "", { className: "refusal", tabIndex: -1 });
      place.dataset.faults = "";
      place.setAttribute("role", "alert");
      form.prepend(place);
    }
    place.hidden = texts.length === 0;
    place.replaceChildren(...texts.map((text) => (text.href ? told(text) : made("p", text))));
    if (texts.length > 0) place.focus();
  }

  function picture(list, files, file, sha256) {
    const row = made("li", "");
    const image = made("img", "", { alt: said.photo, src: URL.createObjectURL(file) });
    const away = made("button", said.remove, { type: "button", className: "quiet" });
    away.addEventListener("click", () => {
      files.splice(files.findIndex((one) => one.sha256 === sha256), 1);
      URL.revokeObjectURL(image.src);
      row.remove();
    });
    row.append(image, made("code", `${sha256.slice(0, 16)}…`, { className: "digest", title: `SHA-256 ${sha256}` }), away);
    list.append(row);
  }

  async function take(input) {
    const entry = input.closest("[data-entry]");
    const files = chosen.get(entry) || chosen.set(entry, []).get(entry);
    const most = Number(input.form.dataset.most);
    const large = [];
    for (const file of input.files) {
      if (file.size > most) {
        large.push(fill(said.tooLarge, { name: file.name, most: Math.floor(most / 1048576) }));
        continue;
      }
      const sha256 = await visits.digest(file);
      if (files.some((one) => one.sha256 === sha256)) continue;
      files.push({ sha256, blob: new Blob([await file.arrayBuffer()], { type: file.type }) });
      picture(entry.querySelector("[data-photographs]"), files, file, sha256);
    }
    input.value = "";
    touch(true);
    fault(input.form, large);
  }

  /* What is answered at one entry: null where nothing is, a text where something lacks. */
  function answered(entry) {
    const name = entry.dataset.entry;
    const one = (part) => entry.querySelector(`[name="${CSS.escape(name)}/${part}"]:checked`)?.value || null;
    const note = entry.querySelector("textarea").value.trim() || null;
    const files = chosen.get(entry) || [];
    const found = { result: one("result"), severity: one("severity"), note, settles: one("settles") === "on" };
    const look = entry.querySelector("legend").textContent.trim();
    if (!found.result) return note || files.length ? fill(said.chooseResult, { look }) : null;
    if (found.result !== "fail") found.severity = null;
    if (found.result === "fail" && !found.severity) return fill(said.chooseSeverity, { look });
    if (found.result === "not_applicable" && !note) return fill(said.writeWhy, { look });
    return { ...found, look, files };
  }

  function words(found) {
    const answer = said.results[found.result] + (found.severity ? ` · ${said.severities[found.severity] || found.severity}` : "");
    return answer + (found.note ? ` · ${found.note}` : "") + (found.files.length ? ` · ${said.photo} ${found.files.length}` : "");
  }

  async function answer(form) {
    const pairs = [...form.querySelectorAll("[data-entry]")].map((entry) => [entry, answered(entry)]);
    const wrong = lacking(pairs);
    const good = pairs.filter(([, found]) => found !== null && typeof found === "object");
    if (wrong.length > 0 || good.length === 0) return fault(form, wrong.length > 0 ? wrong : [said.nothing]);
    fault(form, []);
    const waiting = (await visits.all(account, number)).filter((one) => one.kind === "findings");
    const acts = [];
    const instead = [];
    for (const [entry, found] of good) {
      const before = waiting.filter((one) => one.place === entry.dataset.entry);
      acts.push(...found.files.map(({ blob, sha256 }) => act("files", { blob, label: `${said.photo} ${sha256.slice(0, 16)}…` })));
      acts.push(finding(entry, found, before));
      instead.push(...before.map((one) => one.id));
    }
    await visits.add(acts, instead);
    for (const [entry] of good) clear(entry);
    touch(false);
    await show();
    return sync();
  }

  function finding(entry, found, before) {
    const [, item, ...rest] = entry.dataset.entry.split("/");
    const kept = [...entry.querySelectorAll('input[type=hidden][name$="/files[]"]')].map((one) => one.value);
    const files = [...kept, ...before.flatMap((one) => one.body.findings[0].files), ...found.files.map((one) => one.sha256)];
    const body = {
      client_id: visits.key(),
      item,
      entry: rest.join("/"),
      result: found.result,
      severity: found.severity,
      note: found.note,
      files: [...new Set(files)],
      noted_at: new Date().toISOString(),
      settles: found.settles,
    };
    const told = words(found);
    return act("findings", { place: entry.dataset.entry, answer: told, label: `${found.look} ${told}`, body: { findings: [body] } });
  }

  function clear(entry) {
    for (const input of entry.querySelectorAll("input:checked")) input.checked = false;
    entry.querySelector("textarea").value = "";
    entry.querySelector("[data-photographs]").replaceChildren();
    chosen.delete(entry);
  }

  /* Enter: told at once where there is network, and what is refused goes back to the form to be put right. */
  async function enter(form, way) {
    const typed = new FormData(form);
    const body = { inspectors: typed.getAll("inspectors[]"), noted_at: new Date().toISOString() };
    if (way === "scan") body.code = typed.get("code").trim();
    if (way === "entry") body.reason = typed.get("reason").trim();
    if (form.dataset.place) body.place = JSON.parse(form.dataset.place);
    const lacks = [];
    if (body.inspectors.length === 0) lacks.push(said.whoIsHere);
    if (body.code === "" || body.reason === "") lacks.push(way === "scan" ? said.whichCode : said.whyNot);
    if (lacks.length > 0) return fault(form, lacks);
    await visits.add([act(way, { body, label: said.ways[way] })]);
    const became = await sync();
    const refused = (await visits.all(account, number)).find((one) => one.kind === way && one.refusal);
    if (became.state !== "offline" && refused) {
      await visits.remove(refused.id);
      await show(); // the form is seen again, before it is told what was wrong
      fault(form, [refused.refusal.title, ...refused.refusal.said]);
    }
    return became;
  }

  /* A form that only the network can take: sent as it is, with the secret that forms hold now. */
  async function online(form, submitter) {
    if ((await visits.all(account, number)).length > 0) {
      await sync();
      if ((await visits.all(account, number)).length > 0) return fault(form, [said.sendFirst]);
    }
    const state = await visits.queue.standing();
    if (typeof state === "string") return fault(form, [said[state] || said.later]);
    form.elements.csrf.value = state.csrf;
    if (submitter?.name) form.append(made("input", "", { type: "hidden", name: submitter.name, value: submitter.value }));
    return form.submit();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches('[data-entry] input[type="file"]')) take(event.target);
    else if (event.target.closest("[data-entry]")) touch(true);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const way = event.submitter?.value;
    if (form.dataset.act === "findings") answer(form);
    else if (form.dataset.act === "door" && way in said.ways) enter(form, way);
    else if (form.dataset.act === "door" || "online" in form.dataset) online(form, event.submitter);
    else return;
    event.preventDefault();
  });
});
