/* The service worker of visits: pages of one account, kept on its own phone for when there is no network.

   Whoever registers it names in KEPT what all these pages stand on. What is sent is never its business: acts wait in
   the page's own store and are sent from there. A page is kept under the account that the answer names, for no longer
   than a working day, and goes as soon as another account or nobody is signed in. */
"use strict";
const PAGES = "visits:";
const SHELL = `visits-shell:${self.KEPT.version}`;
const LONGEST = 12 * 3600 * 1000;
const STAMP = "Visits-Kept";
const OURS = /^\/console\/visits(\/(?!before$|state$|offline$|worker\.js$)[^/]+)?$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(self.KEPT.shell)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forget((name) => name.startsWith("visits-shell:") && name !== SHELL).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keepAll(event.data.keep, event.data.account));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(standing(event.request));
  else if (event.request.mode === "navigate" && OURS.test(address.pathname)) event.respondWith(page(event.request, address));
});

async function standing(request) {
  const shell = await caches.open(SHELL);
  return (await shell.match(request, { ignoreVary: true })) || fetch(request);
}

/* From the network while there is one; what a page was before, where there is none. */
async function page(request, address) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return kept(address);
  }
  await keep(address, answer.clone());
  return answer;
}

async function kept(address) {
  for (const name of await names(PAGES)) {
    const found = await (await caches.open(name)).match(address.origin + address.pathname, { ignoreVary: true });
    if (found && Date.now() - Number(found.headers.get(STAMP)) < LONGEST) return found;
  }
  return (await caches.open(SHELL)).match("/console/visits/offline", { ignoreVary: true });
}

/* Keep a page for the account that the answer names, and nothing for any other. */
async function keep(address, answer) {
  const account = answer.headers.get("Visits-Account");
  if (answer.status === 401) return forget((name) => name.startsWith(PAGES));
  if (!account) return null;
  await forget((name) => name.startsWith(PAGES) && name !== PAGES + account);
  const pages = await caches.open(PAGES + account);
  const plain = address.origin + address.pathname;
  if (!answer.ok) return pages.delete(plain, { ignoreVary: true });
  if (address.search !== "") return null;
  const headers = new Headers(answer.headers);
  headers.set(STAMP, String(Date.now()));
  return pages.put(plain, new Response(await answer.blob(), { headers }));
}

/* Fetch the pages of the visits that are still to be made, so that they open where there is no network. */
async function keepAll(paths, account) {
  const wanted = paths.map((path) => new URL(path, self.location.origin));
  const pages = await caches.open(PAGES + account);
  const plain = wanted.map((one) => one.href);
  for (const one of await pages.keys()) if (!plain.includes(one.url)) await pages.delete(one, { ignoreVary: true });
  for (const one of wanted) {
    const answer = await fetch(one, { credentials: "same-origin", redirect: "error" }).catch(() => null);
    if (answer === null) return;
    await keep(one, answer);
  }
}

async function names(prefix) {
  return (await caches.keys()).filter((name) => name.startsWith(prefix));
}

async function forget(which) {
  await Promise.all((await caches.keys()).filter(which).map((name) => caches.delete(name)));
}
