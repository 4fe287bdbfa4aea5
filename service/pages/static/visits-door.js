/* At the door: the camera reads the square on the licence where the browser can, and the phone says where it is if asked. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector('form[data-act="door"]');
  if (!form) return;
  const { said, made } = window.visits.page;

  async function scan(press) {
    const field = form.elements.code;
    const seen = new window.BarcodeDetector({ formats: ["qr_code"] });
    const finder = made("video", "", { className: "viewfinder", muted: true, playsInline: true });
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      press.after(made("p", said.noCamera, { className: "fault" }));
      return;
    }
    finder.srcObject = stream;
    press.after(finder);
    await finder.play();
    const look = async () => {
      const [found] = await seen.detect(finder).catch(() => []);
      if (!found && stream.active && finder.isConnected) return requestAnimationFrame(look);
      for (const track of stream.getTracks()) track.stop();
      finder.remove();
      if (found) field.value = found.rawValue;
      field.focus();
      return null;
    };
    look();
  }

  function where(tick) {
    delete form.dataset.place;
    if (!tick.checked) return;
    const millionths = (degrees) => Math.round(degrees * 1000000);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const place = { latitude: millionths(coords.latitude), longitude: millionths(coords.longitude), accuracy: Math.round(coords.accuracy) };
        if (tick.checked) form.dataset.place = JSON.stringify(place);
      },
      () => {
        tick.checked = false;
        tick.closest("label").after(made("p", said.noPlace, { className: "fault" }));
      },
      { enableHighAccuracy: true, maximumAge: 60000 },
    );
  }

  const camera = form.querySelector("[data-camera]");
  if (camera && "BarcodeDetector" in window && navigator.mediaDevices) {
    camera.hidden = false;
    camera.querySelector("button").addEventListener("click", (event) => scan(event.currentTarget));
  }
  const tick = form.querySelector("[data-where] input");
  if (tick && "geolocation" in navigator) {
    form.querySelector("[data-where]").hidden = false;
    tick.addEventListener("change", () => where(tick));
  }
});
