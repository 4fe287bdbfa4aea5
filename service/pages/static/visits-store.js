/* Acts of visits that wait to be sent, on this phone: in the order in which they were done, each under a key of its own. */
"use strict";
window.visits = (() => {
  const NAME = "visits";

  function asked(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  function opened() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const acts = request.result.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
      acts.createIndex("account", "account");
    };
    return asked(request);
  }

  async function within(mode, step) {
    const database = await opened();
    try {
      const transaction = database.transaction("acts", mode, { durability: "strict" });
      const ended = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
      const found = await step(transaction.objectStore("acts"));
      await ended;
      return found;
    } finally {
      database.close();
    }
  }

  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  async function digest(blob) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  return {
    key,
    digest,
    /* Acts of an account, oldest first; of one visit where it is named. */
    async all(account, visit) {
      const found = await within("readonly", (acts) => asked(acts.index("account").getAll(account)));
      return found.filter((act) => visit === undefined || act.visit === visit).sort((one, other) => one.id - other.id);
    },
    /* Take acts into the queue all together, in place of those whose ids are given. */
    add: (made, instead = []) =>
      within("readwrite", async (acts) => {
        for (const id of instead) await asked(acts.delete(id));
        for (const act of made) await asked(acts.add({ key: key(), refusal: null, ...act }));
      }),
    put: (act) => within("readwrite", (acts) => asked(acts.put(act))),
    remove: (id) => within("readwrite", (acts) => asked(acts.delete(id))),
  };
})();
