"""What is typed becomes a body of the interface; what no form of ours sends is refused, and is no fault of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.pages import Form
from service.pages.assets import version
from service.pages.labels import labelled
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.console.conftest import Browser


def test_names_are_places_in_the_body_and_what_is_left_empty_is_left_out() -> None:
    typed = {
        "reason": " 理由 ",
        "period/from": "2026-01-01",
        "items/1/n": "2",
        "items/0/n": "１",
        "kinds[]": ["a", " "],
        "no": "",
    }
    assert Form(typed).body(numbers=("items/0/n",), checks=("final",), kind="x") == {
        "reason": "理由",
        "period": {"from": "2026-01-01"},
        "items": [{"n": 1}, {"n": "2"}],
        "kinds": ["a"],
        "final": False,
        "kind": "x",
    }


@pytest.mark.parametrize("typed", ["9" * 20, "-" + "9" * 20, "9" * 5_000, "many"])
def test_what_is_no_number_that_json_carries_stays_as_typed(typed: str) -> None:
    assert Form({"n": typed}).body(numbers=("n",)) == {"n": typed}


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a")])
def test_a_value_where_parts_are_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        Form(dict.fromkeys(names, "x")).body()
    assert refused.value.code == "bad_request"


def test_files_are_kept_for_good_under_their_version_and_others_are_nowhere(browser: Browser) -> None:
    for named, for_good in ((version("xinjian.css") or "", True), ("old", False)):
        answer = browser.get("/static/xinjian.css", v=named)
        answer.close()
        assert ("max-age=31536000" in answer.headers["Cache-Control"]) == for_good
    for name in ("nothing.css", "../words.py", "x" * 300):
        assert browser.get(f"/static/{name}").status_code == 404


def test_a_page_counts_once_against_the_limit_however_much_it_asks(
    staff: Callable[..., Browser], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    signed_in = staff("handler")
    monkeypatch.setattr("service.api.limits.Window.hit", lambda _, caller, *__: counted.append(caller))
    assert signed_in.get("/console/").status_code == 200
    assert len(counted) == 1
    assert app


def test_what_is_refused_is_named_as_its_field_is_and_leads_there(staff: Callable[..., Browser]) -> None:
    typed = {"year": "2031", "names/zh": "", "names/en": ""}
    for language, told in (("zh", "<strong>中文名称</strong>："), ("en", "<strong>Name in Chinese</strong>: ")):
        handler = staff("handler", login=language, language=language)
        refused = handler.send(handler.get("/console/plans/new"), "/console/plans/new", **typed)
        (link,) = re.findall(r'<li>(<a href="#f-names-zh"><strong>.*?</a>)', refused.text)
        assert told in link
        assert 'id="f-names-zh-fault"' in refused.text, "and beside the field"
        assert 'id="f-names-en-fault"' in refused.text, "each part of what is missing as a whole"
        assert "<code>names" not in refused.text


@pytest.mark.parametrize(
    ("slug", "shown"),
    [
        ("f-fine", '<a href="#f-fine"><strong>罚款 &amp; 没收</strong>：有误</a>'),
        ("f-kinds-0", '<a href="#f-kinds"><strong>门类</strong>：有误</a>'),
        ("f-nowhere", "有误 <code>fine</code>"),
    ],
)
def test_a_fault_of_a_part_leads_to_the_whole_and_one_of_no_field_keeps_its_name(
    app: Flask, slug: str, shown: str
) -> None:
    page = (
        '<html><a href="#{slug}" data-field="fine">有误</a><label for="f-fine">罚款 &amp; 没收'
        ' <span class="optional">选填</span></label><input id="f-fine"><fieldset id="f-kinds">'
        "<legend>门类</legend><label><input type=radio> 一</label></fieldset></html>"
    )
    with app.test_request_context("/console/", headers={"Accept-Language": "zh"}):
        assert labelled(page.replace("{slug}", slug)).startswith(f"<html>{shown}<label")
        part = page.replace("</html>", "").replace("{slug}", slug)
        assert f'<a href="#{slug}">有误</a>' in labelled(part), "the page around it may have the field"
