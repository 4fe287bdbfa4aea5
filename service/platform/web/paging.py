"""Keyset paging: a page starts after the last key of the one before; links as in RFC 8288."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, request
from marshmallow import fields, validate

from service.platform.problem import Problem
from service.platform.web.blueprint import StrictSchema

Key = tuple[str | int, ...]
Item = TypeVar("Item")
MOST = 1_000
USUAL = 100
OLDEST, NEWEST = "oldest", "newest"
MOST_NUMBER = (1 << 63) - 1


class PageArguments(StrictSchema):
    """`limit` and `cursor`; inherit from it for a list that also filters."""

    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1, max=MOST))
    cursor = fields.String(
        metadata={"description": "As given in the Link header of the page before"}, validate=validate.Length(max=2_000)
    )


class OrderedPageArguments(PageArguments):
    """The same for a list that may be read from either end."""

    order = fields.String(
        load_default=OLDEST,
        validate=validate.OneOf((OLDEST, NEWEST)),
        metadata={"description": "Which end comes first"},
    )


@dataclass(frozen=True, slots=True)
class Page:
    """What a query needs: read up to `limit + 1` rows beyond `after`: with a greater key, or `newest` a smaller one."""

    limit: int
    after: Key | None
    newest: bool = False

    @property
    def after_number(self) -> int:
        """The key where it is one number; on the first page what lies before every number."""
        if self.after is not None:
            return int(self.after[0])
        return MOST_NUMBER if self.newest else 0


def page_of(arguments: dict[str, Any], *shape: type[str] | type[int]) -> Page:
    """The page asked for; `shape` gives the types of the key's parts.

    Raises:
        Problem: `invalid_cursor`.
    """
    cursor = arguments.get("cursor")
    after = None if cursor is None else read_cursor(cursor, shape)
    return Page(arguments["limit"], after, newest=arguments.get("order") == NEWEST)


def write_cursor(key: Key) -> str:
    """A cursor that stands for `key`."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def read_cursor(cursor: str, shape: Sequence[type]) -> Key:
    """The key that a cursor stands for.

    Raises:
        Problem: `invalid_cursor`, when it was not made by `write_cursor` for this shape.
    """
    try:
        values = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise Problem("invalid_cursor", pointer="/cursor") from None
    fits = isinstance(values, list) and [type(value) for value in values] == list(shape)
    if not fits or any("\0" in value if isinstance(value, str) else abs(value) >= 1 << 63 for value in values):
        raise Problem("invalid_cursor", pointer="/cursor")
    return tuple(values)


def cut(rows: Sequence[Item], page: Page, key: Callable[[Item], Key]) -> tuple[Sequence[Item], Key | None]:
    """Of `limit + 1` rows read: those of this page, and the key after which the next one starts, if there is one."""
    if len(rows) <= page.limit:
        return rows, None
    kept = rows[: page.limit]
    return kept, key(kept[-1])


def link_next(response: Response, following: Key | None) -> Response:
    """Add `Link: <…>; rel="next"` to a page that is not the last."""
    if following is not None:
        query = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        address = f"{request.path}?{urlencode([*query, ('cursor', write_cursor(following))])}"
        response.headers.add("Link", f'<{address}>; rel="next"')
    return response
