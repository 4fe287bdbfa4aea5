"""The verifiers over HTTP: the bytes of ``make verifier`` at an address that names their digest, kept for ever."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient


def test_the_bytes_served_are_those_of_make_verifier(anonymous: FlaskClient, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-I", "-S", "service/api/verifier.py", str(tmp_path)], cwd=ROOT, check=True)
    items = anonymous.get("/v1/verifiers").get_json()["items"]
    assert [each["name"] for each in items] == ["verify.pyz", "verify.js"]
    for each in items:
        served = anonymous.get(each["href"])
        assert served.status_code == 200
        assert served.data == (tmp_path / each["name"]).read_bytes()
        assert (each["sha256"], each["size"]) == (sha256(served.data).hexdigest(), len(served.data))
        assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert each["name"] in served.headers["Content-Disposition"]


def test_whoever_holds_them_is_told_so_and_another_digest_is_not_there(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/v1/verifiers")
    again = anonymous.get("/v1/verifiers", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    first, _ = answer.get_json()["items"]
    tag = anonymous.get(first["href"]).headers["ETag"]
    held = anonymous.get(first["href"], headers={"If-None-Match": tag})
    assert (held.status_code, held.data) == (304, b"")
    for other in (first["href"].replace(first["sha256"], "0" * 64), first["href"].replace(".pyz", ".exe")):
        assert anonymous.get(other).status_code == 404
