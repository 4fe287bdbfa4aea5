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
    from pathlib import Path

PAGE = read(ROOT / "docs" / "webhooks.md")
AT = datetime(2026, 6, 1, 4, tzinfo=UTC)
SECRET, OTHER = bytes(32), bytes(range(32))


def test_the_check_of_the_page_takes_ours_and_refuses_what_is_altered_old_or_foreign(tmp_path: Path) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "receiver.py").write_text(snippet, encoding="utf-8")
    verify = runpy.run_path(str(tmp_path / "receiver.py"))["verify"]
    payload = {"kind": "cinema", "old": None, "new": {"state": "rated", "reason": None, "grade": "A", "tier": "A"}}
    body = topics()["tier.changed"].message(number=7, subject="own:1", payload=payload, at=AT, source="urn:xinjian")
    headers = {name.lower(): value for name, value in signed([SECRET], 7, AT, body).items()}
    both = {name.lower(): value for name, value in signed([OTHER, SECRET], 7, AT, body).items()}
    mine = ["whsec_" + base64.b64encode(SECRET).decode()]
    now = AT.timestamp()
    assert verify(mine, headers, body, now=now)
    assert verify(mine, both, body, now=now)
    assert not verify(mine, headers, body.replace(b'"A"', b'"D"', 1), now=now)
    assert not verify(mine, headers, body, now=now + 301)
    assert not verify(mine, headers, body, now=now - 301)
    assert not verify(mine, {**headers, "webhook-id": "8"}, body, now=now)
    assert not verify(mine, {**headers, "webhook-timestamp": str(int(now) + 200)}, body, now=now + 200)
    assert not verify(["whsec_" + base64.b64encode(OTHER).decode()], headers, body, now=now)


def test_the_numbers_of_the_page_are_those_of_the_table() -> None:
    rules = terms()
    assert f"{rules['secret_bytes']['least']} to {rules['secret_bytes']['most']} random bytes" in PAGE
    assert f"({rules['overlap_hours']['usual']} unless said, {rules['overlap_hours']['most']} at most)" in PAGE
    assert f"within {rules['attempt']['within']} seconds" in PAGE
    assert f"tried again after {rules['retry']['first']} second" in PAGE
    assert (rules["retry"]["most"], rules["retry"]["give_up_hours"]) == (4 * 3600, 3 * 24)
