"""What is typed becomes a body of the interface; what no form of ours sends is refused, and is no fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.pages import Form
from service.pages.assets import version
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
