/* The page that verifies draws: takes a file, a paste or the file of a draw, and fills in the table of checks. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("verify");
  const said = JSON.parse(document.getElementById("verify-words").textContent);
  const find = (name) => document.getElementById(`verify-${name}`);
  const rows = new Map([...document.querySelectorAll("tr[data-code]")].map((row) => [row.dataset.code, row]));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  let worker = null;

  place.hidden = false;

  const say = (text, state = "") => {
    find("status").textContent = text;
    find("status").className = state;
  };

  function anchors() {
    const typed = (name) => find(name).value.trim();
    const found = { lang: document.documentElement.lang === "en" ? "en" : "zh" };
    if (typed("commitment")) found.commitment = typed("commitment");
    const head = /^([0-9a-fA-F]{40,64})@([0-9]{1,15})$/.exec(typed("head"));
    if (head) found.head = { hex: head[1], time: Number(head[2]) };
    if (typed("beacon")) found.beacon = typed("beacon").split(/\s+/);
    const wrong = (typed("commitment") && !/^[0-9a-fA-F]{64}$/.test(typed("commitment"))) || (typed("head") && !head);
    return wrong ? null : found;
  }

  function clear() {
    for (const row of rows.values()) {
      row.cells[1].replaceChildren();
      row.cells[2].textContent = "";
    }
    find("last").textContent = "";
    find("sum").textContent = "";
    find("failing").replaceChildren();
    find("outcome").hidden = true;
  }

  function show({ verdicts, last, ok }, seconds) {
    const counts = { PASS: 0, FAIL: 0, WEAK: 0, UNSEEN: 0 };
    for (const { code, verdict, said: why } of verdicts) {
      counts[verdict] += 1;
      const row = rows.get(code);
      const mark = document.createElement("span");
      mark.className = `mark-state ${{ PASS: "good", FAIL: "late" }[verdict] || ""}`;
      mark.textContent = said[verdict];
      row.cells[1].replaceChildren(mark);
      row.cells[2].textContent = why;
      if (verdict === "FAIL") {
        const line = document.createElement("li");
        line.dataset.code = code;
        line.textContent = `${row.cells[0].textContent} ${mark.textContent} ${why}`;
        find("failing").append(line);
      }
    }
    find("last").textContent = last;
    find("last").className = "told";
    find("last").hidden = !ok;
    find("sum").textContent = fill(said.sum, { ...counts, seconds: seconds.toFixed(1) });
    find("outcome").hidden = false;
    say(ok ? said.holds : said.fails, ok ? "told" : "refusal");
    find("outcome-title").focus();
  }

  function run(given, name) {
    const found = anchors();
    if (!found) return say(said.wrong, "refusal");
    if (worker) worker.terminate();
    clear();
    place.setAttribute("aria-busy", "true");
    say(fill(said.begun, { name }));
    worker = new Worker(place.dataset.worker);
    const end = () => {
      place.removeAttribute("aria-busy");
      worker.terminate();
      worker = null;
    };
    worker.onmessage = ({ data }) => {
      if (data.size !== undefined) return say(fill(said.working, { name, size: number(data.size) }));
      end();
      if (data.report) return show(data.report, data.seconds);
      return say(data.refused ? fill(said.closed, { status: data.refused }) : fill(said.broken, { why: data.broken }), "refusal");
    };
    worker.onerror = (event) => {
      end();
      say(fill(said.broken, { why: event.message || "" }), "refusal");
    };
    worker.postMessage({ program: place.dataset.program, anchors: found, ...given });
    return undefined;
  }

  const paste = (text) => run({ text }, fill(said.pasted, { size: number(text.length) }));
  find("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) run({ file }, file.name);
    event.target.value = "";
  });
  const drop = find("drop");
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) run({ file }, file.name);
  });
  // What is pasted goes to the verifier and not into the field: a browser that lays out 50 MB of text answers no more.
  find("text").addEventListener("paste", (event) => {
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  find("go").addEventListener("click", () => paste(find("text").value));
  if (find("again")) find("again").addEventListener("click", () => run({ address: place.dataset.file }, place.dataset.name));
  if (place.dataset.file) run({ address: place.dataset.file }, place.dataset.name);
});
