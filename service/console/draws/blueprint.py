"""The pages of draws, and what all of them read of one."""

from __future__ import annotations

from typing import Any, NamedTuple

from service.pages import PageBlueprint, RefusedError, ask, may

blueprint = PageBlueprint("console_draws", __name__, face="console", url_prefix="/console/draws")


class Standing(NamedTuple):
    """A draw with what there is of it so far.

    ``view``: as everyone sees it; ``preparation`` and ``waits``: for staff in whose scope it is, else None and empty;
    ``documents``: the public ones by kind; ``task``: its task, None where it is no more.
    """

    view: dict[str, Any]
    preparation: dict[str, Any] | None
    waits: list[dict[str, Any]]
    documents: dict[str, Any]
    task: dict[str, Any] | None
    plan: str

    @property
    def commitment(self) -> dict[str, Any] | None:
        """What was committed, or None before the freeze."""
        return self.documents.get("commitment")

    @property
    def attempts(self) -> list[dict[str, Any]]:
        """The attempts as committed, or as the terms have them."""
        said = self.commitment or (self.preparation or {}).get("terms") or {}
        found: list[dict[str, Any]] = said.get("attempts", [])
        return found

    @property
    def attempt(self) -> dict[str, Any]:
        """The attempt that counts now."""
        place = min(len(self.view["failed"]), len(self.attempts) - 1)
        return self.attempts[place] if self.attempts else {"sources": [], "secret": False}


def standing(number: str) -> Standing:
    """A draw as the interface tells it to who looks."""
    at = f"/v1/draws/{number}"
    view = ask("GET", at).body
    kinds = [kind for kind in ("commitment", "entropy") if kind in view["documents"]]
    plan = str(view["task"]).rpartition("-T")[0]
    return Standing(
        view,
        _preparation(at),
        ask("GET", "/v1/draw-worklist", query={"draw": number}).body["items"],
        {kind: ask("GET", f"{at}/documents/{kind}").body for kind in kinds},
        task_of(plan, view["task"]),
        plan,
    )


def task_of(plan: str, number: str) -> dict[str, Any] | None:
    """A task of a plan as it stands, or None."""
    tasks = ask("GET", f"/v1/inspection-plans/{plan}").body["tasks"]
    found: dict[str, Any] | None = next((one for one in tasks if one["number"] == number), None)
    return found


def _preparation(at: str) -> dict[str, Any] | None:
    if not may("GET", "/v1/draws/<number>/preparation"):
        return None
    try:
        found: dict[str, Any] = ask("GET", f"{at}/preparation").body
    except RefusedError as refused:
        if refused.code != "out_of_scope":
            raise
        return None
    return found
