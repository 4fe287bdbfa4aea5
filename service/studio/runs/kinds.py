"""The kinds of study: what may be asked of each, and the function that answers. One line adds a kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from service.studio.backtest.options import BackTestOptions
from service.studio.runs.options import EditionOptions, PolicyOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marshmallow import Schema

    from service.platform import Database
    from service.studio.stock import Stock


class Work(NamedTuple):
    """What a study works with.

    ``stock`` is None for kinds that read none. ``options``: as the schema of the kind loads them. ``tell(done, whole)``
    says how far the work is; it is called often, and ends the work by an exception that is let through where the study
    was cancelled or the process is to stop. ``authorities``: codes of those whose entities are looked at; None: of all.
    """

    database: Database
    stock: Stock | None
    options: Mapping[str, Any]
    tell: Callable[[int, int], None]
    authorities: Sequence[str] | None = None


class Kind(NamedTuple):
    """A kind of study.

    ``options``: what may be asked; members ``edition`` and ``text`` name the edition that it is about. ``path``: the
    dotted path of a function that takes `Work` and gives the result, a document that JSON can hold; it is imported when
    it is needed, since most of them need NumPy. ``says``: what it answers, for the document of the interface.
    ``report``: the dotted path of a function that takes the result and a language and gives a page of HTML, if any.
    """

    options: type[Schema]
    path: str
    says: str
    on_stock: bool = True
    report: str | None = None

    def answer(self, work: Work) -> dict[str, Any]:
        """Do the work."""
        return cast("dict[str, Any]", _function(self.path)(work))

    def page(self, result: Mapping[str, Any], lang: str) -> str | None:
        """The result as a page, ``zh`` or ``en``; None where the kind has none."""
        return None if self.report is None else cast("str", _function(self.report)(result, lang))


def _function(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    return cast("Callable[..., Any]", getattr(import_module(module), name))


KINDS: Final[Mapping[str, Kind]] = {
    "sensitivity": Kind(
        EditionOptions, "service.studio.sensitivity.study.sensitivity", "What hangs on each number of an edition."
    ),
    "monotone": Kind(
        EditionOptions,
        "service.studio.sensitivity.study.search",
        "Whether an edition rewards a further decision or punishes a correction.",
    ),
    "back-test": Kind(
        BackTestOptions,
        "service.studio.backtest.study.back_test",
        "Whether ratings of the past predict what random visits found afterwards.",
        report="service.studio.backtest.report.as_page",
    ),
    "policy": Kind(
        PolicyOptions,
        "service.studio.policy.study.policy",
        "How many visits each tier gets for given inspector days, what that finds and what stands in the way.",
        report="service.studio.policy.report.page.as_page",
    ),
}
