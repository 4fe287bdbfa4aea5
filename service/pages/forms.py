"""What a person typed: turned into a body of the interface, kept after a refusal, each fault beside its field."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import request

from service.pages.asking import RefusedError
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

_OWN = frozenset({"csrf", "once"})
"""Fields of the form itself."""
_TOO_GREAT = 1 << 63
_NOT_OF_WHAT_WAS_TYPED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


class Form:
    """The fields of one form by name, as typed, and what was refused.

    A field is named as the body's JSON pointer without its first slash: `reason`, `period/from`, `items/0`. A field
    whose name ends in `[]` is a list of what was typed in every field of that name.
    """

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:
        self.typed: dict[str, Any] = dict(typed or {})
        self.faults: dict[str, list[str]] = {}
        self.refusal: dict[str, Any] | None = None

    @classmethod
    def sent(cls) -> Form:
        """The form that was sent with this request."""
        names = [name for name in request.form if name not in _OWN]
        lists = {name: request.form.getlist(name) for name in names if name.endswith("[]")}
        return cls({name: request.form[name] for name in names if not name.endswith("[]")} | lists)

    @property
    def once(self) -> str:
        """A key of this very sending: sent again it does nothing more, changed it is another."""
        parts = (request.form.get("once", ""), request.path, repr(sorted(self.typed.items())))
        return sha256("\n".join(parts).encode()).hexdigest()

    def body(self, *, numbers: tuple[str, ...] = (), checks: tuple[str, ...] = (), **more: object) -> dict[str, Any]:
        """The body of the interface: fields left empty are left out, `numbers` read, `checks` true where ticked.

        What is no number stays as typed, for the interface to refuse.
        """
        built: dict[str, Any] = {}
        for name, typed in self.typed.items():
            value = [one.strip() for one in typed if one.strip()] if isinstance(typed, list) else typed.strip()
            if name in checks or value in ("", []):
                continue
            _place(built, name.removesuffix("[]").split("/"), _number(value) if name in numbers else value)
        for name in checks:
            _place(built, name.split("/"), name in self.typed)
        whole: dict[str, Any] = _listed(built)
        return whole | more

    def first(self, name: str, default: str = "") -> str:
        """What was typed in a field, as text."""
        value = self.typed.get(name, default)
        return str(value[0] if isinstance(value, list) and value else value or "")

    def __enter__(self) -> Self:
        """Begin an act: what is refused inside is kept, to be shown beside the fields by whoever goes on after it.

        What concerns the page and not what was typed (nobody signed in, not found, our own fault) goes on its way.
        """
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Keep what was refused."""
        if isinstance(error, RefusedError):
            document = error.document
        elif isinstance(error, Problem):
            document = error.document(web.language())
        else:
            return False
        if _concerns_the_page(document):
            return False
        self._keep(document)
        return True

    def _keep(self, document: dict[str, Any]) -> None:
        if document.get("errors"):
            document = {**document, "errors": [part for one in document["errors"] for part in self._parts(one)]}
        self.refusal = document
        for one in document.get("errors") or [document]:
            pointer = str(one.get("pointer", "")).removeprefix("/")
            self.faults.setdefault(pointer, []).append(f"{one['detail']}{_gap()}{one['next']}")

    def _parts(self, fault: dict[str, Any]) -> list[dict[str, Any]]:
        """A fault of what several fields make up, as one of each of them that was left empty."""
        whole = str(fault.get("pointer", "")).removeprefix("/")
        empty = [name for name, typed in self.typed.items() if name.startswith(f"{whole}/") and not typed]
        return [{**fault, "pointer": f"/{name}"} for name in empty] or [fault]


def _concerns_the_page(document: dict[str, Any]) -> bool:
    status = int(document["status"])
    return status in _NOT_OF_WHAT_WAS_TYPED or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _gap() -> str:
    return " " if web.language() == "en" else ""


def _number(value: Any) -> Any:  # noqa: ANN401 - as typed
    """The whole number that was typed; what is none, or greater than JSON carries here, as typed."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return value
    return number if abs(number) < _TOO_GREAT else value


def _place(built: dict[str, Any], steps: list[str], value: object) -> None:
    """Put a value where its name says.

    Raises:
        Problem: `bad_request`: one name says a value where another says parts, which no form of ours does.
    """
    for step in steps[:-1]:
        built = built.setdefault(step, {})
        if not isinstance(built, dict):
            raise Problem("bad_request")
    if isinstance(built.get(steps[-1]), dict):
        raise Problem("bad_request")
    built[steps[-1]] = value


def _listed(built: Any) -> Any:  # noqa: ANN401 - any part of a body
    """Members named 0, 1, … are a list, in that order."""
    if not isinstance(built, dict):
        return built
    inner = {name: _listed(value) for name, value in built.items()}
    if inner and all(name.isascii() and name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
