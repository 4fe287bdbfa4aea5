"""Every route of the interface with generated requests, one after another over a furnished town.

``python -m tests.fuzz.interface FOLDER TOWN CASES SEED``. Schemathesis makes the requests from the document that the
service serves, right ones and wrong ones; half of what names something (a path, a filter) is taken from what earlier
answers told, so that requests lead on from each other to what is really there. Each is made as one of the roles.
"""

from __future__ import annotations

import json
import os
import random
import sys
import warnings
from collections import defaultdict
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import schemathesis
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.accounts import issue_token, people, signing_in, visitors
from service.app import create_app
from service.bootstrap import assemble
from service.platform import Role, Settings, job_actor, use_encryption_keys, web
from service.platform.web.paging import write_cursor
from service.register import registered_scope
from tests.fuzz.leaks import leaked
from tests.fuzz.target import promise
from tests.fuzz.town import DATABASE
from tests.fuzz.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from schemathesis import Case

CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
MOST_KEPT: Final = 40
"""Values that are kept of each name."""
AT_ONCE: Final = 5
"""Requests made of one operation before the next one's turn."""
KEYS: Final = ((0,), (2**62,), (-1,), ("",), ("x", 1), ("2026-01-01", 2**40), ("9999-99-99", 1), ("龘", "x"), (1, 2))
CURSORS: Final = (*map(write_cursor, KEYS), write_cursor(("2026-01-01", "x", 1, "y")), "!", "W10")
REFUSED: Final = (401, 403, 404)
"""The last where a path is none of a route."""


class Memory:
    """What answers told, by name: ``entity`` and ``id`` and all others, to be asked for again."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._values: defaultdict[str, list[str | int]] = defaultdict(list)
        self._values["cursor"].extend(CURSORS)

    def note(self, said: object, name: str = "") -> None:
        """Keep what an answer holds."""
        if isinstance(said, dict):
            for inner, value in said.items():
                self.note(value, inner)
        elif isinstance(said, list):
            for value in said[:20]:
                self.note(value, name)
        elif isinstance(said, str | int) and not isinstance(said, bool) and len(str(said)) < 200:
            self._keep(name, said)

    def _keep(self, name: str, value: str | int) -> None:
        known = self._values[name]
        if value in known:
            return
        if len(known) < MOST_KEPT:
            known.append(value)
        else:
            known[self._chance.randrange(MOST_KEPT)] = value

    def _chosen(self, known: list[str | int], path: str) -> str | int:
        value = self._chance.choice(known)
        return quote(str(value), safe="") if path else value

    def fill(self, given: Any, *, path: str = "") -> None:  # noqa: ANN401 -- the parts of a request
        """Put what is known in place of half of what was generated; ``path``: the resource that a parameter is of."""
        if not isinstance(given, dict):
            return
        for name in list(given):
            known = self._values.get(name) or (self._values.get(_singular(path)) if path else None)
            if known and self._chance.random() < 0.5:
                given[name] = self._chosen(known, path)
        for name in ("key", "number", "id", "name") if path else ():
            if name in given and self._values.get(name) and self._chance.random() < 0.7:
                given[name] = self._chosen(self._values[name], path)


def _singular(path: str) -> str:
    """``/v1/visits/{number}`` → ``visit``."""
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    return parts[-1].removesuffix("s") if parts else ""


class Callers:
    """A token of each role, and nobody; whom the table lets call what."""

    def __init__(self, assembly: web.Assembly) -> None:
        self._access = web.access_table()
        self.bearers: dict[Role, dict[str, str]] = {Role.PUBLIC: {}}
        with assembly.database.unit_of_work(job_actor("fuzzing")) as uow:
            for role in Role:
                if role in {Role.PUBLIC, Role.ENTITY}:
                    continue
                issued = issue_token(uow=uow, registered=registered_scope, role=role, label=f"fuzzing {role.value}")
                self.bearers[role] = {"Authorization": f"Bearer {issued.token}"}

    def may(self, role: Role, label: str) -> bool:
        """Whether the table lets a role call an operation (``GET /v1/entities/{key}``)."""
        rules = {_plain(route): roles for route, roles in self._access.items()}
        allowed = rules.get(label)
        return allowed is None or bool({role, Role.PUBLIC} & set(allowed))


def _plain(route: str) -> str:
    """``GET /v1/x/<int:number>`` → ``GET /v1/x/{number}``."""
    pieces = []
    for piece in route.split("/"):
        name = piece.strip("<>").rpartition(":")[2] if piece.startswith("<") else None
        pieces.append(f"{{{name}}}" if name else piece)
    return "/".join(pieces)


class Interface:
    """All operations, asked in turn until so many requests were made."""

    def __init__(self, app: Flask, assembly: web.Assembly, number: int) -> None:
        self._chance = random.Random(number)  # noqa: S311 -- to be repeated, not to be unguessable
        self._memory = Memory(self._chance)
        self._callers = Callers(assembly)
        self._number = number
        document = schemathesis.openapi.from_wsgi("/openapi.json", app)
        self._operations = [found.ok() for found in document.get_all_operations()]
        # What is listed fills the memory before what names one thing is asked for.
        self._operations.sort(key=lambda one: (one.method.upper() != "GET", one.path.count("{")))

    def requests(self) -> Iterator[Case]:
        """Requests without end: some of each operation, right ones and wrong ones in turn, then all once more."""
        for turn in cycle(range(1_000_000)):
            for operation in self._operations:
                mode = GenerationMode.NEGATIVE if turn % 3 == 2 else GenerationMode.POSITIVE
                yield from self._some(operation, mode, turn)

    def _some(self, operation: Any, mode: GenerationMode, turn: int) -> list[Case]:  # noqa: ANN401 -- an APIOperation
        made: list[Case] = []

        @seed(self._number + turn)
        @settings(
            max_examples=AT_ONCE,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Case) -> None:
            made.append(case)

        try:
            one()
        except Exception as unmade:
            if not made and "nsatisfiable" not in type(unmade).__name__ and mode is GenerationMode.POSITIVE:
                raise
        return made

    def _role(self, label: str) -> Role:
        """Mostly one that may call an operation, now and then any."""
        every = list(self._callers.bearers)
        fit = [role for role in every if self._callers.may(role, label)]
        return self._chance.choice(fit if fit and self._chance.random() < 0.8 else every)

    def attempt(self, case: Case) -> None:
        """Make a request as some role, and hold the answer to what is promised."""
        memory, path = self._memory, case.operation.path
        label = f"{case.operation.method.upper()} {path}"
        role = self._role(label)
        memory.fill(case.path_parameters, path=path)
        if label.startswith("GET") and isinstance(case.query, dict) and self._chance.random() < 0.5:
            case.query.clear()  # so that much is told, of which later requests are made
        memory.fill(case.query)
        if self._chance.random() < 0.5:
            memory.fill(case.body)
        bearer = self._callers.bearers[role]
        response = case.call(headers=bearer)
        case.validate_response(response, checks=list(CHECKS), headers=bearer)
        promise(kept=not leaked(response.content), words=response.content)
        if not self._callers.may(role, label):
            early = response.status_code == 400 and response.json().get("code") == "nul_byte"
            promise(kept=early or response.status_code in REFUSED, words=(label, role, response.status_code))
            again = case.call(headers=bearer)
            promise(kept=again.status_code == response.status_code, words=(label, role, again.status_code))
        elif response.status_code < 300 and response.headers.get("content-type") == ["application/json"]:
            memory.note(response.json())


class FailedRequestError(Exception):
    """A request that was not answered as promised: ``place`` says which operation, the text what was sent."""

    def __init__(self, place: str, described: str) -> None:
        super().__init__(described)
        self.place = place


def _described(case: Case, failure: BaseException) -> str:
    said: Mapping[str, object] = {
        "as": case.as_curl_command(),
        "body": repr(case.body)[:2_000],
        "failed": str(failure)[:3_000],
    }
    return json.dumps(said, ensure_ascii=False, indent=1, default=repr)


def main(folder: str, town: str, cases: str, number: str) -> None:
    """Fuzz; what was done is left in the folder as ``result.json``, beside the findings."""
    warnings.simplefilter("ignore")
    cheapest = PasswordHasher.from_parameters(CHEAPEST)
    people.hasher = signing_in.hasher = visitors.hasher = lambda: cheapest  # type: ignore[assignment]
    use_encryption_keys([bytes.fromhex((Path(town) / "encryption.key").read_text("ascii").strip())])
    limits = {"rate_limit": 2**31 - 1, "public_rate_limit": 2**31 - 1}
    assembly = assemble(Settings(database_url=os.environ[DATABASE], metrics_kept=0, **limits))
    app = create_app(assembly)
    interface = Interface(app, assembly, int(number))
    place = Path(folder)
    asked = interface.requests()
    pending: dict[bytes, Case] = {}

    def attempt(name: bytes) -> None:
        case = pending[name]
        try:
            interface.attempt(case)
        except (Exception, BaseExceptionGroup) as failure:  # Schemathesis raises what it found in groups
            label = f"{case.operation.method.upper()} {case.operation.path}"
            raise FailedRequestError(f"{type(failure).__name__} {label}", _described(case, failure)) from failure

    watch = Watch(attempt, place)
    while watch.cases < int(cases):
        name = str(watch.cases).encode()
        pending = {name: next(asked)}
        watch(name)
        if watch.cases % 100 == 0:
            _tell(place, watch)
    _tell(place, watch)


def _tell(place: Path, watch: Watch) -> None:
    (place / "result.json").write_text(json.dumps({"cases": watch.cases, "findings": watch.findings}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
