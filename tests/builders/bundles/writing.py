"""Write the vectors: ``python -m tests.builders.bundles.writing`` after the format or a builder has changed."""

from __future__ import annotations

import json
from pathlib import Path

from scoring.exchange.bundle import verify_bundle
from scoring.exchange.bundle.words import SENTENCES

from .making import accepted
from .tampering import refused

FOLDER = Path(__file__).parents[2] / "vectors" / "rating_bundle"


def vectors() -> dict[str, tuple[bytes, list[str]]]:
    """Every file by its path, and the codes that fail."""
    good = {f"accept/{name}.json": (data, list[str]()) for name, data in accepted().items()}
    return good | {f"reject/{name}.json": (data, codes) for name, (codes, data) in refused().items()}


def index_of(made: dict[str, tuple[bytes, list[str]]]) -> bytes:
    """The index beside the files: for each what fails, and what is said in English."""
    lines = [
        {
            "file": path,
            "fails": codes,
            "says": [said.line(SENTENCES, "en") for said in verify_bundle(data).said if said.remark],
        }
        for path, (data, codes) in made.items()
    ]
    return (json.dumps(lines, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    """Write every vector and the index."""
    made = vectors()
    for path, (data, _) in made.items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(data)
    (FOLDER / "index.json").write_bytes(index_of(made))


if __name__ == "__main__":
    main()
