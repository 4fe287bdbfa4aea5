/* What nobody waits for is fetched once the page is painted, and only where the page has a use for it. */
"use strict";
const painted = new Promise((go) => {
  const soon = () => setTimeout(go);
  window.addEventListener("load", () => {
    requestAnimationFrame(soon);
    setTimeout(go, 500); // a page in a tab behind others is not painted at all
  });
});
const fetchScript = (address) => new Promise((come) => {
  const script = document.createElement("script");
  script.src = address;
  script.addEventListener("load", come);
  document.head.append(script);
});
const exchanges = document.currentScript.dataset.htmx;
painted.then(() => document.querySelector("[hx-get], [hx-post]") && fetchScript(exchanges));
