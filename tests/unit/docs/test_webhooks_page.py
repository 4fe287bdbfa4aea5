"""What the page of webhooks tells receivers to run accepts our messages, and refuses altered and replayed ones."""

from __future__ import annotations

import base64
import re
import runpy
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.notices.webhooks.sending import signed
from service.notices.webhooks.terms import terms
from service.notices.webhooks.topics import topics
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = read(ROOT / "docs" / "webhooks.md")
AT = datetime(2026, 6, 1, 4, tzinfo=UTC)
SECRET, OTHER = bytes(32), bytes(range(32))


def page_check(folder: Path) -> Callable[..., str | None]:
    """The check of the page, as a receiver would copy it."""
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "receiver.py").write_text(snippet, encoding="utf-8")
    fault: Callable[..., str | None] = runpy.run_path(str(folder / "receiver.py"))["fault"]
    return fault


def test_the_check_of_the_page_takes_ours_and_says_what_is_wrong_with_others(tmp_path: Path) -> None:
    fault = page_check(tmp_path)
    payload = {"kind": "cinema", "old": None, "new": {"state": "rated", "reason": None, "grade": "A", "tier": "A"}}
    body = topics()["tier.changed"].message(number=7, subject="own:1", payload=payload, at=AT, source="urn:xinjian")
    headers = {name.lower(): value for name, value in signed([SECRET], 7, AT, body).items()}
    both = {name.lower(): value for name, value in signed([OTHER, SECRET], 7, AT, body).items()}
    mine = ["whsec_" + base64.b64encode(SECRET).decode()]
    other = ["whsec_" + base64.b64encode(OTHER).decode()]
    now = AT.timestamp()
    assert fault(mine, headers, body, now=now) is None
    assert fault(mine, both, body, now=now) is None
    assert fault([*other, *mine], headers, body, now=now) is None
    assert fault(mine, headers, body, {"7"}, now=now) == "seen before"
    assert fault(mine, headers, body, now=now + 301) == fault(mine, headers, body, now=now - 301) == "too old"
    signature = headers["webhook-signature"]
    swapped = signature[:-5] + ("A" if signature[-5] != "A" else "B") + signature[-4:]
    for forged, said in (
        ({}, body.replace(b'"A"', b'"D"', 1)),
        ({}, body + b" "),
        ({"webhook-id": "8"}, body),
        ({"webhook-timestamp": str(int(now) + 200)}, body),
        ({"webhook-signature": swapped}, body),
        ({"webhook-signature": "v1,\u4fe1"}, body),
        ({"webhook-signature": "v1,\udcff"}, body),  # as some servers read bytes that are no text
        ({"webhook-id": "\udcff"}, body),
    ):
        assert fault(mine, {**headers, **forged}, said, now=now) == "altered or not ours", forged
    assert fault(other, headers, body, now=now) == "altered or not ours"
    for lacking in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert fault(mine, {**headers, lacking: ""}, body, now=now) == "unsigned"
    assert fault(mine, {**headers, "webhook-timestamp": "\u0663"}, body, now=now) == "unsigned"
    assert fault(mine, {**headers, "webhook-signature": signature.replace("v1", "v2")}, body, now=now) == "unsigned"
    assert fault(mine, {}, body, now=now) == "unsigned"


def test_the_numbers_of_the_page_are_those_of_the_table() -> None:
    rules = terms()
    assert f"{rules['secret_bytes']['least']} to {rules['secret_bytes']['most']} random bytes" in PAGE
    assert f"({rules['overlap_hours']['usual']} unless said, {rules['overlap_hours']['most']} at most)" in PAGE
    assert f"within {rules['attempt']['within']} seconds" in PAGE
    assert f"tried again after {rules['retry']['first']} second" in PAGE
    assert (rules["retry"]["most"], rules["retry"]["give_up_hours"]) == (4 * 3600, 3 * 24)
