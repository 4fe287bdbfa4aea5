"""Bodies that nest deeply are refused by a code of their own, whatever the depth; they are never a failure of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform.web.body import MOST_DEEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

JSON = {"Content-Type": "application/json"}
SHAPES = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}")}
PLACES = {
    "/v1/tokens": ("administrator", b'{"regions": %b}'),
    "/v1/entities": ("administrator", b'{"key": "own:1", "name": "x", "attributes": %b}'),
    "/v1/events": ("administrator", b'{"source": "s", "source_ref": "1", "attributes": %b}'),
    "/v1/notices": ("handler", b'{"kind": "refusal", "entity": "own:1", "facts": {"reasons": %b}}'),
}
"""Routes with a member that may hold anything, and the role that may call them."""


def nested(shape: str, depth: int, within: bytes = b"1") -> bytes:
    before, after = SHAPES[shape]
    return before * depth + within + after * depth


@pytest.mark.parametrize("path", PLACES)
def test_whatever_the_depth_no_body_is_a_failure_of_ours(caller: Callable[..., FlaskClient], path: str) -> None:
    role, body = PLACES[path]
    client, outside = caller(role), body.count(b"{")

    def asked(shape: str, depth: int) -> tuple[int, str]:
        answer = client.post(path, data=body % nested(shape, depth - outside), headers=JSON)
        return answer.status_code, answer.json["code"]

    for shape in SHAPES:
        assert asked(shape, MOST_DEEP)[1] not in {"body_too_deep", "malformed_json"}
        for depth in (MOST_DEEP + 1, 254, 255, 300, 1000, 1024):
            assert asked(shape, depth) == (400, "body_too_deep")
        assert asked(shape, 1100) == (400, "malformed_json")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_lies_deep_is_not_looked_for(caller: Callable[..., FlaskClient], shape: str) -> None:
    for depth in (300, 990, 1023):
        body = b'{"label": %b}' % nested(shape, depth, rb'"\u0000"')
        assert caller("administrator").post("/v1/tokens", data=body, headers=JSON).json["code"] == "body_too_deep"


def test_a_body_with_more_brackets_than_levels_is_taken(caller: Callable[..., FlaskClient]) -> None:
    answer = caller("administrator").post("/v1/tokens", json={"regions": [[]] * 500})
    assert answer.json["code"] == "invalid_body"


@pytest.mark.parametrize("depth", [90, 101, 300, 1000])
def test_a_line_of_a_file_that_is_too_deep_is_told_and_the_others_are_read(
    caller: Callable[..., FlaskClient], depth: int
) -> None:
    where = b'"authority": "bj-culture-110105", "region": "110105"'
    lines = (
        b'{"key": "own:1", "name": "x", %b, "attributes": {"a": %b}}' % (where, nested("lists", depth)),
        b'{"key": "own:2", "name": "y", %b}' % where,
    )
    path = "/v1/imports/entities?format=ndjson&mode=keep_good"
    report = caller("administrator").post(path, data=b"\n".join(lines), content_type="application/x-ndjson").json
    assert (report["rows"], report["created"], report["refused"]) == (2, 1, 1)
