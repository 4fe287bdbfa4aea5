/* On every page of the console: pages of visits that another account kept on this phone go; signing out takes all.

   What was not sent yet belongs to who wrote it: it is neither shown to nor sent by anybody else, and signing out asks
   before it takes it along. */
"use strict";
(() => {
  const { account, unsent, store } = document.currentScript.dataset;
  const form = document.querySelector('form[action="/console/sign-out"]');

  async function forgetPages(which) {
    if (!("caches" in window)) return;
    const names = (await caches.keys()).filter((name) => name.startsWith("visits:") && which(name));
    await Promise.all(names.map((name) => caches.delete(name)));
  }

  /* How many acts of this account wait; none where there is no store, which asking must not make. */
  async function waiting() {
    const known = indexedDB.databases ? await indexedDB.databases() : [];
    if (!known.some((one) => one.name === store)) return 0;
    const opened = await asked(indexedDB.open(store));
    try {
      if (!opened.objectStoreNames.contains("acts")) return 0;
      return await asked(opened.transaction("acts").objectStore("acts").index("account").count(account));
    } finally {
      opened.close();
    }
  }

  function asked(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function leave() {
    const count = await waiting().catch(() => 0);
    if (count > 0 && !window.confirm(unsent.replace("{n}", count))) return;
    await forgetPages(() => true);
    form.submit();
  }

  forgetPages((name) => name !== `visits:${account}`);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
})();
