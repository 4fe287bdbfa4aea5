"""Options that several commands share."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="内嵌数据库的文件夹 · folder of the embedded servers (default: .data)",
)


class Written(click.DateTime):
    """A day or an instant, in one form; what is written otherwise is answered with an example of it."""

    def __init__(self, form: str, *, example: str) -> None:
        super().__init__([form])
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The value, read.

        Raises:
            click.BadParameter: it has another form, or there is no such day.
        """
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value}：请写成 {self.example} 的形式 · write it like {self.example}", param, ctx)


class Words(click.Path):
    """A file of text in UTF-8; the value is its text, byte for byte as a digest covers it."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The text.

        Raises:
            click.BadParameter: there is no such file, or it is not in UTF-8.
        """
        file = Path(str(super().convert(value, param, ctx)))
        try:
            return file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            self.fail(
                f"{file}：第 {error.start + 1} 个字节起不是 UTF-8，请另存为 UTF-8 · "
                f"no UTF-8 from byte {error.start + 1} on, save it as UTF-8",
                param,
                ctx,
            )


WORDS = Words()
DAY = Written("%Y-%m-%d", example="2026-01-31")
INSTANT = Written("%Y-%m-%dT%H:%M:%S%z", example="2026-01-31T09:00:00+08:00")
json_option = click.option("--json", "as_json", is_flag=True, help="只输出 JSON · JSON only")


def called() -> str:
    """How the program is called from here: by its name where the shell finds it, else by its path from here."""
    own = Path(sys.executable).with_name("xinjian")
    return "xinjian" if shutil.which("xinjian") or not own.exists() else os.path.relpath(own)


def default_language() -> str:
    """English where the environment is English, else Chinese."""
    return "en" if (locale.getlocale()[0] or "").startswith("en") else "zh"


lang_option = click.option("--lang", type=click.Choice(["zh", "en"]), default=default_language, help="语言 · language")
