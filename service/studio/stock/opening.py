"""A stock opened: its files mapped into memory, read-only, as the columns that the engine for all entities reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.rating.columnar import Coded, Columns, Events, Licences, Occasions
from service.platform import Problem
from service.studio.stock.layout import ATTRIBUTE, EVENT, FORMAT, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from scoring.rating.columnar.arrays import Rows


@dataclass(frozen=True, slots=True)
class Holding:
    """The entities of one kind, by region and number: their evidence, and for each who it is and where."""

    columns: Columns
    ids: Rows
    authority: Coded
    region: Coded


class Stock:
    """All evidence as known at ``position``, without what is suspended on ``day``. ``digest``: of its manifest.

    The files are mapped when a kind is asked for; a mapping outlives the removal of its file.
    """

    def __init__(self, folder: Path) -> None:
        raw = (folder / MANIFEST).read_bytes()
        self._folder, self._said = folder, json.loads(raw)
        self.digest = sha256(raw).hexdigest()
        self.position: int = self._said["position"]
        self.day = date.fromisoformat(self._said["day"])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of which somebody holds or held one."""
        return tuple(self._said["kinds"])

    def of(self, kind: str, *, with_branches: bool = False) -> Holding:
        """The entities of a kind, alone or each with the evidence of its branches.

        Raises:
            Problem: ``stock_damaged``, a file is not there or is not as long as it was.
        """
        layers = self._said["kinds"][kind]
        return self._holding(kind, layers["joined" if with_branches and layers["joined"] else "own"])

    def check(self) -> None:
        """Read every file and compare it with its digest.

        Raises:
            Problem: ``stock_damaged``.
        """
        for layers in self._said["kinds"].values():
            for layer in filter(None, layers.values()):
                for said in layer["arrays"].values():
                    self._mapped(said)
                    with (self._folder / said["file"]).open("rb") as source:
                        if file_digest(source, "sha256").hexdigest() != said["sha256"]:
                            raise self._damaged(said["file"], "内容已改变 · its bytes are others")

    def _holding(self, kind: str, layer: Mapping[str, Any]) -> Holding:
        texts = {name: tuple(each) for name, each in layer["texts"].items()}
        found = {name: self._mapped(said) for name, said in layer["arrays"].items()}
        event: dict[str, Any] = {name: found.get(f"event/{name}") for name in EVENT}
        columns = Columns(
            kind=kind,
            codes=texts["code"],
            offsets=found["event/offsets"],
            events=Events(**event, attributes=_attributes("event", found, texts)),
            severities=texts["severity"],
            occasion_types=texts["occasion_type"],
            occasions=Occasions(*(found[f"occasion/{name}"] for name in ("offsets", "held_on", "type", "closed"))),
            known_since=found.get("entity/known_since"),
            attributes=_attributes("entity", found, texts),
            licences=Licences(
                found["licence/offsets"], found["entity/looked_at"], found["licence/start"], found["licence/end"]
            ),
        )
        authority, region = (Coded(texts[name], found[f"entity/{name}"]) for name in ("authority", "region"))
        return Holding(columns, found["entity/id"], authority, region)

    def _mapped(self, said: Mapping[str, Any]) -> NDArray[Any]:
        file = self._folder / said["file"]
        try:
            if file.stat().st_size != said["bytes"]:
                raise self._damaged(file.name, "长度不符 · it is longer or shorter than it was")
            mapped = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise self._damaged(file.name, str(error)) from error
        plain: NDArray[Any] = mapped.view(np.ndarray)
        if plain.shape != (said["rows"],):
            raise self._damaged(file.name, "行数不符 · it has more or fewer rows than it had")
        return plain

    def _damaged(self, file: str, fault: str) -> Problem:
        return Problem("stock_damaged", stock=self._folder.name, file=file, fault=fault)


def open_stock(folder: Path) -> Stock:
    """The stock in a folder.

    Raises:
        Problem: ``stock_damaged``, its manifest cannot be read or is of another format.
    """
    try:
        stock = Stock(folder)
        known = stock._said["format"] == FORMAT  # noqa: SLF001 -- its maker
    except (OSError, ValueError, KeyError) as error:
        raise Problem("stock_damaged", stock=folder.name, file=MANIFEST, fault=str(error)) from error
    if not known:
        raise Problem("stock_damaged", stock=folder.name, file=MANIFEST, fault="格式不同 · another format")
    return stock


def stocks_in(folder: Path) -> list[Path]:
    """The folders of finished stocks, the newest first: they are named by position and day."""
    if not folder.is_dir():
        return []
    return sorted((each for each in folder.iterdir() if each.is_dir() and each.name[0] != "."), reverse=True)


def newest_stock(folder: Path) -> Stock:
    """The newest stock of a folder.

    Raises:
        Problem: ``stock_missing``, ``stock_damaged``.
    """
    found = stocks_in(folder)
    if not found:
        raise Problem("stock_missing", folder=str(folder))
    return open_stock(found[0])


def _attributes(
    table: str, found: Mapping[str, NDArray[Any]], texts: Mapping[str, tuple[str, ...]]
) -> dict[str, Coded]:
    start = f"{table}/{ATTRIBUTE}"
    return {name.removeprefix(start): Coded(texts[name], found[name]) for name in found if name.startswith(start)}
