"""The demonstration's city, invented by a process of its own while the servers come up."""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service import sample
from service.cli.progress import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from service.sample import City, Written

ENTITIES, EVENTS = "entities.ndjson", "events.ndjson"


class Inventing:
    """A city that is being invented; begun before the step that shows it."""

    def __init__(self, invented: City, told: Connection) -> None:
        self._size = invented.size
        self._told = told

    def wait(self, seconds: dict[str, float]) -> Written:
        """Wait until both files are written; notes how long that was.

        Raises:
            ClickException: they could not be written.
        """
        with Step("生成城市(已与数据库同时开始) · inventing the city (begun beside the database)", self._size) as step:
            try:
                while isinstance(said := self._told.recv(), int):
                    step.at(said)
            except EOFError:
                said = "EOF"
            if isinstance(said, str):
                raise click.ClickException(
                    f"城市未能写入临时文件夹（{said}），请检查磁盘空间后重试"
                    f" · the city could not be written to the folder for temporary files ({said}): look at the disk's "
                    "free space and try again"
                )
        seconds["invent"] = step.seconds
        written: Written = said
        return written


@contextmanager
def inventing(invented: City, folder: Path) -> Iterator[Inventing]:
    """Begin to write a city's two files into a folder; what is not waited for ends with the block.

    To be entered before this process has threads: it is forked.
    """
    context = multiprocessing.get_context("fork")
    told, tells = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(invented, folder, tells), daemon=True)
    process.start()
    tells.close()
    try:
        yield Inventing(invented, told)
    finally:
        process.terminate()
        process.join()
        told.close()


def _write(invented: City, folder: Path, tells: Connection) -> None:
    """In the process of its own: tell how many entities are done, in the end what was written or what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C at the terminal is for the command, which ends us
    try:
        with (folder / ENTITIES).open("wb") as entities, (folder / EVENTS).open("wb") as events:
            written = sample.write(invented, entities, events, tells.send)
    except OSError as error:
        tells.send(str(error))
    else:
        tells.send(written)
