"""Whoever types an identity number into a page is told at that field, and nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders.dumping import tables_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import web
    from tests.console.conftest import Browser

NUMBER = "11010519491231002X"


def kept(assembly: web.Assembly) -> list[str]:
    assembly.notes.flush()
    with assembly.database.reader() as session:
        return tables_with(session, NUMBER)


def test_neither_the_name_typed_to_sign_in_nor_that_of_the_browser_keeps_one(
    browser: Browser, staff: Callable[..., Browser], assembly: web.Assembly
) -> None:
    browser.sign_in(NUMBER)
    browser.headers["User-Agent"] = f"Mozilla/5.0 {NUMBER}"
    browser.sign_in(NUMBER)
    signed_in = staff("handler")
    signed_in.headers["User-Agent"] = f"Mozilla/5.0 {NUMBER}"
    assert signed_in.get("/console/entities").status_code == 200
    assert kept(assembly) == []


def test_a_form_tells_it_where_it_was_typed(staff: Callable[..., Browser], assembly: web.Assembly) -> None:
    handler = staff("handler")
    page = handler.get("/console/entities/searches", q="门店")
    refused = handler.send(page, "/console/entities/searches", q="门店", name=f"王某 {NUMBER}")
    assert refused.status_code == 422
    assert "含有身份证号" in refused.text
    assert kept(assembly) == []
