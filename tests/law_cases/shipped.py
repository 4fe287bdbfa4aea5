"""The shipped editions, read from the package as a user of the package would."""

from importlib.resources import files

FOLDER = files("scoring.editions")
NAMES = tuple(sorted(entry.name.removesuffix(".toml") for entry in FOLDER.iterdir() if entry.name.endswith(".toml")))


def text(name: str) -> str:
    return FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")


def cases(name: str) -> str:
    return FOLDER.joinpath("cases", f"{name}.toml").read_text(encoding="utf-8")


def rates(name: str) -> bool:
    """Whether an edition has cases of ratings beside it: one without a rating has others."""
    return FOLDER.joinpath("cases", f"{name}.toml").is_file()


RATING = tuple(name for name in NAMES if rates(name))
