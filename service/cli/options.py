"""Options that several commands share."""

from __future__ import annotations

import locale
from pathlib import Path

import click

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="内嵌数据库的文件夹 · folder of the embedded servers (default: .data)",
)
json_option = click.option("--json", "as_json", is_flag=True, help="只输出 JSON · JSON only")


def default_language() -> str:
    """English where the environment is English, else Chinese."""
    return "en" if (locale.getlocale()[0] or "").startswith("en") else "zh"


lang_option = click.option("--lang", type=click.Choice(["zh", "en"]), default=default_language, help="语言 · language")
