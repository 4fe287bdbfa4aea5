/* Gives each number of an edition a slider beside its field; both say the same, and moving one is a change of the form. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input[data-slider]")) {
    const written = field.dataset.slider;
    const places = (written.split(".")[1] || "").length;
    const step = 1 / 10 ** places;
    const value = Number(written);
    const reach = Math.max(10 * step, Math.abs(value));
    const slider = document.createElement("input");
    slider.type = "range";
    slider.step = step;
    slider.min = (value < 0 ? value - reach : Math.max(0, value - reach)).toFixed(places);
    slider.max = (value < 0 ? 0 : value + reach).toFixed(places);
    slider.value = field.value;
    slider.setAttribute("aria-label", field.labels[0].textContent);
    slider.addEventListener("input", () => { field.value = Number(slider.value).toFixed(places); });
    field.addEventListener("input", () => { slider.value = field.value; });
    field.after(slider);
  }
});
