/* Draws ratings by district and kind as rectangles from the tables beside them, which say the same in numbers. */
"use strict";
{
  const library = document.currentScript.dataset.library;
  let asked = null;
  const fetched = () => (asked ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = library;
    script.addEventListener("load", done);
    document.head.append(script);
  }));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  /* From good to bad by the part that stands in the two lower tiers; a quarter is as dark as it gets. */
  const mixed = (poor) => `color-mix(in srgb, ${colour("--d")} ${Math.round(Math.min(1, poor * 4) * 100)}%, ${colour("--a")})`;
  const solid = (poor) => {
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = mixed(poor);
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  };
  const districts = (places) => [...places].map((place) => {
    const children = [...place.querySelectorAll("tbody tr")].map((row) => {
      const link = row.querySelector("a"), value = Number(row.dataset.size), poor = Number(row.dataset.poor);
      return { name: link.textContent.trim(), value, poor, address: link.href, itemStyle: { color: solid(poor / value) } };
    });
    const sum = (name) => children.reduce((all, one) => all + one[name], 0);
    return { name: place.dataset.district, value: sum("value"), children, itemStyle: { color: solid(sum("poor") / sum("value")), borderColor: colour("--paper") } };
  });
  const draw = async (within) => {
    const places = [...within.querySelectorAll("[data-treemap]")].filter((place) => !place.dataset.drawn);
    if (!places.length) return;
    await fetched();
    for (const place of places) {
      place.dataset.drawn = "1";
      const told = document.getElementById(place.dataset.treemap).querySelectorAll("[data-district]");
      const chart = echarts.init(place, null, { renderer: "svg" });
      fitting(chart, place);
      chart.setOption({
        animation: false,
        series: [{
          type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, width: "100%", height: "100%", top: 0, left: 0,
          data: districts(told), label: { show: true, color: colour("--paper"), fontSize: 12, overflow: "truncate" },
          upperLabel: { show: true, height: 20, color: colour("--ink"), overflow: "truncate" },
          levels: [{ itemStyle: { gapWidth: 2, borderWidth: 0 } }, { itemStyle: { gapWidth: 1, borderWidth: 1 } }, {}],
        }],
        tooltip: { formatter: (one) => echarts.format.encodeHTML(`${one.name} ${one.value.toLocaleString()}`) },
      });
      chart.on("click", (one) => { if (one.data && one.data.address) location.href = one.data.address; });
    }
  };
  window.addEventListener("load", () => draw(document));
  document.addEventListener("htmx:afterSwap", (event) => draw(event.target));
}
