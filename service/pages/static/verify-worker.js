/* Verifies the file of a draw away from the page, which stays at hand meanwhile. */
"use strict";
onmessage = async ({ data: { program, address, file, text, anchors } }) => {
  try {
    importScripts(program);
    let bytes;
    if (address !== undefined) {
      const answer = await fetch(address);
      if (!answer.ok) return postMessage({ refused: answer.status });
      bytes = new Uint8Array(await answer.arrayBuffer());
    } else bytes = text === undefined ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(text);
    postMessage({ size: bytes.length });
    const from = performance.now();
    const report = await XinjianDraw.verify(bytes, anchors);
    postMessage({ report, seconds: (performance.now() - from) / 1000 });
  } catch (error) {
    postMessage({ broken: String(error) });
  }
  return undefined;
};
