"""The second verifier, in a Node that stays: one file a line, in base 64; one line of verdicts back."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from typing import IO, Final

from tests.tidy.tree import ROOT

VERIFIER: Final = ROOT / "scoring" / "verifier" / "verify.js"
_SCRIPT: Final = """
const v = require(%s);
const lines = require("readline").createInterface({ input: process.stdin });
(async () => {
  for await (const line of lines) {
    let told;
    try {
      const found = await v.verify(new Uint8Array(Buffer.from(line, "base64")), { lang: "en" });
      told = { verdicts: Object.fromEntries(found.verdicts.map((each) => [each.code, each.verdict])) };
    } catch (error) {
      told = { thrown: String(error.stack || error) };
    }
    console.log(JSON.stringify(told));
  }
})();
"""


class Node:
    """The verifier in JavaScript; ``found`` is None where no Node is installed."""

    found: Final = shutil.which("node")

    def __init__(self) -> None:
        script = _SCRIPT % json.dumps(str(VERIFIER))
        self._child = subprocess.Popen(
            [self.found or "node", "-e", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def verdicts(self, data: bytes) -> dict[str, str]:
        """Verdicts by code; ``thrown`` where the verifier threw, with what."""
        _pipe(self._child.stdin).write(base64.b64encode(data).decode() + "\n")
        _pipe(self._child.stdin).flush()
        told = json.loads(_pipe(self._child.stdout).readline())
        found: dict[str, str] = told.get("verdicts") or {"thrown": told["thrown"]}
        return found


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
