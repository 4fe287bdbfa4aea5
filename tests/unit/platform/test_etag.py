"""Tags follow their parts, and an unchanged answer is told before it is rendered."""

from flask import Flask, Response

from service.platform import web

PARTS = (7, "public", "zh", None)


def ask(headers: dict[str, str] | None = None) -> Response | None:
    with Flask(__name__).test_request_context("/", headers=headers):
        return web.unchanged(PARTS)


def test_every_part_counts_and_their_borders_too() -> None:
    variants = [PARTS, (8, *PARTS[1:]), (7, "staff", "zh", None), (7, "public", "zh", 0), ("7", *PARTS[1:]), PARTS[:3]]
    assert len({web.entity_tag(parts) for parts in variants}) == len(variants)
    assert web.entity_tag(("ab", "c")) != web.entity_tag(("a", "bc"))


def test_the_holder_of_the_answer_gets_304_and_others_nothing() -> None:
    tag = web.entity_tag(PARTS)
    assert ask() is None
    assert ask({"If-None-Match": '"other"'}) is None
    for given in (f'"{tag}"', f'W/"{tag}"', f'"x", "{tag}"'):
        response = ask({"If-None-Match": given})
        assert response is not None
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == f'"{tag}"'


def test_an_answer_says_what_it_varies_by_and_who_may_keep_it() -> None:
    response = web.tagged(Response("x"), PARTS)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert set(response.vary) == {"Accept", "Accept-Language", "Authorization"}
    assert web.tagged(Response("x"), PARTS, private=False).headers["Cache-Control"] == "public, no-cache"
