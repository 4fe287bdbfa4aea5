/* Draws the waterfall of a rating from the table beside it, which says the same in numbers. */
"use strict";
const library = document.currentScript.dataset.library;
painted.then(() => fetchScript(library)).then(drawWaterfalls);

function drawWaterfalls() {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  for (const place of document.querySelectorAll("[data-waterfall]")) {
    const rows = [...document.getElementById(place.dataset.waterfall).querySelectorAll("tbody tr")];
    const steps = rows.map((row) => ({
      name: row.cells[0].textContent.trim(), part: row.dataset.part,
      points: Number(row.dataset.points) / 100, after: Number(row.dataset.after) / 100,
    }));
    const whole = (step) => step.part === "base" || step.part === "total";
    const low = (step) => (whole(step) ? Math.min(0, step.after) : Math.min(step.after, step.after - step.points));
    const size = (step) => Math.abs(whole(step) ? step.after : step.points);
    const paint = (step) => (whole(step) ? colour("--edge") : step.points < 0 ? colour("--d") : colour("--a"));
    const text = { color: colour("--ink") };
    const chart = echarts.init(place, null, { renderer: "svg" });
    fitting(chart, place);
    chart.setOption({
      animation: false,
      grid: { left: 8, right: 12, top: 24, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: steps.map((step) => step.name), axisLabel: { ...text, width: 90, overflow: "truncate", interval: 0, rotate: steps.length > 6 ? 30 : 0 } },
      yAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
      series: [
        { type: "bar", stack: "sum", silent: true, itemStyle: { color: "transparent" }, data: steps.map(low) },
        { type: "bar", stack: "sum", data: steps.map((step) => ({ value: size(step), itemStyle: { color: paint(step) } })),
          label: { show: true, position: "top", ...text, formatter: (one) => { const step = steps[one.dataIndex]; return whole(step) ? step.after.toFixed(2) : (step.points > 0 ? "+" : "") + step.points.toFixed(2); } } },
      ],
    });
  }
}
