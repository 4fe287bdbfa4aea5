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
/* A drawing follows its place; on paper, where no script draws it anew, it is scaled to the width there is. */
const fitting = (chart, place) => {
  chart.on("rendered", () => place.querySelector("svg")?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`));
  new ResizeObserver(() => chart.resize()).observe(place);
};
const exchanges = document.currentScript.dataset.htmx;
painted.then(() => document.querySelector("[hx-get], [hx-post]") && fetchScript(exchanges));
