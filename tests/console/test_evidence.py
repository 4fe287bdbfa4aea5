"""A record entered, corrected and annulled, each seen with what it does to the tier before it is saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.ratings import drain
from tests.api.conftest import NOW
from tests.builders.fillings import filled
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import Database, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

FINE = {"code": "penalty_fine", "decided_on": "2026-03-01", "source": "cases", "source_ref": "文罚〔2026〕1号"}
ACT = {"source": "cases", "source_ref": "复决〔2026〕1号", "acted_on": "2026-05-01", "reason": "复议撤销"}


def populate(database: Database) -> None:
    town.found(database, edition=town.EDITION.replace('code = "fine"', 'code = "penalty_fine"'))
    town.people(database, 1)
    drain(database=database)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, populate)


@pytest.fixture
def cinema(assembly: web.Assembly) -> str:
    """One cinema without a record, rated: its key."""
    (number,) = town.ids(assembly.database)
    return town.key_of(assembly.database, number)


def rows(assembly: web.Assembly, table: str = "event") -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own names


def entered(who: Browser, cinema: str, **changed: str) -> TestResponse:
    """A fine entered, looked at and saved; the page after it."""
    path = f"/console/evidence/entities/{cinema}/new"
    seen = who.send(who.get(path), path, **FINE, **changed, step="preview")
    assert seen.status_code == 200, seen.text
    return who.send(seen, path, **FINE, **changed, step="save")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("保存后等级的变化", "记录已保存", "更正记录")), ("en", ("How saving changes", "is saved", "Correct the"))],
)
def test_a_record_is_seen_with_its_change_and_then_saved(
    staff: Staff, cinema: str, assembly: web.Assembly, language: str, words: tuple[str, ...]
) -> None:
    handler = staff("handler", language=language)
    path = f"/console/evidence/entities/{cinema}/new"
    assert f'href="{path}"' in handler.get(f"/console/entities/{cinema}").text
    seen = handler.send(handler.get(path), path, **FINE, step="preview")
    assert (seen.status_code, rows(assembly)) == (200, 0)
    assert words[0] in seen.text
    assert seen.text.index("tier-A") < seen.text.index("tier-D")
    assert "<del>" in seen.text
    assert "<ins>" in seen.text
    changed = handler.send(seen, path, **FINE, step="change")
    assert 'value="文罚〔2026〕1号"' in changed.text
    saved = handler.send(seen, path, **FINE, step="save")
    assert (saved.status_code, rows(assembly)) == (303, 1)
    shown = handler.get(saved.location)
    assert words[1] in shown.text
    assert words[2] in shown.text
    again = handler.send(seen, path, **FINE, step="save")
    assert (again.location, rows(assembly)) == (saved.location, 1)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    staff: Staff, cinema: str, assembly: web.Assembly
) -> None:
    handler = staff("handler")
    path = f"/console/evidence/entities/{cinema}/new"
    typed = {**FINE, "decided_on": "2031-01-01", "case_ref": "<b>案</b>"}
    for step in ("preview", "save"):
        refused = handler.send(handler.get(path), path, **typed, step=step)
        assert refused.status_code == 422
        assert 'id="f-decided_on-fault"' in refused.text
        assert "&lt;b&gt;案&lt;/b&gt;" in refused.text
    assert rows(assembly) == 0


def test_a_correction_sends_what_differs_and_another_person_confirms_it(
    staff: Staff, cinema: str, assembly: web.Assembly
) -> None:
    handler = staff("handler")
    record = entered(handler, cinema, case_ref="2026-9").location.partition("?")[0]
    path = f"{record}/acts/correction"
    form = handler.get(path)
    assert 'value="2026-03-01"' in form.text
    unchanged = {"changes/code": "penalty_fine", "changes/decision_kind": "penalty", "changes/value": ""}
    typed = {**ACT, **unchanged, "changes/decided_on": "2025-04-01", "changes/severity": "", "changes/case_ref": ""}
    seen = handler.send(form, path, **typed, step="preview")
    assert "此事须两人办理" in seen.text
    assert seen.text.index("tier-D") < seen.text.index("tier-A")
    proposed = handler.send(seen, path, **typed, step="save")
    assert "已提出" in handler.get(proposed.location).text
    assert rows(assembly, "event_act") == 0
    approver = staff("approver")
    waiting = approver.get("/console/evidence/proposals")
    assert "2025年4月1日" in waiting.text
    with assembly.database.reader() as session:
        (body, number) = session.execute(text("SELECT body, id FROM event_act_proposal")).one()
    assert body["changes"] == {"decided_on": "2025-04-01", "case_ref": None}
    decision = f"/console/evidence/proposals/{number}"
    assert handler.send(waiting, decision, outcome="confirmed", reason="x").status_code == 403
    refused = approver.send(waiting, decision, outcome="confirmed", reason="")
    assert refused.status_code == 422
    done = approver.send(waiting, decision, outcome="confirmed", reason="已核对")
    assert "已确认" in approver.get(done.location).text
    assert rows(assembly, "event_act") == 1
    assert "更正记录" in handler.get(record).text


def test_who_performed_is_no_proposal_and_a_second_annulment_is_refused(
    staff: Staff, cinema: str, assembly: web.Assembly
) -> None:
    handler = staff("handler")
    record = entered(handler, cinema).location.partition("?")[0]
    path = f"{record}/acts/performed"
    seen = handler.send(handler.get(path), path, **ACT, step="preview")
    assert "此事须两人办理" not in seen.text
    assert handler.send(seen, path, **ACT, step="save").status_code == 303
    assert rows(assembly, "event_act") == 1
    early = handler.send(
        seen, f"{record}/acts/annulment", **{**ACT, "source_ref": "2", "acted_on": "2026-01-01"}, step="preview"
    )
    assert early.status_code == 422
    assert 'id="f-acted_on-fault"' in early.text
    assert handler.get(f"{record}/acts/withdrawal").status_code == 404


def test_who_may_not_sees_no_button_and_is_refused(staff: Staff, cinema: str) -> None:
    record = entered(staff("handler"), cinema).location.partition("?")[0]
    auditor = staff("auditor")
    shown = auditor.get(record)
    assert shown.status_code == 200
    assert "/acts/" not in shown.text
    assert "/new" not in auditor.get(f"/console/entities/{cinema}").text
    assert auditor.get(f"{record}/acts/annulment").status_code == 403
    path = f"/console/evidence/entities/{cinema}/new"
    assert auditor.send(shown, path, **FINE, step="save").status_code == 403


def test_a_form_of_another_site_records_nothing(staff: Staff, cinema: str, assembly: web.Assembly) -> None:
    handler = staff("handler")
    path = f"/console/evidence/entities/{cinema}/new"
    forged = handler.client.post(path, data={**FINE, "step": "save", "csrf": "0" * 64, "once": "1"})
    assert (forged.status_code, rows(assembly)) == (403, 0)


def test_attributes_are_entered_by_name_corrected_and_told_by_name(
    staff: Staff, cinema: str, assembly: web.Assembly
) -> None:
    handler = staff("handler")
    path = f"/console/evidence/entities/{cinema}/new"
    form = handler.get(path).text
    assert all(said in form for said in ("涉及未成年人", "简易程序"))
    typed = {"attributes/minors_involved": "yes", "free/0/name": "floor", "free/0/value": "2"}
    seen = handler.send(handler.get(path), path, **FINE, **typed, step="preview")
    assert re.search("涉及未成年人</dt><dd>是", seen.text)
    record = handler.send(seen, path, **FINE, **typed, step="save").location.partition("?")[0]
    assert re.search("涉及未成年人</dt><dd>是", handler.get(record).text)
    with assembly.database.reader() as session:
        assert session.execute(text("SELECT attributes FROM event")).scalar_one() == {
            "minors_involved": "yes",
            "floor": "2",
        }
    correction = f"{record}/acts/correction"
    opened = handler.get(correction).text
    assert re.search('name="changes/attributes/floor"[^>]* value="2"', opened)
    kept = {"changes/code": "penalty_fine", "changes/decided_on": "2026-03-01", "changes/decision_kind": "penalty"}
    now = {"changes/attributes/minors_involved": "no", "changes/attributes/floor": "2"}
    preview = handler.send(handler.get(correction), correction, **ACT, **kept, **now, step="preview")
    assert "涉及未成年人：否" in preview.text
    assert handler.send(preview, correction, **ACT, **kept, **now, step="save").status_code == 303
    with assembly.database.reader() as session:
        body = session.execute(text("SELECT body FROM event_act_proposal")).scalar_one()
    assert body["changes"] == {"attributes": {"minors_involved": "no", "floor": "2"}}


def test_who_confirms_sees_what_confirming_does_to_the_tier_and_who_proposed_it(
    staff: Staff, cinema: str, assembly: web.Assembly
) -> None:
    handler, approver = staff("handler", login="wang.li"), staff("approver")
    record = entered(handler, cinema).location.partition("?")[0]
    path = f"{record}/acts/annulment"
    seen = handler.send(handler.get(path), path, **ACT, step="preview")
    assert handler.send(seen, path, **ACT, step="save").status_code == 303
    waiting = approver.get("/console/evidence/proposals").text
    assert "确认后等级的变化" in waiting
    assert waiting.index("tier-D") < waiting.index("tier-A")
    assert "wang.li <code>account:" in waiting
    assert rows(assembly, "event_act") == 0, "to look is not to confirm"
    with assembly.database.reader() as session:
        number = session.execute(text("SELECT id FROM event_act_proposal")).scalar_one()
    decision = f"/console/evidence/proposals/{number}"
    done = approver.send(approver.get("/console/evidence/proposals"), decision, outcome="confirmed", reason="已核对")
    assert done.status_code == 303
    assert "确认后等级的变化" not in approver.get("/console/evidence/proposals").text
